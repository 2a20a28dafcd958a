"""From values to places in a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

_STEPS = (1, 2, 5, 10)
_DECADES = 3
"""Over more of them a logarithmic scale has a tick at each power of ten, else at 1, 2 and 5 of it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values stand.

    Attributes:
        low: The value at ``begin``.
        high: The value at ``end``, more than ``low``.
        begin: A place.
        end: Another.
        is_log: Whether equal ratios have equal lengths; ``low`` is then more than 0.
    """

    low: float
    high: float
    begin: float
    end: float
    is_log: bool = False

    def at(self, value: float) -> float:
        """The place of a value, within the scale."""
        inside = min(max(value, self.low), self.high)
        if self.is_log:
            share = math.log(inside / self.low) / math.log(self.high / self.low)
        else:
            share = (inside - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self, most: int = 6) -> list[float]:
        """Round values on the scale."""
        return self._log_ticks() if self.is_log else self._linear_ticks(most)

    def _linear_ticks(self, most: int) -> list[float]:
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(step * power for step in _STEPS if step * power >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [number * step for number in range(first, math.floor(self.high / step + 1e-9) + 1)]

    def _log_ticks(self) -> list[float]:
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        of_each = (1,) if len(decades) > _DECADES + 1 else (1, 2, 5)
        ticks = [step * 10.0**power for power in decades for step in of_each]
        return [tick for tick in ticks if self.low * 0.999 <= tick <= self.high * 1.001]


def covering(values: list[float], begin: float, end: float, *, is_log: bool = False) -> Scale:
    """A scale on which all of ``values`` are, from 0 on where it is linear."""
    high = max(values, default=1.0)
    if is_log:
        low = min((value for value in values if value > 0), default=high / 10 or 0.1)
        return Scale(low, high if high > low else low * 10, begin, end, is_log=True)
    return Scale(0.0, high * 1.05 if high > 0 else 1.0, begin, end)


def short(value: float) -> str:
    """A tick's text."""
    return f"{value:.3g}" if abs(value) < 1_000 else f"{value:,.0f}"  # noqa: PLR2004 -- three digits are enough
