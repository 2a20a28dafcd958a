"""The program ``omni-stream`` and its commands."""

from __future__ import annotations

from typing import Annotated

import typer

from omni_stream.cli.ask import ask
from omni_stream.cli.bench import bench
from omni_stream.cli.chat import chat
from omni_stream.cli.devices import devices
from omni_stream.cli.emulator import emulator
from omni_stream.cli.ending import EXIT_CODES
from omni_stream.cli.models import models
from omni_stream.cli.tokens import tokens
from omni_stream.cli.voices import voices

app = typer.Typer(
    name="omni-stream",
    help="Ask an omni model, and have its answer as text and speech while it is made.",
    epilog=EXIT_CODES,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # help in a pipe has no boxes
    pretty_exceptions_enable=False,  # a traceback with local variables would show prompts
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=EXIT_CODES)(ask)
app.command(epilog=EXIT_CODES)(chat)
app.add_typer(bench, name="bench")
app.command()(devices)
app.command()(emulator)
app.command()(models)
app.command()(tokens)
app.command()(voices)


def _version(wanted: bool) -> None:  # noqa: FBT001 -- typer calls it so
    if wanted:
        from importlib import metadata  # noqa: PLC0415 -- 20 ms, which no other command need wait for

        typer.echo(f"omni-stream {metadata.version('omni_stream')}")
        raise typer.Exit


@app.callback()
def _program(
    _version_wanted: Annotated[  # noqa: FBT002 -- typer makes an option of it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What comes before a command."""
