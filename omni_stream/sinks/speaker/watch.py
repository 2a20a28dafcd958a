"""When a device is lost.

It says so in three ways, or in none: its stream ends by itself; its thread asks for no more
blocks and spins; its thread waits for ever.  So it is lost if its stream has ended, or if no block
was asked for in as many looks as make up a limit.  The time between two looks counts for no more than
it was meant to be: a process that was stopped, or a loop that was blocked, is no lost device.
"""

from __future__ import annotations

from typing import Final

LOOK_SECONDS: Final = 0.1
"""Ten looks a second cost nothing, and a device has to be missing for many of them."""

LOST_SECONDS: Final = 1.0
"""A device that works asks every few ms, or in as long as its buffer lasts; a wireless one may hiccup."""

LOST_BUFFERS: Final = 4.0


class Watch:
    """Looks at a device that plays, of `latency` seconds."""

    def __init__(self, latency: float) -> None:
        self._limit = max(LOST_SECONDS, LOST_BUFFERS * latency)
        self._blocks = -1
        self._looked_at = 0.0
        self._missing = 0.0

    def is_lost(self, now: float, *, blocks: int, is_finished: bool) -> bool:
        """Look: at `now`, so many blocks were asked for in all."""
        if blocks != self._blocks:
            self._missing = 0.0
        else:
            self._missing += min(now - self._looked_at, LOOK_SECONDS)
        self._blocks, self._looked_at = blocks, now
        return is_finished or self._missing >= self._limit
