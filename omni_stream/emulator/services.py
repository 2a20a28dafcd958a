"""The services that the emulator answers as: where each is asked, and in which words it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.dashscope_request import read_dashscope_request
from omni_stream.emulator.openai_request import read_openai_request
from omni_stream.emulator.openai_usage import openai_usage
from omni_stream.emulator.openai_wire import OpenAIChunks
from omni_stream.emulator.speech_request import read_openai_speech_request, read_vllm_omni_speech_request
from omni_stream.emulator.usage import dashscope_usage, input_tokens, vllm_omni_usage
from omni_stream.emulator.vllm_omni_request import read_vllm_omni_request
from omni_stream.emulator.vllm_omni_wire import VllmOmniChunks
from omni_stream.emulator.wire import Chunks

if TYPE_CHECKING:
    from collections.abc import Callable

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
class Service:
    """A service.

    Attributes:
        path: Of its base URL.
        read: What the body of a chat request asks, or its refusal.
        shape: How an answer to it is written.
        usage: What an answer costs, in the service's words.
        read_speech: What the body of a speech request asks; None where none is taken.
    """

    path: str
    read: Callable[[bytearray], ChatRequest]
    shape: Callable[[ChatRequest, Named], Shape]
    usage: Callable[[ChatRequest, Answer, Speech | None], dict[str, Any]]
    read_speech: Callable[[bytearray], SpeechRequest] | None = None


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


SERVICES = {
    "dashscope": Service("/compatible-mode/v1", read_dashscope_request, _dashscope, dashscope_usage),
    "openai": Service("/v1", read_openai_request, _openai, openai_usage, read_openai_speech_request),
    "vllm-omni": Service(
        "/vllm-omni/v1", read_vllm_omni_request, _vllm_omni, vllm_omni_usage, read_vllm_omni_speech_request
    ),
}
"""By the names of the catalog's providers."""
