"""What becomes of a figure as the load grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.bench.report.chart import BOTTOM, LEFT, RIGHT, TOP, Chart
from omni_stream.bench.report.scale import Scale, covering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.bench.summary import Row

_EDGE = 14


def first_audio_by_load(rows: Sequence[Row]) -> str:
    """The first audio against load; nothing of a single load."""
    series = [
        (f"ttfa {name}", [(row, value) for row in rows if (value := row.figure("ttfa", name)) is not None])
        for name in ("p50", "p95")
    ]
    values = [value for _, points in series for _, value in points]
    if len(rows) < 2 or not values:  # noqa: PLR2004 -- a line takes two
        return ""
    chart = _chart("First audio against load", rows, covering(values, BOTTOM, TOP), "seconds")
    for number, (name, points) in enumerate(series):
        if points:
            places = [(row.load, value) for row, value in points]
            chart.line(places, name, number)
            chart.dots(places, [f"{name} at {x:g}: {y:.3f} s" for x, y in places], number)
    return chart.html()


def continuity_by_load(rows: Sequence[Row]) -> str:
    """The share of replies that play without a stall, against load; nothing of a single load."""
    if len(rows) < 2 or all(row.share("c100").share is None for row in rows):  # noqa: PLR2004 -- likewise
        return ""
    chart = _chart("Replies without a hole, against load", rows, Scale(0.0, 1.0, BOTTOM, TOP), "share")
    for number, name in enumerate(("c100", "c50", "c200")):
        shares = [(row.load, row.share(name)) for row in rows]
        told = [(load, share) for load, share in shares if share.share is not None]
        places = [(load, share.share or 0.0) for load, share in told]
        chart.line(places, name, number, is_dashed=number > 0)
        texts = [
            f"{name} at {load:g}: {share.share:.3f} of {share.scored} scored, {share.not_scored} not"
            for load, share in told
        ]
        chart.dots(places, texts, number)
    chart.note("Of the scored replies those whose underrun is at most 100, 50 and 200 ms.")
    return chart.html()


def _chart(title: str, rows: Sequence[Row], y: Scale, y_name: str) -> Chart:
    loads = [row.load for row in rows]
    x = Scale(min(loads), max(loads), LEFT + _EDGE, RIGHT - _EDGE, is_log=min(loads) > 0)
    name = "requests a second" if rows[0].is_open else "users at once"
    return Chart(title, x, y, x_name=name, y_name=y_name, x_ticks=[(load, f"{load:g}") for load in loads])
