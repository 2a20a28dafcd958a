"""Finds the highest load that still meets a target: by doubling, then by bisection.

It supposes that what one load meets, each lower one does.
"""

from __future__ import annotations

CLOSE = 1.05
"""A rate is found once what meets and what does not are within 5 %; users are whole numbers."""

LEAST_SHARE = 1 / 16
"""Of the first rate: a lower one would take its requests hours to come."""

MOST_STEPS = 24
"""Of rounds: from 1 to any limit and back by bisection takes fewer."""


class Search:
    """The loads to try, one after the other.

    Args:
        start: The first.
        most: The highest.
        is_whole: Whether loads are whole numbers.

    Attributes:
        best: The highest load that met the target, None if none did.
    """

    __slots__ = ("_is_whole", "_least", "_missed", "_most", "_next", "_steps", "best")

    def __init__(self, *, start: float, most: float, is_whole: bool) -> None:
        self._is_whole = is_whole
        self._most = most
        self._missed: float | None = None
        self._next: float | None = min(start, most)
        self._least = self._next * LEAST_SHARE
        self._steps = 0
        self.best: float | None = None

    @property
    def load(self) -> float | None:
        """What to try next; None if it is found."""
        return self._next

    def tell(self, *, is_met: bool) -> None:
        """Whether ``load`` met the target."""
        assert self._next is not None  # noqa: S101 -- it was tried
        if is_met:
            self.best = self._next
        else:
            self._missed = self._next
        self._steps += 1
        self._next = self._following() if self._steps < MOST_STEPS else None

    def _following(self) -> float | None:
        if self._missed is None:
            assert self.best is not None  # noqa: S101 -- one of them is known
            return None if self.best >= self._most else min(self.best * 2, self._most)
        low = self.best or 0.0
        if self._is_whole:
            middle = float((low + self._missed) // 2)
            return None if middle in {low, self._missed} else middle
        if low and self._missed / low <= CLOSE:
            return None
        middle = (low + self._missed) / 2
        return middle if middle >= self._least else None
