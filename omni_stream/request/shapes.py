"""The shapes of requests by name.

A provider's call names the shape of its request, or holds a function of the
caller's own in the place of the name: for ``ask`` one that takes what
``chat_request`` takes, for ``speak`` one from a ``SpeechRequest`` to the body as
a mapping that JSON can say.

Each shape is a function in a file of this folder, which is imported when the shape is first asked for.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from omni_stream.request.chat import ChatRequest
    from omni_stream.request.speak import SpeechRequest

ChatShape: TypeAlias = "Callable[..., ChatRequest]"
SpeechShape: TypeAlias = "Callable[[SpeechRequest], Mapping[str, Any]]"

# The file and the function in it, by the name of the shape.
_OF_QUESTIONS = {"openai-chat": ("chat", "chat_request"), "gemini": ("gemini", "gemini_request")}
_OF_TEXTS = {
    "openai-speech": ("openai_speech", "openai_speech"),
    "vllm-speech": ("vllm_speech", "vllm_speech"),
    "qwen-tts": ("qwen_tts", "qwen_tts"),
    "gemini-speech": ("gemini_speech", "gemini_speech"),
    "minimax": ("minimax", "minimax"),
    "voxtral": ("voxtral", "voxtral"),
    "elevenlabs": ("elevenlabs", "elevenlabs"),
}


def chat_shape(request: object) -> ChatShape:
    """What makes the request of a question, by its name in a call.

    Raises:
        UsageError: There is none.
    """
    return cast("ChatShape", _found(request, _OF_QUESTIONS, "a question"))


def speech_shape(request: object) -> SpeechShape:
    """What makes the request to speak a text, by its name in a call.

    Raises:
        UsageError: There is none.
    """
    return cast("SpeechShape", _found(request, _OF_TEXTS, "a text to speak"))


def _found(request: object, shapes: Mapping[str, tuple[str, str]], what: str) -> object:
    if callable(request):
        return request
    found = shapes.get(request) if isinstance(request, str) else None
    if found is None:
        names = ", ".join(map(repr, shapes))
        raise UsageError(f"the request of {what} is a function, or one of {names}, not {request!r:.60}")
    return _imported(*found)


@cache
def _imported(file: str, function: str) -> object:
    return getattr(import_module(f"omni_stream.request.{file}"), function)
