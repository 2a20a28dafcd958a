"""Gemini: ``streamGenerateContent?alt=sse``, of models that answer in text or speak.

Shapes (Gemini API reference, "GenerateContentResponse", "Candidate", "Part", "UsageMetadata"):

* ``{"candidates": [{"content": {"parts": [{"text": "Hi"}]}}]}``: words; reasoning if the
  part has ``"thought": true``.
* ``{"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": ".."}}`` as a part:
  base64.  L16 is little-endian here, against RFC 2586; newer models send "audio/wav".
* ``usageMetadata`` in every document, counting up: that of the last counts, which has ``finishReason``.
* ``finishReason`` "STOP" or "MAX_TOKENS" where it ended well, anything else where it was stopped:
  "SAFETY", "OTHER"...; ``promptFeedback.blockReason`` where it never began.  There is no end mark.

Only the first candidate is read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from omni_stream.audio import AudioFormat
from omni_stream.events import AudioDelta, Codec, Event, Finished, Raw, ReasoningDelta, TextDelta
from omni_stream.wire.counts import usage_of
from omni_stream.wire.dialect import Coding, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ENDED_WELL = frozenset({"STOP", "MAX_TOKENS", "FINISH_REASON_UNSPECIFIED"})
_CODECS: Mapping[str, Codec] = {
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/ogg": "opus",
    "audio/opus": "opus",
}


def _read(document: Raw, coding: Coding) -> Iterator[Event]:
    candidate = _candidate(document)
    parts = _object(candidate.get("content")).get("parts")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict):
            yield from _read_part(part, document, coding)
    reason = candidate.get("finishReason")
    if reason or not candidate:
        yield from usage_of(
            document.get("usageMetadata"),
            document,
            input=("promptTokenCount", "toolUsePromptTokenCount"),
            output=("candidatesTokenCount", "thoughtsTokenCount"),
            total="totalTokenCount",
        )
    if isinstance(reason, str) and reason:
        yield Finished(reason, document)


def _read_part(part: dict[str, Any], document: Raw, coding: Coding) -> Iterator[Event]:
    text = part.get("text")
    if isinstance(text, str) and text:
        yield ReasoningDelta(text, document) if part.get("thought") is True else TextDelta(text, document)
    inline = _object(part.get("inlineData"))
    encoded, kind = inline.get("data"), inline.get("mimeType")
    if isinstance(encoded, str) and encoded:
        if not isinstance(kind, str):
            yield coding.delta(encoded, document)
        elif kind.lower().startswith("audio/"):
            codec, format = _written(kind.lower(), coding)
            yield AudioDelta(encoded, format, "base64", codec, raw=document)


@lru_cache(maxsize=16)  # a stream has one, and servers a few
def _written(kind: str, coding: Coding) -> tuple[Codec, AudioFormat]:
    """How audio of that MIME type is written: what it does not say is as in ``coding``."""
    name, *parameters = (part.strip() for part in kind.split(";"))
    said = dict(parameter.split("=", 1) for parameter in parameters if "=" in parameter)
    try:
        rate = int(said.get("rate", coding.format.rate))
        format = AudioFormat(rate, int(said.get("channels", coding.format.channels)))
    except (ValueError, OverflowError):
        format = coding.format
    return _CODECS.get(name, "pcm"), format


def _fault(document: Raw) -> Mapping[str, Any] | None:
    blocked = _object(document.get("promptFeedback")).get("blockReason")
    if isinstance(blocked, str) and blocked:
        return {"code": blocked, "message": f"the prompt was blocked ({blocked})"}
    candidate = _candidate(document)
    reason, said = candidate.get("finishReason"), candidate.get("finishMessage")
    if isinstance(reason, str) and reason and reason not in _ENDED_WELL:
        message = said if isinstance(said, str) and said else f"the model was stopped ({reason})"
        return {"code": reason, "message": message}
    return None


def _candidate(document: Raw) -> dict[str, Any]:
    candidates = document.get("candidates")
    return _object(candidates[0]) if isinstance(candidates, list) and candidates else {}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_own(document: Raw) -> bool:
    return not {"candidates", "promptFeedback", "usageMetadata"}.isdisjoint(document)


GEMINI = Dialect(name="gemini", read=_read, fault=_fault, is_own=_is_own)
