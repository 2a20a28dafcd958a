"""How many sessions fit: more of them begin for as long as delivery is as it should be.

* The first steps are leaps, as what is left of the core allows, the others are of a sixteenth.  Where
  delivery fails, the interval is halved until it is no larger than that.
* Who fails is looked at once more, and once more, within bounds, where the server was late itself or others
  had the core.  Where that does not end, nobody is blamed: it is told how far the climb went.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from side_by_side.crowd import settle

if TYPE_CHECKING:
    from side_by_side.crowd import Crowd, Look

MOST_SESSIONS = 8192
"""What the server's core can write to at that pace, where it is fast; where it is not, the server is late
before, and that is told."""

STEP = 16
"""Which part of the number it is found to."""

LARGEST_LEAP = 4.0
BUSY = 0.75
"""Which part of the core leaps lead to."""

MOST_LOOKS = 4
"""At one number."""

LONGEST_SECONDS = 120.0
"""After which nothing more is tried."""


@dataclass(frozen=True, slots=True)
class Climb:
    """What was found.

    Attributes:
        sessions: How many fit; 0 if none did.
        note: Why there may be more; empty where there are not.
    """

    sessions: int
    note: str = ""


async def climb(crowd: Crowd, *, first: int, most: int, seconds: float) -> Climb:
    """Look for the most sessions that fit, from ``first`` up to ``most``, ``seconds`` at each."""
    until = time.monotonic() + LONGEST_SECONDS
    good, bad, sessions = 0, None, first
    while sessions and (bad is None or bad - good > max(1, good // STEP)):
        if time.monotonic() > until:
            return Climb(good, f"it took over {LONGEST_SECONDS:.0f} s to look")
        found = await _look(crowd, sessions, seconds)
        if found.is_in_time:
            good = sessions
        elif found.hindrance:
            return Climb(good, f"at {sessions:,} {found.hindrance}")
        else:
            bad = sessions
        if good == most:
            return Climb(good, "the server is not asked for more")
        if bad is None:
            leap = min(LARGEST_LEAP, BUSY / max(found.busy, 0.01))
            sessions = min(most, max(good + 1, good + good // STEP, int(good * leap)))
        else:
            sessions = max(good + 1, int(sqrt(good * bad))) if good else bad // 2
    return Climb(good)


async def _look(crowd: Crowd, sessions: int, seconds: float) -> Look:
    await crowd.resize(sessions)
    await settle(crowd)
    blamed = 0
    for _ in range(MOST_LOOKS):
        found = await crowd.look(seconds)
        blamed += not found.hindrance
        if found.is_in_time or blamed == 2:
            break
    return found
