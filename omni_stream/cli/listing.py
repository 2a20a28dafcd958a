"""Rows of the catalog: a table on a terminal, tab-separated lines in a pipe, or JSON lines.

A table that is too wide for its terminal leaves out columns, the least
important first, and says so; it never cuts a cell, and has no empty column.
Lines and JSON are whole however wide they are.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import omni_stream as omni
from omni_stream.cli.screen import can_be_drawn_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from _typeshed import DataclassInstance

_GAP_CELLS = 2
_LEAST_PROSE_CELLS = 24  # narrower, and a line holds two words


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        head: What stands above it.
        importance: Of those that do not fit, the one with the least goes first.
        is_prose: Whether its cells may be wrapped.
        is_number: Whether its cells end at the right.
    """

    head: str
    importance: int
    is_prose: bool = False
    is_number: bool = False


def show_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, title: str | None = None) -> None:
    """Show ``rows``, a cell for each column, on standard output; only a terminal has the title.

    Raises:
        SinkError: Standard output cannot be written.
    """
    if is_drawn():
        _draw_table(columns, rows, title)
    else:
        _write("".join("\t".join(cells) + "\n" for cells in [[column.head for column in columns], *rows]))


def show_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Show ``facts``, each a name and what there is to say, on standard output.

    Raises:
        SinkError: Standard output cannot be written.
    """
    if is_drawn():
        _draw_facts(facts)
    else:
        _write("".join(f"{name}\t{said}\n" for name, said in facts))


def show_json(values: Iterable[DataclassInstance | dict[str, Any]]) -> None:
    """Write each of ``values`` on standard output as a line of JSON with its attributes, or its entries.

    Raises:
        SinkError: Standard output cannot be written.
    """
    rows = (value if isinstance(value, dict) else asdict(value) for value in values)
    _write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def is_drawn() -> bool:
    """Whether tables are drawn, since standard output is a terminal that can be drawn on."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no Chinese shows that there is some
    return can_be_drawn_on(sys.stdout)


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        raise omni.SinkError(f"the list cannot be written: {error.strerror}") from error


def _draw_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], title: str | None) -> None:
    from rich.console import Console  # noqa: PLC0415 -- a pipe needs none of it
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    told = [number for number in range(len(columns)) if any(cells[number] for cells in rows)]
    shown = _that_fit(told, columns, rows, console.width)
    table = Table(box=None, padding=(0, _GAP_CELLS, 0, 0), pad_edge=False, header_style="bold")
    for number in shown:
        column = columns[number]
        table.add_column(
            column.head,
            justify="right" if column.is_number else "left",
            style="cyan" if number == 0 else "",
            no_wrap=not column.is_prose and len(shown) > 1,
            overflow="fold",
        )
    for cells in rows:
        table.add_row(*(_plain(cells[number]) for number in shown))
    if title is not None:
        console.print(_plain(title, "italic"))
    console.print(table)
    left_out = [columns[number].head for number in told if number not in shown]
    if left_out:
        console.print(_plain(f"A wider terminal also shows: {', '.join(left_out)}.", "dim"))


def _draw_facts(facts: Sequence[tuple[str, str]]) -> None:
    from rich.console import Console  # noqa: PLC0415 -- a pipe needs none of it
    from rich.table import Table  # noqa: PLC0415

    table = Table.grid(padding=(0, _GAP_CELLS, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, said in facts:
        table.add_row(name, _plain(said))
    Console().print(table)


def _that_fit(
    told: Sequence[int], columns: Sequence[Column], rows: Sequence[Sequence[str]], cells: int
) -> list[int]:
    """Those of the column numbers ``told`` that fit into a line of ``cells``; one is always there."""
    from rich.cells import cell_len  # noqa: PLC0415 -- a pipe needs none of it

    def least_width(number: int) -> int:
        widest = max(cell_len(row[number]) for row in [[column.head for column in columns], *rows])
        return min(widest, _LEAST_PROSE_CELLS) if columns[number].is_prose else widest

    shown = list(told)
    while len(shown) > 1 and sum(least_width(number) + _GAP_CELLS for number in shown) - _GAP_CELLS > cells:
        shown.remove(min(shown, key=lambda number: columns[number].importance))
    return shown


def _plain(text: str, style: str = "") -> Any:  # noqa: ANN401 -- rich is imported where it is needed
    from rich.text import Text  # noqa: PLC0415 -- a pipe needs none of it

    return Text(text, style=style)
