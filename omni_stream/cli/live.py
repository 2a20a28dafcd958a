"""An answer drawn on a terminal while it comes: its text, and below it how the speech goes.

Before it comes, how much of the question is sent is drawn where that takes a while.

Rules.  A line of text that is full is printed for good and scrolls like any
other output.  Only the line that still grows and the one below it are redrawn,
so an answer may be longer than the terminal is high.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Self

from rich.console import Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

import omni_stream as omni
from omni_stream.cli.level import bar, level
from omni_stream.cli.one_line import without_controls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from rich.console import Console, RenderableType

_REDRAWS_A_SECOND = 12
_BARS = 24  # 2 s of speech at the usual 80 ms a delta
_MOST_LEVELS = 4096  # a minute of speech in pieces of 20 ms that has come and is not heard yet, and more
_LONG_BYTES = 1_000_000  # what is less has gone before anybody could read how much has
_THOUGHT, _SAID = "dim italic", ""


class LiveScreen:
    """Draws on ``console``, which is a terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = False
        self._spoken = omni.SpokenText()
        self._line = ""
        self._style = _SAID
        self._levels: deque[tuple[float, float]] = deque(maxlen=_MOST_LEVELS)  # each with when it begins
        self._audio_seconds = 0.0
        self._playing: Callable[[], tuple[float, int]] | None = None
        self._waiting = Spinner("dots", Text("waiting for the answer", style="dim"))
        self._sent_bytes = self._total_bytes = 0
        self._live = Live(
            console=console,
            get_renderable=self._drawn,
            refresh_per_second=_REDRAWS_A_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def sent(self, sent_bytes: int, total_bytes: int, /) -> None:
        """Draw how much of the question was sent, if it is long."""
        self._sent_bytes, self._total_bytes = sent_bytes, total_bytes

    def show(self, item: omni.Event | omni.AudioFrame, _at_seconds: float, /) -> None:
        """Draw ``item``."""
        self._begun = True
        for text in self._spoken([item]):
            self._add(text, _SAID)
        match item:
            case omni.ReasoningDelta(text=text):
                self._add(text, _THOUGHT)
            case omni.AudioFrame():
                self._levels.append((self._audio_seconds, level(item)))
                self._audio_seconds += item.seconds

    def plays(self, how: Callable[[], tuple[float, int]], /) -> None:
        """Draw how playing goes."""
        self._playing = how

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()
        self._end_line()

    def _add(self, text: str, style: str) -> None:
        if style != self._style:
            self._end_line()
            self._style = style
        line = self._line + without_controls(text)
        *full, rest = self._wrapped(line)
        self._line = rest.rstrip(" ") + line[len(line.rstrip(" ")) :]  # blanks that the next word needs
        for complete in full:
            self._print(complete)

    def _end_line(self) -> None:
        if self._line:
            self._print(self._line)
        self._line = ""

    def _wrapped(self, text: str) -> list[str]:
        return [line.plain for line in Text(text).wrap(self._console, self._console.width)]

    def _print(self, line: str) -> None:
        self._console.print(Text(line, style=self._style))

    def _drawn(self) -> RenderableType:
        if not self._begun:
            is_sent = self._sent_bytes == self._total_bytes
            return self._waiting if is_sent or self._total_bytes < _LONG_BYTES else self._upload()
        line = Text(self._line, style=self._style)
        return Group(line, self._meter()) if self._levels else line

    def _upload(self) -> Text:
        sent = f"{self._sent_bytes / 1e6:.1f} of {self._total_bytes / 1e6:.1f} MB sent  "
        bars = self._sent_bytes * _BARS // self._total_bytes
        line = Text(sent, style="dim", no_wrap=True, overflow="crop")
        return line.append("━" * bars, style="not dim green").append("━" * (_BARS - bars))

    def _meter(self) -> Text:
        said, heard_seconds = f"{self._audio_seconds:.1f} s of speech  ", self._audio_seconds
        if self._playing is not None:
            ahead_seconds, stalls = self._playing()
            said += f"{ahead_seconds:.1f} s ahead" + (f", {stalls} stalls" if stalls else "") + "  "
            heard_seconds -= ahead_seconds
        heard = (level for begin, level in reversed(self._levels) if begin <= heard_seconds)
        bars = "".join(map(bar, islice(heard, _BARS)))[::-1]
        meter = Text(said, style="dim", no_wrap=True, overflow="crop")
        return meter.append(bars, style="not dim green")
