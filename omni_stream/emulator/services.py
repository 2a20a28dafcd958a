"""The services that the emulator answers as: where each is asked, and in which words it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.dashscope_request import read_dashscope_request
from omni_stream.emulator.elevenlabs_wire import ElevenLabsLines
from omni_stream.emulator.gemini_request import read_gemini_request
from omni_stream.emulator.gemini_wire import GeminiEvents
from omni_stream.emulator.minimax_wire import MinimaxEvents
from omni_stream.emulator.openai_request import read_openai_request
from omni_stream.emulator.openai_usage import openai_usage
from omni_stream.emulator.openai_wire import OpenAIChunks
from omni_stream.emulator.qwen_tts_wire import QwenTtsEvents
from omni_stream.emulator.sglang_omni_wire import SglangOmniChunks
from omni_stream.emulator.speech_request import (
    EVENT_STREAM,
    read_elevenlabs_request,
    read_minimax_request,
    read_openai_speech_request,
    read_qwen_tts_request,
    read_vllm_omni_speech_request,
    read_voxtral_request,
)
from omni_stream.emulator.speech_wire import SpeechBody, SpeechEvents
from omni_stream.emulator.usage import dashscope_usage, input_tokens, plain_usage
from omni_stream.emulator.vllm_omni_request import read_vllm_omni_request
from omni_stream.emulator.vllm_omni_wire import VllmOmniChunks
from omni_stream.emulator.voxtral_wire import VoxtralEvents
from omni_stream.emulator.wire import Chunks

if TYPE_CHECKING:
    from collections.abc import Callable

    from omni_stream.emulator.answers import Answer
    from omni_stream.emulator.body import Sent
    from omni_stream.emulator.chat_request import ChatRequest
    from omni_stream.emulator.shape import Shape
    from omni_stream.emulator.speech import Speech
    from omni_stream.emulator.speech_request import SpeechRequest


@dataclass(frozen=True, slots=True)
class Named:
    """What an answer is called.

    Attributes:
        id: A UUID.
        created: When it was begun, in seconds since 1970.
        transcript: Whether its text is to be sent as the audio's transcript, where a service has both ways.
    """

    id: str
    created: int
    transcript: bool


@dataclass(frozen=True, slots=True)
class ChatService:
    """Where questions are answered.

    Attributes:
        path: From the origin.
        read: What a request asks, or the refusal.
        shape: How an answer to it is written.
        usage: What an answer costs, in the service's words.
    """

    path: str
    read: Callable[[Sent], ChatRequest]
    shape: Callable[[ChatRequest, Named], Shape]
    usage: Callable[[ChatRequest, Answer, Speech | None], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SpeechService:
    """Where a text is spoken.

    Attributes:
        path: From the origin.
        read: What a request asks, or the refusal.
        shape: How its speech is written, given the request's id.
    """

    path: str
    read: Callable[[Sent], SpeechRequest]
    shape: Callable[[SpeechRequest, Speech, str], Shape]


@dataclass(frozen=True, slots=True)
class Service:
    """A service.

    Attributes:
        path: Of its base URL.
        chat: Where it answers questions; None where it does not, or as where it speaks.
        speech: Where it speaks a text; None where it does not, or as where it answers.
    """

    path: str
    chat: ChatService | None = None
    speech: SpeechService | None = None


def _dashscope(asked: ChatRequest, named: Named) -> Shape:
    return Chunks(
        asked.model,
        id=named.id,
        created=named.created,
        thinks=asked.thinks,
        transcript=named.transcript and asked.speaks,
        include_usage=asked.include_usage,
    )


def _openai(asked: ChatRequest, named: Named) -> Shape:
    return OpenAIChunks(
        asked.model,
        id=named.id,
        created=named.created,
        speaks=asked.speaks,
        include_usage=asked.include_usage,
    )


def _vllm_omni(asked: ChatRequest, named: Named) -> Shape:
    return VllmOmniChunks(
        asked.model,
        id=named.id,
        created=named.created,
        speaks=asked.speaks,
        is_wav=asked.audio_format == "wav",
        prompt_tokens=input_tokens(asked).total(),
        include_usage=asked.include_usage,
    )


def _sglang_omni(asked: ChatRequest, named: Named) -> Shape:
    is_wav = asked.audio_format == "wav"
    return SglangOmniChunks(asked.model, id=named.id, created=named.created, is_wav=is_wav)


def _gemini(asked: ChatRequest, named: Named) -> Shape:
    prompt_tokens = input_tokens(asked).total()
    return GeminiEvents(asked.model, id=named.id, speaks=asked.speaks, prompt_tokens=prompt_tokens)


def _speech(asked: SpeechRequest, _spoken: Speech, _request_id: str) -> Shape:
    return (SpeechEvents if asked.content_type == EVENT_STREAM else SpeechBody)(is_wav=asked.is_wav)


def _qwen_tts(_asked: SpeechRequest, _spoken: Speech, request_id: str) -> Shape:
    return QwenTtsEvents(request_id=request_id)


def _minimax(asked: SpeechRequest, _spoken: Speech, request_id: str) -> Shape:
    return MinimaxEvents(request_id=request_id, characters=len(asked.text), repeats=asked.repeats)


def _voxtral(asked: SpeechRequest, _spoken: Speech, _request_id: str) -> Shape:
    return VoxtralEvents(is_wav=asked.is_wav)


def _elevenlabs(_asked: SpeechRequest, spoken: Speech, _request_id: str) -> Shape:
    return ElevenLabsLines(spoken)


SERVICES = {
    "dashscope": Service(
        "/compatible-mode/v1",
        ChatService(
            "/compatible-mode/v1/chat/completions",
            lambda sent: read_dashscope_request(sent.body),
            _dashscope,
            dashscope_usage,
        ),
        SpeechService(
            "/api/v1/services/aigc/multimodal-generation/generation", read_qwen_tts_request, _qwen_tts
        ),
    ),
    "openai": Service(
        "/v1",
        ChatService(
            "/v1/chat/completions", lambda sent: read_openai_request(sent.body), _openai, openai_usage
        ),
        SpeechService("/v1/audio/speech", read_openai_speech_request, _speech),
    ),
    "vllm-omni": Service(
        "/vllm-omni/v1",
        ChatService(
            "/vllm-omni/v1/chat/completions",
            lambda sent: read_vllm_omni_request(sent.body),
            _vllm_omni,
            plain_usage,
        ),
        SpeechService("/vllm-omni/v1/audio/speech", read_vllm_omni_speech_request, _speech),
    ),
    "sglang-omni": Service(
        "/sglang-omni/v1",
        ChatService(
            "/sglang-omni/v1/chat/completions",
            lambda sent: read_vllm_omni_request(sent.body),
            _sglang_omni,
            plain_usage,
        ),
    ),
    "gemini": Service(
        "/gemini/v1beta",
        ChatService(
            "/gemini/v1beta/models/{model:[^/:]+}:streamGenerateContent",
            lambda sent: read_gemini_request(sent.body, sent.parameters["model"]),
            _gemini,
            plain_usage,
        ),
    ),
    "minimax": Service(
        "/minimax/v1", speech=SpeechService("/minimax/v1/t2a_v2", read_minimax_request, _minimax)
    ),
    "mistral": Service(
        "/mistral/v1", speech=SpeechService("/mistral/v1/audio/speech", read_voxtral_request, _voxtral)
    ),
    "elevenlabs": Service(
        "/elevenlabs/v1",
        speech=SpeechService(
            "/elevenlabs/v1/text-to-speech/{voice}/stream/with-timestamps",
            read_elevenlabs_request,
            _elevenlabs,
        ),
    ),
}
"""Every provider of the catalog, by its name."""
