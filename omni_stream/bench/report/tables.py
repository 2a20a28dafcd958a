"""The figures of a run, as tables of a page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from omni_stream.bench.metrics import METRICS, SHARES
from omni_stream.bench.statistic import TOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from omni_stream.bench.summary import Row, Summary

_HEADS = (
    "load",
    "of",
    "requests",
    "failed",
    "ttfa p50",
    "ttfa p95",
    "ttfs p50",
    "underrun p50",
    "underrun p95",
    *SHARES,
    "scored / not",
    "rtf p50",
    "rtf_stream p50",
)


def overview(summary: Summary) -> str:
    """A line for each load and each group of it."""
    return _table(_HEADS, map(_overview, summary.rows))


def all_figures(row: Row) -> str:
    """A line for each metric of a row."""
    lines = [
        [metric, str(len(row.values.get(metric, ()))), *(told(row.figure(metric, name)) for name in TOLD)]
        for metric in METRICS
    ]
    return _table(("metric", "values", *TOLD), lines)


def facts(said: Iterable[tuple[str, str]]) -> str:
    """A line for each fact: its name, and what there is to say."""
    lines = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in said)
    return f'<div class="wide"><table class="facts">{lines}</table></div>\n'


def told(value: float | None) -> str:
    """A figure, or a dash where there is too little of it."""
    return "\N{EN DASH}" if value is None else f"{value:.3f}"


def _overview(row: Row) -> Sequence[str]:
    shares = [row.share(name) for name in SHARES]
    figures = [("ttfa", "p50"), ("ttfa", "p95"), ("ttfs", "p50"), ("underrun", "p50"), ("underrun", "p95")]
    return (
        row.load_name,
        "all" if row.group is None else str(row.group),
        str(len(row.measured)),
        str(row.errors.total()),
        *(told(row.figure(metric, name)) for metric, name in figures),
        *(told(share.share) for share in shares),
        f"{shares[0].scored} / {shares[0].not_scored}",
        told(row.figure("rtf", "p50")),
        told(row.figure("rtf_stream", "p50")),
    )


def _cell(name: str, text: str) -> str:
    """A cell, which on a phone, where there is no room for columns, stands below its name."""
    return f'<td data-name="{name}">{escape(text)}</td>'


def _table(heads: Iterable[str], lines: Iterable[Sequence[str]]) -> str:
    names = [escape(text) for text in heads]
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(f"<tr>{''.join(map(_cell, names, line))}</tr>\n" for line in lines)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>\n'
