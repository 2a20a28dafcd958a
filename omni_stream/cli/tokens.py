"""``omni-stream tokens``."""

# ruff: noqa: FBT002 -- typer makes options of parameters

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

import omni_stream as omni
from omni_stream.cli.ending import say, told_in_a_sentence
from omni_stream.cli.listing import Column, show_json, show_table
from omni_stream.cli.one_line import one_line

_COLUMNS = (
    Column("File", 9),
    Column("Kind", 6),
    Column("Type", 2),
    Column("Bytes", 1, is_number=True),
    Column("Pixels", 5, is_number=True),
    Column("Seconds", 4, is_number=True),
    Column("A second", 0, is_number=True),
    Column("Pictures", 3, is_number=True),
    Column("Sound", 3, is_number=True),
    Column("Tokens", 8, is_number=True),
)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A file, what is in it, and what it costs."""

    file: str
    facts: omni.MediaFacts
    tokens: omni.tokens.Estimate
    total: int


def tokens(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Pictures, recordings or videos.")],
    model: Annotated[
        str, typer.Option(metavar="NAME", help="The model that is to see or hear them.")
    ] = "qwen3-omni-flash",
    as_coded: Annotated[
        bool,
        typer.Option("--as-coded", help="Count as the code in the service's guide does, not as its text."),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines, a file each, with all that was found.")
    ] = False,
) -> None:
    """Show what pictures, sound and video cost a model in tokens; nothing is sent.

    The size and duration are read from the files.  Pictures and sound are billed apart.
    """
    with told_in_a_sentence(debug=False):
        counted = [_counted(file, model=model, as_coded=as_coded) for file in files]
        if json:
            show_json(counted)
        else:
            show_table(_COLUMNS, [_row(one) for one in counted] + _totals(counted))
        if omni.tokens.find_rules(model) is None:
            say(f"no source gives token rules for {one_line(model)}; those of a model near it are used")


def _counted(file: str, *, model: str, as_coded: bool) -> _Counted:
    facts = omni.inspect(file)
    try:
        estimate = omni.tokens.of(facts, model=model, as_coded=as_coded)
    except omni.UsageError as error:
        raise omni.UsageError(f"{file}: {error}") from error
    return _Counted(file, facts, estimate, estimate.total)


def _row(one: _Counted) -> tuple[str, ...]:
    facts = one.facts
    return (
        one_line(one.file),
        facts.kind,
        facts.media_type or facts.format or "",
        f"{facts.bytes:,}",
        f"{facts.width} x {facts.height}" if facts.width else "",
        f"{facts.seconds:.3f}" if facts.seconds is not None else "",
        f"{facts.fps:g}" if facts.fps is not None else "",
        *_shown(one.tokens.pictures, one.tokens.sound, one.total),
    )


def _totals(counted: list[_Counted]) -> list[tuple[str, ...]]:
    """The last line, where there is more than one file."""
    if len(counted) == 1:
        return []
    pictures, sound = sum(one.tokens.pictures for one in counted), sum(one.tokens.sound for one in counted)
    return [("All", *[""] * 6, *_shown(pictures, sound, pictures + sound))]


def _shown(pictures: int, sound: int, total: int) -> tuple[str, str, str]:
    return (f"{pictures:,}" if pictures else "", f"{sound:,}" if sound else "", f"{total:,}")
