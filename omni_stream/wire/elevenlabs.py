"""ElevenLabs' speech of a text with its timing: ``/text-to-speech/{voice}/stream/with-timestamps``.

Shapes (ElevenLabs' API reference, "Stream speech with timing"), one document a line:

* ``{"audio_base64": "..", "alignment": {"characters": ["H", "i"], "character_start_times_seconds": [..],
  ..}, "normalized_alignment": ..}``: base64 in the ``output_format`` asked for; the characters
  are those of the text, of which the transcript is made. Either may be null.
* The end of the body is the end.
* ``{"detail": {"status", "message"}}``, ``{"detail": ".."}``, ``{"detail": [{"msg"}]}``: refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.events import Event, Raw, TranscriptDelta
from omni_stream.wire.dialect import Coding, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def _read(document: Raw, coding: Coding) -> Iterator[Event]:
    spoken = _characters(document.get("alignment")) or _characters(document.get("normalized_alignment"))
    if spoken:
        yield TranscriptDelta(spoken, document)
    encoded = document.get("audio_base64")
    if isinstance(encoded, str) and encoded:
        yield coding.delta(encoded, document)


def _characters(alignment: object) -> str:
    characters = alignment.get("characters") if isinstance(alignment, dict) else None
    if not isinstance(characters, list):
        return ""
    return "".join(character for character in characters if isinstance(character, str))


def _fault(document: Raw) -> Mapping[str, Any] | None:
    detail = document.get("detail")
    if isinstance(detail, list) and detail:
        detail = detail[0]
    if isinstance(detail, str) and detail:
        return {"message": detail}
    if isinstance(detail, dict) and detail:
        return {
            "code": detail.get("status") or detail.get("code"),
            "type": detail.get("type"),
            "message": detail.get("message") or detail.get("msg"),
        }
    return None


def _is_own(document: Raw) -> bool:
    return "audio_base64" in document or "detail" in document


ELEVENLABS = Dialect(
    name="elevenlabs",
    read=_read,
    framing="lines",
    ends_with_stream=True,
    fault=_fault,
    is_own=_is_own,
)
