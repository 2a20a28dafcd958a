"""A request's body -> what text is to be spoken, or the service's refusal.

The rules are those of OpenAI's ``/audio/speech``, of the vLLM-Omni server's, and
of DashScope's Qwen-TTS, which differ in how a stream of events is asked for and
in what is spoken by default.  Compressed sound is not offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.fields import flag, json_object, member, text
from omni_stream.emulator.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = ("pcm", "wav")
MOST_CHARACTERS = 4_096
"""What OpenAI takes; some five minutes of speech."""

_DEFAULT_VOICE = "vivian"  # of a vLLM-Omni server; OpenAI has none


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """A request to speak a text.

    Attributes:
        text: What is to be said.
        voice: Who is to say it.
        is_wav: Whether the speech begins with the head of a WAV file.
        as_events: Whether it comes as events, and not as the body itself.
    """

    text: str
    voice: str
    is_wav: bool
    as_events: bool


def read_openai_speech_request(body: bytes | bytearray, _headers: Mapping[str, str]) -> SpeechRequest:
    """What ``body`` asks of OpenAI.

    Raises:
        Refusal: The service would not answer it, or its format is not offered here.
    """
    asked = json_object(body)
    stream_format = text(asked, "stream_format", "audio")
    if stream_format not in {"sse", "audio"}:
        raise Refusal("stream_format must be 'sse' or 'audio'.")
    as_events = stream_format == "sse"
    if as_events and text(asked, "model").startswith("tts-1"):
        raise Refusal(f"The model {text(asked, 'model')} does not support stream_format 'sse'.")
    if not text(asked, "voice"):
        raise Refusal("Missing required parameter: 'voice'.", code="missing_required_parameter")
    return _request(asked, text(asked, "voice"), default_format="mp3", as_events=as_events)


def read_vllm_omni_speech_request(body: bytes | bytearray, _headers: Mapping[str, str]) -> SpeechRequest:
    """What ``body`` asks of a vLLM-Omni server.

    Raises:
        Refusal: The server would not answer it, or its format is not offered here.
    """
    asked = json_object(body)
    as_events = flag(asked, "stream") and text(asked, "stream_format", "sse") != "audio"
    voice = text(asked, "voice", _DEFAULT_VOICE)
    return _request(asked, voice, default_format="wav", as_events=as_events)


def _request(asked: dict[str, Any], voice: str, *, default_format: str, as_events: bool) -> SpeechRequest:
    audio_format = text(asked, "response_format", default_format)
    if audio_format not in FORMATS:
        raise Refusal(f"response_format {audio_format!r} is not offered here; use {' or '.join(FORMATS)}.")
    return _checked(asked, text(asked, "input"), voice, is_wav=audio_format == "wav", as_events=as_events)


def _checked(asked: dict[str, Any], said: str, voice: str, *, is_wav: bool, as_events: bool) -> SpeechRequest:
    if not text(asked, "model"):
        raise Refusal("you must provide a model parameter")
    if not 1 <= len(said) <= MOST_CHARACTERS:
        raise Refusal(f"The text must be 1 to {MOST_CHARACTERS} characters, and has {len(said)}.")
    return SpeechRequest(said, voice, is_wav, as_events)


def read_qwen_tts_request(body: bytes | bytearray, headers: Mapping[str, str]) -> SpeechRequest:
    """What ``body`` asks of Qwen-TTS.

    Raises:
        Refusal: The service would not answer it, or not with a stream.
    """
    asked = json_object(body)
    if headers.get("X-DashScope-SSE") != "enable":
        raise Refusal("The emulator answers in streams alone: send the header X-DashScope-SSE: enable.")
    given = member(asked, "input")
    return _checked(asked, text(given, "text"), text(given, "voice", "Cherry"), is_wav=False, as_events=True)
