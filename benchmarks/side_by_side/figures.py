"""What many rounds come to."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from side_by_side.contests import Aim, Contest


@dataclass(frozen=True, slots=True)
class Spread:
    """A median and the quartiles around it."""

    low: float
    middle: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """The spread of at least two values."""
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return Spread(low, middle, high)


def times_ours(contest: Contest, name: str) -> Spread:
    """How many times our CPU time ``name`` uses.

    The middle is the ratio of medians; the quartiles are those of the rounds' own ratios.
    """
    theirs, ours = contest.seconds[name], contest.seconds[contest.ours]
    by_rounds = spread([their / our for their, our in zip(theirs, ours, strict=True)])
    return Spread(by_rounds.low, median(theirs) / median(ours), by_rounds.high)


def reached(contest: Contest, aim: Aim) -> Spread:
    """How many times ours the best of the aim's peers uses."""
    return min((times_ours(contest, peer) for peer in aim.peers), key=lambda times: times.middle)
