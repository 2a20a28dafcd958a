"""How far a measurement is: drawn on a terminal, else a line for each load."""

from __future__ import annotations

import sys
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from omni_stream.cli.ending import say
from omni_stream.cli.screen import can_be_drawn_on

if TYPE_CHECKING:
    from types import TracebackType

    from omni_stream.bench import Load, Observed

_DRAW_SECONDS = 0.5
"""Between two drawings: each takes a millisecond or two of the event loop, whose lag is measured."""

_LAST = 50
"""Of so many requests the median is shown: it follows a load, and costs nothing."""


class BenchProgress:
    """Tells on standard error of loads and of their requests, between entering and leaving it."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._load: Load | None = None
        self._done = self._failed = 0
        self._first_audio: list[float] = []
        self._drawn_at = 0.0

    def __enter__(self) -> Self:
        if can_be_drawn_on(sys.stderr):
            from rich.console import Console  # noqa: PLC0415 -- a pipe needs none of it
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
            console = Console(stderr=True)
            self._bar = Progress(*columns, TimeElapsedColumn(), console=console, auto_refresh=False)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_load()
        if self._bar is not None:
            self._bar.stop()

    def begins(self, load: Load) -> None:
        """A load begins."""
        self._end_load()
        self._load, self._done, self._failed, self._first_audio = load, 0, 0, []
        if self._bar is not None:
            is_counted = load.requests is not None or not (load.duration or load.is_trace)
            total = load.all_requests if is_counted else None
            self._task = self._bar.add_task(_named(load), total=total, told="")

    def ended(self, one: Observed) -> None:
        """A request has ended."""
        self._done += 1
        self._failed += one.error is not None
        if one.audio:
            self._first_audio = [*self._first_audio[1 - _LAST :], one.audio[0].at - one.begin]
        if self._bar is not None:
            now = monotonic()
            is_due = now >= self._drawn_at + _DRAW_SECONDS
            self._bar.update(self._task, completed=self._done, told=self._told(), refresh=is_due)
            self._drawn_at = now if is_due else self._drawn_at

    def _told(self) -> str:
        audio = f", first audio {median(self._first_audio):.3f} s" if self._first_audio else ""
        failed = f", {self._failed} failed" if self._failed else ""
        return f"{self._done} requests{failed}{audio}"

    def _end_load(self) -> None:
        if self._load is not None and self._bar is None:
            say(f"{_named(self._load)}: {self._told()}")
        elif self._load is not None:
            self._bar.refresh()
        self._load = None


def _named(load: Load) -> str:
    if not load.is_open:
        return f"concurrency {load.level:g}"
    return f"{load.level:g} requests a second" if load.level else "the trace"
