"""A measurement, its outcome, and what is aimed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Aim:
    """How many times better than the best of some peers ours should be.

    Attributes:
        times: How many times.
        name: What is better, and than what.
        peers: Who the peers are.
    """

    times: float
    name: str
    peers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """What a figure of ours should be at most, or at least.

    Attributes:
        bound: The bound, of the figure or of what it is of another.
        name: What is bounded, with a place for the bound.
        of: Which contender's figure it is divided by; None for the figure itself.
        who: Whose figure it is; None for ours.
        at_least: Whether more is better.
    """

    bound: float
    name: str
    of: str | None = None
    who: str | None = None
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Contest:
    """One measurement and its outcome.

    Attributes:
        title: What was measured, and how.
        unit: What of; seconds are shown as the unit says.
        ours: Whose figure the others are compared with.
        limits: Who did only a part of the work.
        aims: What was aimed at.
        values: A figure for each contender by rounds; seconds where the unit is one of time.
        more_is_better: Whether it is not as with time.
        notes: What has to be known of the figures, a sentence each.
    """

    title: str
    unit: str
    ours: str
    limits: tuple[str, ...]
    aims: tuple[Aim | Own, ...]
    values: Mapping[str, list[float]]
    more_is_better: bool = False
    notes: tuple[str, ...] = ()

    @property
    def scale(self) -> float:
        """What a value is multiplied by to be shown."""
        return {"µs": 1e6, "ms": 1e3}.get(self.unit.partition(" ")[0], 1.0)
