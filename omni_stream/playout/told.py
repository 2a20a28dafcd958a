"""What a buffer tells of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Happening: TypeAlias = Literal["started", "stalled", "resumed", "drained"]


class PlayoutStats(NamedTuple):
    """What a buffer holds and what it did, as of now.

    The first four are of the reply whose turn it is; the others count over all replies.

    Attributes:
        level_s: Seconds of audio that have come and were not played.
        target_s: Seconds that would be enough to start with, or to have as the reply goes on, as
            of the last call; 0 once it has ended.
        heard_s: Seconds of the reply that were played, from its first sample on.
        started_at: When its sound began, None while it waits.
        stalls: Silences that were not the reply's: within speech, or longer than a pause may be
            lengthened by.
        stalled_s: Seconds of them.
        held_s: Seconds by which pauses were lengthened.
        stretched_s: Seconds by which slower speech took longer.
        skipped_s: Seconds of silence that were passed over: before the first sound, and in pauses
            where as much had been put in already.
        dropped_s: Seconds of audio that were interrupted, or came after an interruption.
    """

    level_s: float
    target_s: float
    heard_s: float
    started_at: float | None
    stalls: int
    stalled_s: float
    held_s: float
    stretched_s: float
    skipped_s: float
    dropped_s: float


@dataclass(frozen=True, slots=True)
class PlayoutEvent:
    """Something that the listener noticed, or the program may want to.

    Attributes:
        happening: "started": the first sound of a reply.  "stalled": there is nothing to play.
            "resumed": its sound goes on after that.  "drained": it was played to its end.
        at: When it is heard, in seconds on the caller's clock.
        reply: To which reply, counted from 0 over the calls of `begin` that audio followed.
    """

    happening: Happening
    at: float
    reply: int
