"""Ends the reading of a reply when one of its time limits passes.

* A limit runs only while the socket is waited on: a reader that is slow or
  pauses never trips one (but ``total`` is total).
* There is no timer per read, and nothing is done at one.  The one timer of a
  reply looks, when the next limit would pass, how long the wait is that is
  under way: no limit passes before.
* A loop that was blocked may not have read yet what came in time, so whoever
  seems late is looked at once more after the sockets were polled.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING

from omni_stream.client.limits import Limit, limit_passed

if TYPE_CHECKING:
    from omni_stream.client.response import Response
    from omni_stream.client.timeouts import Timeouts

SECOND_LOOK = 0.01
"""Seconds after which a late peer is looked at once more: over a turn of the loop, and nobody notices."""

LOST_LOOK = 1.0
"""Seconds between looks at whether the connection is still there, which aiohttp does not always tell."""


class Watch:
    """The time limits of one response while its body is read.

    Args:
        response: What is read, and interrupted.
        timeouts: The limits.
        total_deadline: When the whole reply must be complete, in the loop's time; ``inf`` for no limit.
    """

    __slots__ = (
        "_clock",
        "_content_idle",
        "_content_left",
        "_first_event_deadline",
        "_has_content",
        "_idle",
        "_is_told",
        "_loop",
        "_response",
        "_seems_late",
        "_timeouts",
        "_timer",
        "_total_deadline",
    )

    def __init__(self, response: Response, timeouts: Timeouts, *, total_deadline: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = self._loop.time
        self._response = response
        self._timeouts = timeouts
        self._total_deadline = total_deadline
        self._first_event_deadline = response.sent_at + _or_inf(timeouts.first_event)
        self._idle = _or_inf(timeouts.idle)
        self._content_idle = self._content_left = _or_inf(timeouts.content_idle)
        self._has_content = False
        self._timer: asyncio.TimerHandle | None = None
        self._seems_late = False
        self._is_told = False  # whether somebody tells if the connection is gone

    def start(self) -> None:
        """Look from now on, until ``stop``."""
        now = self._clock()
        self._look_at(self._next_limit(now)[0], now)

    def look_closely(self) -> None:
        """Nobody tells any more whether the connection is gone."""
        if self._is_told:
            self.stop()
            self.start()

    def stop(self) -> None:
        """Look no more. Idempotent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def content(self) -> None:
        """An event with content has come."""
        self._content_left = self._content_idle
        self._has_content = True

    def waited(self, seconds: float) -> None:
        """A wait of so many seconds is over, and may have brought no content."""
        self._content_left -= seconds

    def _next_limit(self, now: float) -> tuple[float, Limit]:
        """When the next limit passes if nothing comes, and which one."""
        soonest: tuple[float, Limit] = self._total_deadline, "total"
        if not self._has_content:
            return min(soonest, (self._first_event_deadline, "first_event"))
        for_bytes, for_content = self._response.waited() or (0.0, 0.0)
        idle = now + self._idle - for_bytes
        content_idle = now + self._content_left - for_content
        return min(soonest, (idle, "idle"), (content_idle, "content_idle"))

    def _look_at(self, deadline: float, now: float) -> None:
        self._seems_late = False
        self._is_told = self._response.is_direct
        if not self._has_content:  # which may come at once, and have its limits from then on
            deadline = min(deadline, now + self._idle, now + self._content_idle)
        if not self._is_told:
            deadline = min(deadline, now + LOST_LOOK)
        if deadline < inf:
            self._timer = self._loop.call_at(deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        now = self._clock()
        deadline, limit = self._next_limit(now)
        if self._response.is_lost and self._response.is_awaited:
            self._response.interrupt_as_lost()
        elif now < deadline:
            self._look_at(deadline, now)
        elif self._seems_late:
            self._response.interrupt(self._passed(limit))
        else:
            self._seems_late = True
            self._timer = self._loop.call_at(now + SECOND_LOOK, self._look)

    def _passed(self, limit: Limit) -> Exception:
        return limit_passed(limit, self._timeouts, self._response.host)


def _or_inf(seconds: float | None) -> float:
    return inf if seconds is None else seconds
