"""How a command ends: one sentence on standard error, and an exit code by who must act."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import TYPE_CHECKING

import typer

import omni_stream as omni
from omni_stream.cli.in_options import in_options
from omni_stream.cli.one_line import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class ExitCode(IntEnum):
    """What a command's exit says."""

    COMPLETE = 0
    FAILED = 1
    USAGE = 2
    NO_CONNECTION = 3
    AUTHENTICATION = 4
    DESTINATION = 5
    INTERRUPTED = 130


EXIT_CODES = (
    "Exit codes: 0 complete, 1 the server or the stream failed (what came is kept), 2 usage, 3 no connection,"
    " 4 authentication, 5 a file, pipe or device failed, 130 Ctrl-C."
)


_EXIT_CODES: tuple[tuple[type[BaseException], ExitCode], ...] = (
    (omni.UsageError, ExitCode.USAGE),
    (omni.ConnectError, ExitCode.NO_CONNECTION),
    (omni.AuthenticationError, ExitCode.AUTHENTICATION),
    (omni.SinkError, ExitCode.DESTINATION),
    (KeyboardInterrupt, ExitCode.INTERRUPTED),
)


def exit_code(error: BaseException) -> ExitCode:
    """The exit code that belongs to ``error``."""
    if isinstance(error, omni.TimeoutError) and error.partial is None:
        return ExitCode.NO_CONNECTION
    return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), ExitCode.FAILED)


@contextmanager
def told_in_a_sentence(*, debug: bool, kept: Callable[[], str | None] = lambda: None) -> Iterator[None]:
    """Ends the command at an error, with its sentence and exit code.

    Args:
        debug: Whether our log and the error's traceback are shown too.
        kept: Says what there is in spite of the error, if there is something.
    """
    if debug:
        _show_log()
    try:
        yield
    except (omni.OmniStreamError, KeyboardInterrupt) as error:
        tell(error, debug=debug, kept=kept())
        raise typer.Exit(exit_code(error)) from None


def tell(error: BaseException, *, debug: bool, kept: str | None = None) -> None:
    """Say in a sentence what went wrong, and in another what there is in spite of it."""
    if debug:
        traceback.print_exception(error)
    if isinstance(error, KeyboardInterrupt):
        sentence, after_echo = "stopped", "\n" * sys.stderr.isatty()  # the terminal has shown a ^C
    else:
        sentence, after_echo = one_line(in_options(error)), ""
    say(f"{after_echo}omni-stream: {sentence}")
    if kept is not None:
        say(kept)
    _forget_broken_stdout()


def say(sentence: str) -> None:
    """Say ``sentence`` on standard error; nobody there to hear it is no error."""
    with suppress(OSError):
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()


def _show_log() -> None:
    shown = logging.StreamHandler()
    shown.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger("omni_stream")
    log.addHandler(shown)
    log.setLevel(logging.DEBUG)


def _forget_broken_stdout() -> None:
    """Let what is left for a reader that went away go nowhere: the interpreter would complain at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 -- a name of the system, not a path of ours
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
