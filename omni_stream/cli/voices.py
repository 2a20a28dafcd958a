"""``omni-stream voices``."""

# ruff: noqa: FBT002 -- typer makes options of parameters

from __future__ import annotations

from itertools import groupby
from typing import Annotated

import typer

import omni_stream as omni
from omni_stream.cli.ending import say, told_in_a_sentence
from omni_stream.cli.known import known_language, known_model
from omni_stream.cli.listing import Column, is_drawn, show_json, show_table

_COLUMNS = (
    Column("Voice", 4),
    Column("Chinese name", 2),
    Column("Dialect", 1),
    Column("Description", 3, is_prose=True),
)
_LINE_COLUMNS = (*_COLUMNS[:3], Column("Languages", 0), _COLUMNS[3])


def voices(
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Those of this model, in the languages that it speaks.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Those that speak this language or dialect, such as fr or Cantonese."
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines, a voice each, with all fields.")
    ] = False,
) -> None:
    """Show the voices of the catalog, or of a model."""
    with told_in_a_sentence(debug=False):
        row = None if model is None else known_model(model)
        found = omni.catalog.voices() if row is None else omni.catalog.voices_of(row)
        if language is not None:
            wanted = known_language(language).code
            found = tuple(voice for voice in found if wanted in {*voice.languages, voice.dialect})
        if json:
            show_json(found)
        else:
            _show(found)
        if row is not None and (said := _said_of(row)):
            say(said)
        elif not found:
            say("none of these voices is known to speak that language")


def _show(found: tuple[omni.catalog.Voice, ...]) -> None:
    if not is_drawn():
        show_table(_LINE_COLUMNS, [_line(voice) for voice in found])
        return
    for number, (codes, alike) in enumerate(groupby(found, lambda voice: voice.languages)):
        blank_line = "\n" * (number > 0)
        show_table(_COLUMNS, [_row(voice) for voice in alike], title=blank_line + _title(codes))


def _row(voice: omni.catalog.Voice) -> tuple[str, str, str, str]:
    dialect = omni.catalog.find_language(voice.dialect) if voice.dialect else None
    return (
        voice.name,
        voice.chinese_name or "",
        dialect.name if dialect else "",
        voice.description or "",
    )


def _line(voice: omni.catalog.Voice) -> tuple[str, ...]:
    *names, description = _row(voice)
    return (*names, " ".join(voice.languages), description)


def _title(codes: tuple[str, ...]) -> str:
    spoken = [language.name for language in omni.catalog.languages() if language.code in codes]
    return f"Speak {', '.join(spoken)}:" if spoken else "Languages not known:"


def _said_of(model: omni.catalog.Model) -> str | None:
    """What a list of a model's voices does not show."""
    if not model.speaks:
        return f"{model.name} answers in text alone"
    if not model.voices:
        refused = f" and refuses {', '.join(model.rejected_voices)}" if model.rejected_voices else ""
        default = f"it speaks as {model.default_voice} by default"
        return f"no source lists the voices of {model.name}; {default}{refused}"
    if model.dispute:
        return f"{model.dispute}; those of its own list are shown"
    return None
