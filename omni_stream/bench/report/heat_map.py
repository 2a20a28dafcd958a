"""Where in a reply the gaps are."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from omni_stream.bench.report.chart import BOTTOM, LEFT, RIGHT, TOP, Chart
from omni_stream.bench.report.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.bench.observed import Observed

COLUMNS, ROWS = 34, 24

_LEAST_RATIO, _MOST_RATIO = 0.01, 100.0


def heat_map(requests: Sequence[Observed]) -> str:
    """How often which gap came how far into a reply; nothing without gaps."""
    gaps = [
        (later.at - one.audio[0].at, (later.at - earlier.at) / earlier.seconds)
        for one in requests
        if one.error is None
        for earlier, later in pairwise(one.audio)
    ]
    if not gaps:
        return ""
    ratios = [min(max(ratio, _LEAST_RATIO), _MOST_RATIO) for _, ratio in gaps]
    x = Scale(0.0, max(at for at, _ in gaps) or 1.0, 0, COLUMNS)
    y = Scale(min(*ratios, 0.5), max(*ratios, 2.0), 0, ROWS, is_log=True)
    counts = Counter(
        (min(int(x.at(at)), COLUMNS - 1), min(int(y.at(ratio)), ROWS - 1))
        for (at, _), ratio in zip(gaps, ratios, strict=True)
    )
    chart = Chart(
        "Gaps between pieces of audio",
        Scale(0.0, x.high, LEFT, RIGHT),
        Scale(y.low, y.high, BOTTOM, TOP, is_log=True),
        x_name="seconds from the first audio",
        y_name="gap by the audio before it",
    )
    most = max(counts.values())
    step = (y.high / y.low) ** (1 / ROWS)
    for (column, row), times in sorted(counts.items()):
        begin, end = (x.high * place / COLUMNS for place in (column, column + 1))
        low, high = (y.low * step**place for place in (row, row + 1))
        share = 0.12 + 0.88 * (times / most) ** 0.5
        chart.cell(
            (begin, end), (low, high), share, f"{times} gaps, {low:.2g} to {high:.2g}, at {begin:.1f} s"
        )
    chart.level(1.0)
    chart.note(
        f"{len(gaps)} gaps, the more the stronger the field. Above the dotted line speech came slower than"
        " it is played."
    )
    return chart.html()
