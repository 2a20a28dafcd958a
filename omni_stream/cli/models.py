"""``omni-stream models``."""

# ruff: noqa: FBT002 -- typer makes options of parameters

from __future__ import annotations

from typing import Annotated

import typer

import omni_stream as omni
from omni_stream.cli.ending import told_in_a_sentence
from omni_stream.cli.known import known_model
from omni_stream.cli.listing import Column, show_facts, show_json, show_table
from omni_stream.cli.model_facts import facts_of

_COLUMNS = (
    Column("Model", 7),
    Column("Provider", 1),
    Column("Speaks", 6),
    Column("Voices", 5, is_number=True),
    Column("Thinks", 4),
    Column("Input", 3, is_number=True),
    Column("Output", 2, is_number=True),
)


def models(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A model or its alias; all is told of it.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines, a model each, with all fields.")
    ] = False,
) -> None:
    """Show the models of the catalog: what they can do, and the most tokens that they take and give.

    A model that is not listed can be asked all the same.
    """
    with told_in_a_sentence(debug=False):
        if json:
            show_json(omni.catalog.models() if name is None else [known_model(name)])
        elif name is None:
            show_table(_COLUMNS, [_row(model) for model in omni.catalog.models()])
        else:
            show_facts(facts_of(known_model(name)))


def _row(model: omni.catalog.Model) -> tuple[str, ...]:
    tokens = model.tokens
    return (
        model.name,
        model.provider,
        "yes" if model.speaks else "no",
        str(len(model.voices) or "?") if model.speaks else "-",
        "yes" if model.thinks else "no",
        f"{tokens.input:,}" if tokens else "?",
        f"{tokens.output:,}" if tokens else "?",
    )
