"""What a reply is sent as: events with their place and time, and the steps of sending them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """A piece of a reply's body that is sent at once.

    Attributes:
        due: Seconds from the request, when it is sent.
        content: Its bytes.
        position: Where the stream is once it is sent, in seconds of it: the speech sent so far.
        encoded: The base64 of audio that ``content`` has in it; None if it has none.
        ends: Whether it is the last, such as an end mark; a body without a mark ends with an empty one.
    """

    due: float
    content: bytes
    position: float = 0.0
    encoded: bytes | None = None
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Send ``content`` when it is due.

    Attributes:
        content: Some bytes.
        due: When, in seconds from the request.
        position: Where the stream is once they are sent; None if that is within an event.
    """

    content: bytes
    due: float
    position: float | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Send nothing for ``seconds``; all that follows is later by as much."""

    seconds: float


class End(Enum):
    """How a body ends."""

    WHOLE = auto()
    """As HTTP says."""
    CLOSED = auto()
    """In its middle, with the connection (FIN)."""
    RESET = auto()
    """In its middle, with a reset connection (RST)."""


Step = Write | Pause | End


@dataclass(frozen=True, slots=True)
class Stream:
    """A reply's body.

    Attributes:
        events: What it is sent as, in order; the last one ``ends``.
        length_seconds: The position of the last event.
        end: How it ends by itself.
        is_events: Whether it is an event stream whose events are known one by one.
    """

    events: Iterable[StreamEvent]
    length_seconds: float
    end: End = End.WHOLE
    is_events: bool = True
