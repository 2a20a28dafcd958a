"""Whether speech that came in pieces can be played without a hole: pure functions of arrivals.

With t_i when event i came, a_i its seconds and A_i their running sum:

* an event without audio is none; each has some;
* the underrun U = max(0, max over i > 1 of t_i - t_1 - A_(i-1)) is how much too late speech came for
  a player that begins with the first piece;
* it is the total stall of a player that pauses when it has nothing, and the least time to wait
  after the first piece so as never to stall.

One event has no continuity: U is then None, and never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.bench.observed import AudioEvent

SHORTEST_STALL = 2e-6
"""Times are kept to the microsecond: what is less than two of them is rounding."""

LEAST_AUDIO = 1e-5
"""Sums of rounded seconds: what is less than this, half of a sample at 48 kHz, is no audio."""

JITTER_SHARE = 16
"""RFC 3550, 6.4.1: a new difference counts a sixteenth."""


@dataclass(frozen=True, slots=True)
class Stalls:
    """What a listener hears of a player that runs out of speech.

    Attributes:
        count: How often there is silence within the reply.
        seconds: How long that is, all in all.
    """

    count: int
    seconds: float


def underrun(audio: Sequence[AudioEvent]) -> float | None:
    """U, in seconds; None for fewer than two events."""
    if len(audio) < 2:  # noqa: PLR2004 -- that is what continuity takes
        return None
    first = audio[0].at
    before = accumulate(event.seconds for event in audio)
    late = max(event.at - first - come for event, come in zip(audio[1:], before, strict=False))
    return late if late > SHORTEST_STALL else 0.0


def played_at(audio: Sequence[AudioEvent], position: float) -> float | None:
    """When a player without buffer plays what stands ``position`` seconds into the audio.

    None if there is not as much.
    """
    begin, lead = 0.0, float("-inf")
    for event in audio:
        lead = max(lead, event.at - begin)  # no part of this event is played before
        begin += event.seconds
        if position < begin - LEAST_AUDIO:
            return lead + position
    return None


def pausing_player(audio: Sequence[AudioEvent], *, buffer: float, ended: float) -> Stalls | None:
    """The stalls of a player that begins, and goes on after a stall, once it has ``buffer`` seconds.

    It also does so once the reply has ended.  None for fewer than two events.

    Args:
        audio: The events.
        buffer: Seconds that it wants to have in hand; 0 for anything at all.
        ended: When it knows that nothing more comes.
    """
    if len(audio) < 2:  # noqa: PLR2004 -- likewise
        return None
    come = list(accumulate(event.seconds for event in audio))
    count, silent, played, now = 0, 0.0, 0.0, audio[0].at
    has_begun = False
    at = 0  # the first event that is not in hand
    while True:
        while at < len(audio) and (come[at] <= played or come[at] - played < buffer - LEAST_AUDIO):
            at += 1
        ready = max(now, audio[at].at if at < len(audio) else max(ended, audio[-1].at))
        if has_begun and ready - now > SHORTEST_STALL:
            count += 1
            silent += ready - now
        has_begun = True
        at = min(at + 1, len(audio))
        while at < len(audio) and audio[at].at <= ready + come[at - 1] - played + SHORTEST_STALL:
            at += 1
        if at == len(audio):
            return Stalls(count, silent)
        now = ready + come[at - 1] - played
        played = come[at - 1]


def gaps(audio: Sequence[AudioEvent]) -> list[float]:
    """Seconds between each event and the one before."""
    return [later.at - earlier.at for earlier, later in pairwise(audio)]


def gap_ratios(audio: Sequence[AudioEvent]) -> list[float]:
    """The same, divided by the audio of the event before: over 1, speech comes slower than it is played."""
    return [(later.at - earlier.at) / earlier.seconds for earlier, later in pairwise(audio)]


def jitter(audio: Sequence[AudioEvent]) -> float | None:
    """RFC 3550's, of each gap less the audio before it, in seconds; None for fewer than two events."""
    if len(audio) < 2:  # noqa: PLR2004 -- likewise
        return None
    estimate = 0.0
    for earlier, later in pairwise(audio):
        difference = later.at - earlier.at - earlier.seconds
        estimate += (abs(difference) - estimate) / JITTER_SHARE
    return estimate
