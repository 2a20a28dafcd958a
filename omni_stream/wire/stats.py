"""What a decoder tells of a stream beside what was in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamStats:
    """What has come of a stream, and what of it was of no use.

    Attributes:
        events: Events of the event stream, all of them.
        ignored_events: Those that say nothing to a reader: roles, ticks, unknown kinds.
        skipped_events: Those left out because they are broken (``strict=False``).
        replacements: U+FFFD that stand for text that is not valid Unicode.
        rest_bytes: Bytes of an unfinished audio frame; at the end, what never became one.
        audio_seconds: Seconds of audio; as far as it is not decoded, computed from its length.
    """

    events: int
    ignored_events: int
    skipped_events: int
    replacements: int
    rest_bytes: int
    audio_seconds: float
