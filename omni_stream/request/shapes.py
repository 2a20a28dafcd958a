"""The shapes of requests by name.

A provider's call names the shape of its request, or holds a function of the
caller's own in the place of the name: for ``ask`` one that takes what
``chat_request`` takes, for ``speak`` one from a ``SpeechRequest`` to the body as
a mapping that JSON can say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from omni_stream.errors import UsageError
from omni_stream.request.chat import ChatRequest, chat_request
from omni_stream.request.elevenlabs import elevenlabs
from omni_stream.request.gemini import gemini_request
from omni_stream.request.gemini_speech import gemini_speech
from omni_stream.request.minimax import minimax
from omni_stream.request.openai_speech import openai_speech
from omni_stream.request.qwen_tts import qwen_tts
from omni_stream.request.vllm_speech import vllm_speech
from omni_stream.request.voxtral import voxtral

if TYPE_CHECKING:
    from omni_stream.request.speak import SpeechRequest

ChatShape: TypeAlias = Callable[..., ChatRequest]
SpeechShape: TypeAlias = "Callable[[SpeechRequest], Mapping[str, Any]]"
Shape = TypeVar("Shape", bound=Callable[..., object])

_OF_QUESTIONS: Mapping[str, ChatShape] = {"openai-chat": chat_request, "gemini": gemini_request}
_OF_TEXTS: Mapping[str, SpeechShape] = {
    "openai-speech": openai_speech,
    "vllm-speech": vllm_speech,
    "qwen-tts": qwen_tts,
    "gemini-speech": gemini_speech,
    "minimax": minimax,
    "voxtral": voxtral,
    "elevenlabs": elevenlabs,
}


def chat_shape(request: object) -> ChatShape:
    """What makes the request of a question, by its name in a call.

    Raises:
        UsageError: There is none.
    """
    return _found(request, _OF_QUESTIONS, "a question")


def speech_shape(request: object) -> SpeechShape:
    """What makes the request to speak a text, by its name in a call.

    Raises:
        UsageError: There is none.
    """
    return _found(request, _OF_TEXTS, "a text to speak")


def _found(request: object, shapes: Mapping[str, Shape], what: str) -> Shape:
    if callable(request):
        return cast("Shape", request)
    found = shapes.get(request) if isinstance(request, str) else None
    if found is None:
        names = ", ".join(map(repr, shapes))
        raise UsageError(f"the request of {what} is a function, or one of {names}, not {request!r:.60}")
    return found
