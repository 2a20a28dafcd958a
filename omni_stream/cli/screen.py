"""Where an answer is shown while it comes: one duty, three ways."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from omni_stream.cli.json_lines import JsonLines
from omni_stream.cli.plain import PlainScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    import omni_stream as omni


_CANNOT_BE_DRAWN_ON = ("", "dumb", "unknown")


class Screen(Protocol):
    """Shows the items of an answer, between entering and leaving it.

    Leaving it, by an error too, leaves the cursor at the begin of a line.
    """

    def sent(self, sent_bytes: int, total_bytes: int, /) -> None:
        """Show how much of the question was sent; 0 is a total that is not known."""

    def show(self, item: omni.Event | omni.AudioFrame, at_seconds: float, /) -> None:
        """Show what came, ``at_seconds`` after the request.

        Raises:
            SinkError: There is no one to show it to any more.
        """

    def plays(self, how: Callable[[], tuple[float, int]], /) -> None:
        """Show from now on how playing goes, which may be asked in any thread.

        That is how many seconds of the speech have come and are not heard yet, and how often there were none.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def can_be_drawn_on(stream: TextIO) -> bool:
    """Whether ``stream`` is a terminal that obeys control codes."""
    return stream.isatty() and os.environ.get("TERM", "dumb") not in _CANNOT_BE_DRAWN_ON


def screen(*, json: bool, pcm: bool, text_on_stderr: bool, plain: bool) -> Screen:
    """The screen that suits where the answer is shown.

    Args:
        json: Whether it is wanted as JSON lines.
        pcm: Whether those are to carry the samples.
        text_on_stderr: Whether standard output is the speech's.
        plain: Whether something else is written to the terminal meanwhile.
    """
    stream = sys.stderr if text_on_stderr else sys.stdout
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")  # a terminal that has no Chinese shows that there is some
    if json:
        return JsonLines(sys.stdout.buffer, pcm=pcm)
    if plain or not can_be_drawn_on(stream):
        return PlainScreen(stream)
    from rich.console import Console  # noqa: PLC0415 -- a pipe needs none of it

    from omni_stream.cli.live import LiveScreen  # noqa: PLC0415

    return LiveScreen(Console(file=stream))
