"""The services that the emulator answers as: where each is asked, and in which words it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.dashscope_request import read_dashscope_request
from omni_stream.emulator.openai_request import read_openai_request
from omni_stream.emulator.openai_usage import openai_usage
from omni_stream.emulator.openai_wire import OpenAIChunks
from omni_stream.emulator.qwen_tts_wire import QwenTtsEvents
from omni_stream.emulator.sglang_omni_wire import SglangOmniChunks
from omni_stream.emulator.speech_request import (
    read_openai_speech_request,
    read_qwen_tts_request,
    read_vllm_omni_speech_request,
)
from omni_stream.emulator.speech_wire import SpeechBody, SpeechEvents
from omni_stream.emulator.usage import dashscope_usage, input_tokens, plain_usage
from omni_stream.emulator.vllm_omni_request import read_vllm_omni_request
from omni_stream.emulator.vllm_omni_wire import VllmOmniChunks
from omni_stream.emulator.wire import Chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from omni_stream.emulator.answers import Answer
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
class SpeechService:
    """Where a text is spoken.

    Attributes:
        path: From the origin.
        read: What a body and its headers ask, or the refusal.
        shape: How the speech is written, given the request's id.
    """

    path: str
    read: Callable[[bytearray, Mapping[str, str]], SpeechRequest]
    shape: Callable[[SpeechRequest, str], Shape]


@dataclass(frozen=True, slots=True)
class Service:
    """A service.

    Attributes:
        path: Of its base URL.
        read: What the body of a chat request asks, or its refusal.
        shape: How an answer to it is written.
        usage: What an answer costs, in the service's words.
        speech: Where it speaks a text; None where it does not.
    """

    path: str
    read: Callable[[bytearray], ChatRequest]
    shape: Callable[[ChatRequest, Named], Shape]
    usage: Callable[[ChatRequest, Answer, Speech | None], dict[str, Any]]
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


def _speech(asked: SpeechRequest, _request_id: str) -> Shape:
    return (SpeechEvents if asked.as_events else SpeechBody)(is_wav=asked.is_wav)


def _qwen_tts(_asked: SpeechRequest, request_id: str) -> Shape:
    return QwenTtsEvents(request_id=request_id)


SERVICES = {
    "dashscope": Service(
        "/compatible-mode/v1",
        read_dashscope_request,
        _dashscope,
        dashscope_usage,
        SpeechService(
            "/api/v1/services/aigc/multimodal-generation/generation", read_qwen_tts_request, _qwen_tts
        ),
    ),
    "openai": Service(
        "/v1",
        read_openai_request,
        _openai,
        openai_usage,
        SpeechService("/v1/audio/speech", read_openai_speech_request, _speech),
    ),
    "vllm-omni": Service(
        "/vllm-omni/v1",
        read_vllm_omni_request,
        _vllm_omni,
        plain_usage,
        SpeechService("/vllm-omni/v1/audio/speech", read_vllm_omni_speech_request, _speech),
    ),
    "sglang-omni": Service("/sglang-omni/v1", read_vllm_omni_request, _sglang_omni, plain_usage),
}
"""By the names of the catalog's providers."""
