"""Asks once, and takes down when what came.

An event came when the read that completed it was done.  The client tells of each read, before it
decodes it, and reads again only once all of its items were taken; so an item belongs to the last read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.bench.levels import Levels
from omni_stream.bench.observed import AudioEvent, Case, Observed, to_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ENDS_THE_RUN = (omni.UsageError, omni.AuthenticationError, omni.QuotaError)
"""What every other request would meet, too."""


class Reads:
    """The ``record`` of one request: when each read was done.

    Args:
        clock: Seconds from the begin of the run.

    Attributes:
        request_sent: When the last byte of the request was sent.
        first: When the first read was done.
        last: When the last one was.
        ended: When the end of the reply was read, which may be a while after its last byte.
        bytes: What all of them gave.
    """

    __slots__ = ("_clock", "bytes", "ended", "first", "last", "request_sent")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.begin(0, {})

    def begin(self, status: int, headers: Mapping[str, str]) -> None:  # noqa: ARG002 -- a record is told
        """A response has begun; of one before it nothing counts."""
        self.request_sent: float | None = None
        self.first: float | None = None
        self.last = self.ended = 0.0
        self.bytes = 0

    def write(self, content: bytes, at_seconds: float) -> None:
        """A read is done."""
        self.last = self.ended = self._clock()
        self.bytes += len(content)
        if self.first is None:
            self.first = self.last
            self.request_sent = to_digits(self.last - at_seconds)

    def end(self, at_seconds: float) -> None:  # noqa: ARG002 -- it is of another clock
        """The reply has ended by itself."""
        self.ended = self._clock()


async def observe(
    ask: Callable[[Case, Reads], omni.Reply],
    case: Case,
    *,
    clock: Callable[[], float],
    index: int,
    load: float,
    is_open: bool,
    is_warm_up: bool,
    due: float | None = None,
    ready: float | None = None,
) -> Observed:
    """Ask, read the reply to its end, and tell of it.

    Args:
        ask: Prepares the reply to a case, told of its reads.
        case: What to ask.
        clock: Seconds from the begin of the run, to the microsecond.
        index: Which request it is.
        load: Of which load.
        is_open: Whether the loop is an open one.
        is_warm_up: Whether it is left out.
        due: When it was to be sent; now if None.
        ready: When it could have been sent, if the loop is an open one.

    Raises:
        UsageError, AuthenticationError, QuotaError: All requests would meet this.
    """
    reads, levels = Reads(clock), Levels()
    audio: list[AudioEvent] = []
    first_text: float | None = None
    error: str | None = None
    sent = clock()
    reply = ask(case, reads)
    try:
        async with reply:
            async for item in reply.decoded():
                if isinstance(item, omni.AudioFrame):
                    if len(item):
                        audio.append(AudioEvent(reads.last, to_digits(item.seconds)))
                        levels.feed(item)
                elif first_text is None and isinstance(item, omni.TextDelta | omni.TranscriptDelta):
                    first_text = reads.last
            end = reads.ended
    except ENDS_THE_RUN:
        raise
    except omni.OmniStreamError as failure:
        error, end = type(failure).__name__, clock()
    return Observed(
        index=index,
        case=case,
        load=load,
        is_open=is_open,
        is_warm_up=is_warm_up,
        due=sent if due is None else due,
        sent=sent,
        late=None if ready is None else to_digits(sent - ready),
        connect=None if reply.connect_seconds is None else to_digits(reply.connect_seconds),
        request_sent=reads.request_sent,
        first_byte=reads.first,
        first_text=first_text,
        audio=tuple(audio),
        levels=levels.finish(),
        end=end,
        received_bytes=reads.bytes,
        request_id=reply.request_id,
        answered_by=reply.model,
        error=error,
    )
