"""How late our own event loop runs what is due: a measurement that lags measures itself."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOK_SECONDS = 0.01
"""Between two looks: a hundred a second cost nothing, and a loop that is held up longer is seen."""

STEPS_A_SECOND = 10_000
"""Lags are counted by tenths of a millisecond, rounded up, so that a day of them is a few numbers."""


class LoopLag:
    """Looks at the running event loop, in a task of its own, until it is left.

    Looks are due at times of their own: of those that fall into a hold-up each counts, by how late it is
    made.  Else a loop that is held up for a second would have one bad look to a hundred good ones.

    Used with ``async with``.

    Attributes:
        counts: How often the loop was so many tenths of a millisecond late.
    """

    __slots__ = ("_task", "counts")

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self._task: asyncio.Task[None] | None = None

    def forget(self) -> None:
        """Begin anew: what was before is warm-up."""
        self.counts.clear()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _look(self) -> None:
        due = time.monotonic() + LOOK_SECONDS
        while True:
            await asyncio.sleep(due - time.monotonic())
            now = time.monotonic()
            self._count(now - due)
            due += LOOK_SECONDS
            while due <= now:
                self._count(now - due)
                due += LOOK_SECONDS

    def _count(self, late: float) -> None:
        self.counts[math.ceil(max(late, 0.0) * STEPS_A_SECOND)] += 1


def lags(counts: Counter[int]) -> Iterator[float]:
    """The lags, in seconds, that were counted."""
    for steps, times in sorted(counts.items()):
        for _ in range(times):
            yield steps / STEPS_A_SECOND
