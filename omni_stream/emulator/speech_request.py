"""A request's body -> what text is to be spoken, or the service's refusal.

The services differ in what they call things, in how a stream of events is asked
for, and in what is spoken by default.  Compressed sound is not offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from omni_stream.emulator.fields import flag, json_object, member, text
from omni_stream.emulator.refusal import Refusal

if TYPE_CHECKING:
    from omni_stream.emulator.body import Sent

FORMATS = ("pcm", "wav")
MOST_CHARACTERS = 4_096
"""What OpenAI takes, the least of them; some five minutes of speech."""

EVENT_STREAM = "text/event-stream;charset=UTF-8"
_JSON = "application/json"
_DEFAULT_VOICE = "vivian"  # of a vLLM-Omni server


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """A request to speak a text.

    Attributes:
        text: What is to be said.
        voice: Who is to say it.
        is_wav: Whether the speech begins with the head of a WAV file.
        content_type: Of the response.
        repeats: Whether all of the speech is to come once more at the end.
    """

    text: str
    voice: str
    is_wav: bool = False
    content_type: str = EVENT_STREAM
    repeats: bool = False


def read_openai_speech_request(sent: Sent) -> SpeechRequest:
    """What is asked of OpenAI.

    Raises:
        Refusal: The service would not answer it, or its format is not offered here.
    """
    asked = json_object(sent.body)
    stream_format = text(asked, "stream_format", "audio")
    if stream_format not in {"sse", "audio"}:
        raise Refusal("stream_format must be 'sse' or 'audio'.")
    if stream_format == "sse" and text(asked, "model").startswith("tts-1"):
        raise Refusal(f"The model {text(asked, 'model')} does not support stream_format 'sse'.")
    voice = _named(asked, "voice")
    is_wav = _is_wav(text(asked, "response_format", "mp3"))
    kind = EVENT_STREAM if stream_format == "sse" else _audio_type(is_wav=is_wav)
    return SpeechRequest(_said(asked, "input"), voice, is_wav, kind)


def read_vllm_omni_speech_request(sent: Sent) -> SpeechRequest:
    """What is asked of a vLLM-Omni server.

    Raises:
        Refusal: The server would not answer it, or its format is not offered here.
    """
    asked = json_object(sent.body)
    is_wav = _is_wav(text(asked, "response_format", "wav"))
    as_events = flag(asked, "stream") and text(asked, "stream_format", "sse") != "audio"
    kind = EVENT_STREAM if as_events else _audio_type(is_wav=is_wav)
    return SpeechRequest(_said(asked, "input"), text(asked, "voice", _DEFAULT_VOICE), is_wav, kind)


def read_qwen_tts_request(sent: Sent) -> SpeechRequest:
    """What is asked of Qwen-TTS.

    Raises:
        Refusal: The service would not answer it, or not with a stream.
    """
    asked = json_object(sent.body)
    if sent.headers.get("X-DashScope-SSE") != "enable":
        raise Refusal("The emulator answers in streams alone: send the header X-DashScope-SSE: enable.")
    given = member(asked, "input")
    _named(asked, "model")
    return SpeechRequest(_checked(text(given, "text")), text(given, "voice", "Cherry"))


def read_minimax_request(sent: Sent) -> SpeechRequest:
    """What is asked of MiniMax.

    Raises:
        Refusal: The service would not answer it, or its format is not offered here.
    """
    asked = json_object(sent.body)
    _check_streams(asked)
    audio_format = text(member(asked, "audio_setting"), "format", "mp3")
    if audio_format != "pcm":
        raise Refusal(f"audio_setting.format {audio_format!r} is not offered here; use pcm.")
    voice = _named(member(asked, "voice_setting"), "voice_id")
    repeats = not flag(member(asked, "stream_options"), "exclude_aggregated_audio")
    return SpeechRequest(_said(asked, "text"), voice, repeats=repeats)


def read_voxtral_request(sent: Sent) -> SpeechRequest:
    """What is asked of Mistral.

    Raises:
        Refusal: The service would not answer it, or its format is not offered here.
    """
    asked = json_object(sent.body)
    _check_streams(asked)
    is_wav = _is_wav(text(asked, "response_format", "mp3"))
    return SpeechRequest(_said(asked, "input"), _named(asked, "voice_id"), is_wav)


def read_elevenlabs_request(sent: Sent) -> SpeechRequest:
    """What is asked of ElevenLabs, whose path names the voice and whose query the format.

    Raises:
        Refusal: The service would not answer it, or its format is not offered here.
    """
    asked = json_object(sent.body)
    audio_format = sent.parameters.get("output_format", "mp3_44100_128")
    if audio_format != "pcm_24000":
        raise Refusal(f"output_format {audio_format!r} is not offered here; use pcm_24000.")
    return SpeechRequest(_checked(text(asked, "text")), sent.parameters["voice"], content_type=_JSON)


def _said(asked: dict[str, object], name: str) -> str:
    _named(asked, "model")
    return _checked(text(asked, name))


def _checked(said: str) -> str:
    if not 1 <= len(said) <= MOST_CHARACTERS:
        raise Refusal(f"The text must be 1 to {MOST_CHARACTERS} characters, and has {len(said)}.")
    return said


def _named(asked: dict[str, object], name: str) -> str:
    value = text(asked, name)
    if not value:
        raise Refusal(f"Missing required parameter: '{name}'.", code="missing_required_parameter")
    return value


def _check_streams(asked: dict[str, object]) -> None:
    if asked.get("stream") is not True:
        raise Refusal("The emulator answers in streams alone: stream must be true.")


def _is_wav(audio_format: str) -> bool:
    if audio_format not in FORMATS:
        raise Refusal(f"response_format {audio_format!r} is not offered here; use {' or '.join(FORMATS)}.")
    return audio_format == "wav"


def _audio_type(*, is_wav: bool) -> str:
    return "audio/wav" if is_wav else "audio/pcm"
