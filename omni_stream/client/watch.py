"""Ends the reading of a reply when one of its time limits passes.

* A limit runs only between ``begin`` and ``end``, while the socket is waited
  on: a reader that is slow or pauses never trips one (but ``total`` is total).
* There is no timer per read.  A read only moves a deadline, which is a number;
  the one timer of a reply fires when the deadline that it was set for has
  come, finds that it has moved, and is set anew.  It fires a few times a
  minute, not a few hundred times a second.
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
        "_armed_for",
        "_began",
        "_content_left",
        "_deadline",
        "_has_content",
        "_limit",
        "_looked",
        "_loop",
        "_response",
        "_seen_bytes",
        "_timeouts",
        "_timer",
        "_total_deadline",
        "_waiting",
    )

    def __init__(self, response: Response, timeouts: Timeouts, *, total_deadline: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._response = response
        self._timeouts = timeouts
        self._total_deadline = total_deadline
        self._has_content = False
        self._content_left = inf
        self._waiting = False
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = inf
        self._began = 0.0
        self._seen_bytes = 0
        self._deadline = inf
        self._limit: Limit = "total"
        self._looked = False

    def begin(self) -> None:
        """The socket is about to be waited on, all that had come having been decoded.

        Raises:
            TimeoutError, StreamStalled: A limit that bytes alone do not reset has passed.
        """
        now = self._began = self._loop.time()
        self._seen_bytes = self._response.received_bytes
        self._looked = False
        self._find_deadline()
        if self._deadline <= now:
            raise self._passed()
        self._waiting = True
        soonest = min(self._deadline, now + LOST_LOOK)
        if soonest < self._armed_for:
            self._arm(soonest)

    def end(self) -> None:
        """The wait is over."""
        self._waiting = False
        self._content_left -= self._loop.time() - self._began

    def content(self) -> None:
        """An event with content has come."""
        self._has_content = True
        self._content_left = _or_inf(self._timeouts.content_idle)

    def stop(self) -> None:
        """Nothing is waited for any more."""
        self._waiting = False
        self._disarm()

    def _find_deadline(self) -> None:
        self._limit, self._deadline = "total", self._total_deadline
        if not self._has_content:
            first_event = self._response.sent_at + _or_inf(self._timeouts.first_event)
            if first_event < self._deadline:
                self._limit, self._deadline = "first_event", first_event
            return
        idle = _or_inf(self._timeouts.idle)
        if self._began + idle < self._deadline:
            self._limit, self._deadline = "idle", self._began + idle
        if self._began + self._content_left < self._deadline:
            self._limit, self._deadline = "content_idle", self._began + self._content_left

    def _arm(self, when: float) -> None:
        self._disarm()
        self._armed_for = when
        self._timer = self._loop.call_at(when, self._look)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._armed_for = inf

    def _look(self) -> None:
        self._timer = None
        self._armed_for = inf
        if not self._waiting or self._response.received_bytes != self._seen_bytes:
            return  # nobody waits, or what came is about to be read: the next wait looks anew
        now = self._loop.time()
        if self._response.is_lost:
            self._response.interrupt_as_lost()
        elif now < self._deadline:
            self._arm(min(self._deadline, now + LOST_LOOK))
        elif not self._looked:
            self._looked = True
            self._arm(now + SECOND_LOOK)
        else:
            self._response.interrupt(self._passed())

    def _passed(self) -> Exception:
        return limit_passed(self._limit, self._timeouts, self._response.host)


def _or_inf(seconds: float | None) -> float:
    return inf if seconds is None else seconds
