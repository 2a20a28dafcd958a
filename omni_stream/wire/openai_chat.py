"""Chat completions that speak: Qwen-Omni in DashScope's compatible mode, OpenAI's audio models, their kin.

Shapes, by what was seen of each service:

* DashScope: text in ``delta.content``, or as the audio's ``transcript``; each audio
  delta has ``expires_at`` beside its ``data``; ``finish_reason`` before usage.
* OpenAI: text as the audio's ``transcript``; ticks without ``choices``; usage before
  the end; no ``finish_reason`` at all, but an audio delta that has ``expires_at`` alone.
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
    Usage,
)
from omni_stream.wire.dialect import Coding, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

_USAGE_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")


def _read(document: Raw, coding: Coding) -> Iterator[Event]:
    choices = document.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if isinstance(choice, dict):
        yield from _read_choice(choice, document, coding)
    usage = document.get("usage")
    if isinstance(usage, dict) and usage:
        yield _usage(usage, document)


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


def _usage(usage: dict[str, Any], document: Raw) -> Usage:
    prompt, completion, total = (
        count if isinstance(count := usage.get(name), int) else 0 for name in _USAGE_COUNTS
    )
    details = {name: value for name, value in usage.items() if name not in _USAGE_COUNTS}
    return Usage(prompt, completion, total, details, document)


def _is_own(document: Raw) -> bool:
    return ("choices" in document and "modality" not in document) or "error" in document


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
    is_own=_is_own,
)
