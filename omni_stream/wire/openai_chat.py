"""Chat completions that speak: Qwen-Omni in DashScope's compatible mode, OpenAI's audio models, their kin.

Shapes, by what was seen of each service:

* DashScope: text in ``delta.content``, or as the audio's ``transcript``; each audio
  delta has ``expires_at`` beside its ``data``; ``finish_reason`` before usage.
* OpenAI: text as the audio's ``transcript``; ticks without ``choices``; usage before
  the end; no ``finish_reason`` at all, but an audio delta that has ``expires_at`` alone.
* SGLang-Omni, M*: text and audio as DashScope, a WAV head in every audio delta or an
  ``id`` new in each; usage on the document that has ``finish_reason``, or none.
* Gateways: reasoning as ``reasoning``; usage on a document that has choices.

Only the first choice is read: nobody can listen to two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.events import (
    Event,
    Finished,
    Raw,
    ReasoningDelta,
    TextDelta,
    TranscriptDelta,
)
from omni_stream.wire.counts import usage_of
from omni_stream.wire.dialect import Coding, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator


def _read(document: Raw, coding: Coding) -> Iterator[Event]:
    choices = document.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if isinstance(choice, dict):
        yield from _read_choice(choice, document, coding)
    if counts := document.get("usage"):
        yield from usage_of(
            counts,
            document,
            input=("prompt_tokens",),
            output=("completion_tokens",),
            total="total_tokens",
        )


def _read_choice(choice: dict[str, Any], document: Raw, coding: Coding) -> Iterator[Event]:
    delta = choice.get("delta")
    if isinstance(delta, dict):
        if reasoning := _text(delta, "reasoning_content") or _text(delta, "reasoning"):
            yield ReasoningDelta(reasoning, document)
        if content := _text(delta, "content"):
            yield TextDelta(content, document)
        audio = delta.get("audio")
        if isinstance(audio, dict):
            yield from _read_audio(audio, document, coding)
    if reason := _text(choice, "finish_reason"):
        yield Finished(reason, document)


def _read_audio(audio: dict[str, Any], document: Raw, coding: Coding) -> Iterator[Event]:
    transcript, encoded = _text(audio, "transcript"), _text(audio, "data")
    if transcript:
        yield TranscriptDelta(transcript, document)
    if encoded:
        yield coding.delta(encoded, document)
    if audio.get("expires_at") and not (transcript or encoded):
        yield Finished(None, document)


def _text(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def is_chat(document: Raw) -> bool:
    """Whether ``document`` is of chat completions, or a fault as they tell it."""
    if "modality" in document:  # where base64 may stand for words
        return False
    return (
        "choices" in document
        or "error" in document
        or document.get("object") == "chat.completion.chunk"
        or ("code" in document and "message" in document)
    )


OPENAI_CHAT = Dialect(
    name="openai-chat",
    read=_read,
    audio_path="choices[].delta.audio.data",
    text_paths=("choices[].delta.content",),
    transcript_paths=("choices[].delta.audio.transcript",),
    reasoning_paths=("choices[].delta.reasoning_content", "choices[].delta.reasoning"),
    silent_paths=("choices[].finish_reason", "usage", "error", "code"),
    mark_paths=("choices[].delta.audio.expires_at",),
    end="[DONE]",
    is_own=is_chat,
)
