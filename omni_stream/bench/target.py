"""What a load has to meet: ``ttfa:p95@0.5,c100:0.99,failed:0.01``.

``METRIC:FIGURE@LIMIT`` is a figure of a metric that is at most the limit; ``c50``, ``c100`` and ``c200``
are shares that are at least theirs, and ``failed`` one that is at most its.  What cannot be told, since
there is too little of it, is not met.  Nor is anything where requests failed, unless ``failed`` allows
as many: who refuses nine of ten may well be quick with the tenth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.bench.metrics import METRICS, OF_MANY, SHARES
from omni_stream.bench.statistic import check_statistic, least_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.bench.summary import Row

FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to meet.

    Attributes:
        metric: A metric, a share or "failed".
        figure: A figure of a metric, such as "p95"; "" of a share.
        limit: What it is held to.
    """

    metric: str
    figure: str
    limit: float

    def __str__(self) -> str:
        return (
            f"{self.metric}:{self.figure}@{self.limit:g}" if self.figure else f"{self.metric}:{self.limit:g}"
        )

    def told(self, row: Row) -> float | None:
        """What the row has of it; None if that cannot be told."""
        if self.figure:
            return row.figure(self.metric, self.figure)
        return row.failed if self.metric == FAILED else row.share(self.metric).share

    @property
    def least_requests(self) -> int:
        """How many requests it takes at least to be told."""
        return 1 if not self.figure or self.metric in OF_MANY else least_values(self.figure)

    def is_met(self, row: Row) -> bool:
        """Whether the row meets it."""
        told = self.told(row)
        if told is None:
            return False
        return told >= self.limit if self.metric in SHARES else told <= self.limit


def are_met(targets: Sequence[Target], row: Row) -> bool:
    """Whether the row meets all of them, and had no failure that none of them allows."""
    allows_failures = any(target.metric == FAILED for target in targets)
    return (allows_failures or not row.failed) and all(target.is_met(row) for target in targets)


def read_targets(text: str) -> tuple[Target, ...]:
    """The targets of ``text``, separated by commas.

    Raises:
        UsageError: It is something else.
    """
    return tuple(_target(part.strip()) for part in text.split(","))


def _target(part: str) -> Target:
    metric, _, rest = part.partition(":")
    figure, at, limit = rest.rpartition("@")
    try:
        value = float(limit)
    except ValueError:
        value = float("nan")
    if not value >= 0 or bool(at) != (metric in METRICS) or metric not in {*METRICS, *SHARES, FAILED}:
        raise omni.UsageError(
            f"a target is METRIC:FIGURE@LIMIT as ttfa:p95@0.5, c100:SHARE or failed:SHARE, not {part!r:.60};"
            f" metrics are {', '.join(METRICS)}"
        )
    return Target(metric, check_statistic(figure) if figure else "", value)
