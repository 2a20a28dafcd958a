"""Event streams: bytes -> ``ServerSentEvent``s, by the WHATWG rules.

The rules are those of the HTML Living Standard, section 9.2.6, "Interpreting an
event stream" (https://html.spec.whatwg.org/multipage/server-sent-events.html),
to the letter, for any bytes in any split.  What a service means by an event is
the business of ``wire``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from omni_stream import _native
from omni_stream._native import ServerSentEvent
from omni_stream.errors import LimitExceeded, UsageError

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["MAX_EVENT_BYTES", "MAX_LINE_BYTES", "SSEParser", "ServerSentEvent", "limit_exceeded"]

MAX_EVENT_BYTES = 64 << 20
"""Sixteen minutes of 24 kHz speech in base64, where a service sends whole answers as one event;
services that stream stay below 1 MiB, and no peer can make a parser hold more than this."""

MAX_LINE_BYTES = MAX_EVENT_BYTES
"""An event of one line is the usual shape, so a line may be as long as an event."""


def limit_exceeded(fault: _native.LimitFault) -> LimitExceeded:
    """The error for a native limit fault, with the items completed before it as ``events``."""
    what, limit, seen, completed = fault.args
    error = LimitExceeded(
        f"the {what} under way in the event stream",
        limit=limit,
        seen=seen,
        remedy=f"raise max_{what}_bytes if the peer is to be trusted",
    )
    error.events = completed
    return error


class SSEParser(_native.SSEParser):
    """The incremental parser of an event stream.

    It decodes as UTF-8 whatever a header says, since the standard knows no other
    encoding; invalid bytes become U+FFFD.  Time is linear in the bytes fed,
    whatever the size of the reads.  Memory is bounded: comments are kept up to
    1 KiB a block, fields that the standard does not name are dropped as they
    stream, and everything else is under the two limits.

    Args:
        last_event_id: Where an earlier connection to the same stream had got to.
        max_line_bytes: Limit of a ``data``, ``event``, ``id`` or ``retry`` line, in bytes,
            its break not counted.
        max_event_bytes: Limit of an event, its type and its data, in bytes.

    Attributes:
        last_event_id: The ``id`` that the last blank line committed.
        reconnection_time: Milliseconds of the last valid ``retry`` field, at most 2**64 - 1;
            None until there was one.
        replacements: How many U+FFFD stand for invalid UTF-8 in what was given out.
        unfinished_data: After ``close``: the data of the block that the end cut off, None if
            there was none. The standard discards it; a caller may know better.

    Raises:
        UsageError: A limit is below 1, or ``last_event_id`` is one that no stream can set.
    """

    __slots__ = ()

    def __new__(
        cls,
        *,
        last_event_id: str = "",
        max_line_bytes: int = MAX_LINE_BYTES,
        max_event_bytes: int = MAX_EVENT_BYTES,
    ) -> Self:
        """Check the arguments."""
        if min(max_line_bytes, max_event_bytes) < 1:
            raise UsageError(
                "max_line_bytes and max_event_bytes are at least 1, "
                f"not {max_line_bytes} and {max_event_bytes}"
            )
        if not set("\0\r\n").isdisjoint(last_event_id):
            raise UsageError(f"a last event id has no NUL, CR or LF; {last_event_id!r} has")
        return super().__new__(
            cls,
            last_event_id=last_event_id,
            max_line_bytes=max_line_bytes,
            max_event_bytes=max_event_bytes,
        )

    def feed(self, content: Buffer) -> list[ServerSentEvent]:
        """Parse the next bytes.

        Args:
            content: The bytes as they were read, cut anywhere; may be empty.

        Returns:
            The events that these bytes finish, in order.

        Raises:
            LimitExceeded: A line or an event is over its limit. ``events`` has what these bytes
                had finished before it; every later call raises again.
        """
        try:
            return _native.SSEParser.feed(self, content)
        except _native.LimitFault as fault:
            raise limit_exceeded(fault) from None
