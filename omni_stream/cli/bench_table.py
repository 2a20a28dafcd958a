"""The figures of a run, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.cli.listing import Column, show_table

if TYPE_CHECKING:
    from omni_stream.bench import Difference, Row, Summary

_COLUMNS = (
    Column("Load", 20, is_number=True),
    Column("Of", 16),
    Column("Requests", 16, is_number=True),
    Column("Failed", 10, is_number=True),
    Column("ttfa p50", 19, is_number=True),
    Column("ttfa p95", 18, is_number=True),
    Column("ttfs p50", 9, is_number=True),
    Column("underrun p50", 8, is_number=True),
    Column("underrun p95", 14, is_number=True),
    Column("c50", 13, is_number=True),
    Column("c100", 17, is_number=True),
    Column("c200", 12, is_number=True),
    Column("not scored", 7, is_number=True),
    Column("rtf p50", 15, is_number=True),
    Column("rtf_stream p50", 16, is_number=True),
    Column("jitter p50", 6, is_number=True),
    Column("Stamp", 5),
)

_DIFFERENCES = (
    Column("Load", 5, is_number=True),
    Column("Figure", 9),
    Column("Before", 7, is_number=True),
    Column("After", 8, is_number=True),
    Column("Change", 6, is_number=True),
    Column("95 % of draws", 4, is_number=True),
    Column("Pairs", 3, is_number=True),
)


def show_summary(summary: Summary) -> None:
    """Show the rows of a run; what there is too little of is ``-``."""
    show_table(_COLUMNS, [_row(row) for row in summary.rows])


def show_differences(differences: list[Difference]) -> None:
    """Show what a comparison found."""
    show_table(_DIFFERENCES, [_difference(one) for one in differences])


def _row(row: Row) -> tuple[str, ...]:
    shares = [row.share(name) for name in ("c50", "c100", "c200")]
    figures = [
        row.figure(metric, name)
        for metric, name in (
            ("ttfa", "p50"),
            ("ttfa", "p95"),
            ("ttfs", "p50"),
            ("underrun", "p50"),
            ("underrun", "p95"),
        )
    ]
    return (
        row.load_name,
        "all" if row.group is None else str(row.group),
        str(len(row.measured)),
        str(row.errors.total()),
        *map(told, figures),
        *(told(share.share) for share in shares),
        str(shares[0].not_scored),
        told(row.figure("rtf", "p50")),
        told(row.figure("rtf_stream", "p50")),
        told(row.figure("jitter", "p50")),
        row.stamp,
    )


def _difference(one: Difference) -> tuple[str, ...]:
    relative = "" if one.relative is None else f" ({100 * one.relative:+.1f} %)"
    drawn = "-"
    if one.interval is not None and one.relative_interval is not None:
        low, high = (100 * change for change in one.relative_interval)
        drawn = f"{one.interval[0]:+.3f} to {one.interval[1]:+.3f} ({low:+.1f} to {high:+.1f} %)"
    return (
        f"{one.load:g}",
        one.figure,
        told(one.before),
        told(one.after),
        "-" if one.change is None else f"{one.change:+.3f}{relative}",
        drawn,
        str(one.pairs),
    )


def told(value: float | None) -> str:
    """A figure with three digits behind the point, or ``-``."""
    return "-" if value is None else f"{value:.3f}"
