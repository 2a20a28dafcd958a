"""What change is too much: ``ttfa.p95>+10%``, ``c100<-0.02``, ``failed>0``.

It is judged by the whole interval between which the change lies: it is surely too much if all of it is
beyond the limit, and surely not if none is; else nobody can say.  What cannot be told is never a pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import omni_stream as omni
from omni_stream.bench.compare import figure_of

if TYPE_CHECKING:
    from omni_stream.bench.compare import Difference

Verdict: TypeAlias = Literal["broken", "unsure", "kept", "unknown"]

_CONDITION = re.compile(r"\s*([^<>\s]+?)\s*([<>])\s*([+-]?\d+(?:\.\d+)?)\s*(%?)\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """A change that is too much: ``ttfa.p95>+10%``, ``c100<-0.02``, ``rtf.p50>0.1``.

    Attributes:
        figure: "METRIC.FIGURE", a share, or "failed".
        is_more: Whether more is too much, else less.
        limit: The change, in the figure's unit, or as a share of what it was.
        is_relative: Whether it is a share.
    """

    figure: str
    is_more: bool
    limit: float
    is_relative: bool

    def judge(self, difference: Difference) -> Verdict:
        """Whether the change is too much.

        Returns:
            "broken" or "kept" if all of the interval says so, "unsure" if the limit is within it, "unknown"
            if the change cannot be told.
        """
        interval = difference.relative_interval if self.is_relative else difference.interval
        if interval is None:
            return "unknown"
        beyond = [change > self.limit if self.is_more else change < self.limit for change in interval]
        return "broken" if all(beyond) else "unsure" if any(beyond) else "kept"


def read_condition(text: str) -> Condition:
    """The condition of ``text``.

    Raises:
        UsageError: It is something else.
    """
    said = _CONDITION.fullmatch(text)
    if said is None:
        raise omni.UsageError(
            f"a condition is FIGURE>CHANGE or FIGURE<CHANGE, as ttfa.p95>+10% or c100<-0.02, not {text!r:.60}"
        )
    figure_of(said[1])
    return Condition(said[1], said[2] == ">", float(said[3]) / (100 if said[4] else 1), bool(said[4]))
