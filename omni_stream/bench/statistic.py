"""A figure of many values.

A percentile is the smallest value that so many of them do not exceed, and is told only where at
least ten lie beyond it: n (1 - p) >= 10.  Else it would be the luck of a few.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_BEYOND = 10
"""Values that have to lie beyond a percentile."""

TOLD = ("mean", "min", "p50", "p90", "p95", "p99", "max")
"""What is told of every figure."""

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,2})?)")


def check_statistic(name: str) -> str:
    """``name`` itself.

    Raises:
        UsageError: There is no such figure.
    """
    percentile = _PERCENTILE.fullmatch(name)
    if name not in TOLD and (percentile is None or not Decimal(percentile[1])):
        raise omni.UsageError(
            f"a figure is mean, min, max, or a percentile such as p50 or p99.9, not {name!r}"
        )
    return name


def statistic(values: Sequence[float], name: str) -> float | None:
    """The figure ``name`` of ``values``; None where there are too few.

    Args:
        values: In any order.
        name: "mean", "min", "max", or a percentile such as "p95".

    Raises:
        UsageError: There is no such figure.
    """
    return of_any(values, name) if len(values) >= least_values(name) else None


def least_values(name: str) -> int:
    """Of how many values the figure ``name`` is told.

    Raises:
        UsageError: There is no such figure.
    """
    if check_statistic(name)[0] != "p":
        return 1
    return math.ceil(LEAST_BEYOND * 100 / (100 - Decimal(name[1:])))


def of_any(values: Sequence[float], name: str) -> float:
    """The figure ``name`` of ``values``, however few; there is at least one."""
    if name == "mean":
        return math.fsum(values) / len(values)
    if name in {"min", "max"}:
        return min(values) if name == "min" else max(values)
    return nearest_rank(sorted(values), Decimal(name[1:]))


def nearest_rank(ordered: Sequence[float], percent: Decimal) -> float:
    """The smallest of ``ordered`` that so many per cent of them do not exceed; there is at least one."""
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]
