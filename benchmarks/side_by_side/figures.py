"""What many rounds come to."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from side_by_side.contest import Aim, Contest, Own


@dataclass(frozen=True, slots=True)
class Spread:
    """A median and the quartiles around it."""

    low: float
    middle: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """The spread of the values; of one alone there is none."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return Spread(low, middle, high)


def times_ours(contest: Contest, name: str) -> Spread:
    """How many times what ours is, or a part of it, ``name`` is: over 1 where ours is better.

    The middle is the ratio of medians; the quartiles are those of the rounds' own ratios.
    """
    theirs, ours = contest.values[name], contest.values[contest.ours]
    return _ratio(ours, theirs) if contest.more_is_better else _ratio(theirs, ours)


def reached(contest: Contest, aim: Aim) -> Spread:
    """How many times ours the best of the aim's peers is."""
    return min((times_ours(contest, peer) for peer in aim.peers), key=lambda times: times.middle)


def come_to(contest: Contest, own: Own) -> Spread:
    """What is bounded."""
    values = contest.values[own.who or contest.ours]
    if own.of is not None:
        return _ratio(values, contest.values[own.of])
    return spread([contest.scale * value for value in values])


def _ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    rounds = spread([one / other for one, other in zip(above, below, strict=False)])
    return Spread(rounds.low, median(above) / median(below), rounds.high)
