"""Percentile curves: of each model, voice and region, or of each load."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from omni_stream.bench.report.chart import BOTTOM, LEFT, RIGHT, SERIES, TOP, Chart
from omni_stream.bench.report.scale import Scale, covering
from omni_stream.bench.statistic import LEAST_BEYOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.bench.summary import Row

_MARKS = (0.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9)


def curves(rows: Sequence[tuple[str, Row]], metric: str, title: str, note: str) -> str:
    """The curves of ``metric``, one for each named row; nothing if none has as much.

    ``note`` says what else they are of.  Each ends where fewer than ten values are left.
    """
    drawn = []
    for name, row in rows[:SERIES]:
        values = sorted(row.values.get(metric, ()))
        told = values[: len(values) - LEAST_BEYOND]
        if len(told) > 1:
            drawn.append((name, [(_place(rank / len(values)), value) for rank, value in enumerate(told)]))
    if not drawn:
        return ""
    high = max(points[-1][0] for _, points in drawn)
    marks = [(_place(mark / 100), f"p{mark:g}" if mark else "0") for mark in _MARKS]
    chart = Chart(
        title,
        Scale(0.0, high, LEFT, RIGHT),
        covering([value for _, points in drawn for _, value in points], BOTTOM, TOP),
        x_name="percentile",
        y_name="seconds",
        x_ticks=[mark for mark in marks if mark[0] <= high],
    )
    for number, (name, points) in enumerate(drawn):
        chart.line(points, name, number)
    left_out = f" {len(rows) - SERIES} more are in the table." if len(rows) > SERIES else ""
    chart.note(f"{note}{left_out}")
    return chart.html()


def _place(share: float) -> float:
    """Where a percentile stands: each tenth of what is beyond it takes the same length."""
    return -math.log10(1 - share)
