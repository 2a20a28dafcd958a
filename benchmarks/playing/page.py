"""The outcome as a page to read."""

from __future__ import annotations

from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playing.on_a_card import Facts


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def middle(values: Sequence[float], digits: int = 1) -> str:
    """Their median, with the quartiles behind it where there are enough."""
    if len(values) < 4:
        return f"{median(values):,.{digits}f}"
    low, centre, high = quantiles(values, n=4, method="inclusive")
    return f"{centre:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def where(runs: Iterable[Facts], **wanted: object) -> list[Facts]:
    """The runs of which all of this holds."""
    return [run for run in runs if all(run[name] == value for name, value in wanted.items())]
