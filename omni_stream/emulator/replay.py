"""A recording -> the stream that plays it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.emulator.stream import End, Stream, StreamEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from omni_stream.emulator.recording import Recording

_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "keep-alive", "transfer-encoding", "content-encoding"}
)


def played_back(recording: Recording, *, speed: float) -> Stream:
    """What was read, at its times, ``speed`` times as fast; a reply that broke off breaks off again."""
    length = recording.end_seconds / speed
    end = End.WHOLE if recording.complete else End.CLOSED
    return Stream(_reads(recording, speed), length, end, is_events=False)


def _reads(recording: Recording, speed: float) -> Iterator[StreamEvent]:
    for seconds, read in recording.reads:
        yield StreamEvent(seconds / speed, read, seconds / speed)
    end = recording.end_seconds / speed
    yield StreamEvent(end, b"", end, ends=True)


def played_headers(recording: Recording) -> dict[str, str]:
    """The headers of the reply that was recorded, but for those of its connection."""
    return {name: value for name, value in recording.headers.items() if name not in _OF_THE_CONNECTION}
