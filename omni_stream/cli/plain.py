"""An answer's text as it comes, and nothing else: for pipes, files and terminals that cannot be drawn on."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Self, TextIO

import omni_stream as omni
from omni_stream.cli.one_line import without_controls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class PlainScreen:
    """Writes the text to ``stream``; what a terminal would obey is left out if it is one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._spoken = omni.SpokenText()
        self._line_is_open = False

    def sent(self, _sent_bytes: int, _total_bytes: int, /) -> None:
        """Nothing; who reads this waits for the answer."""

    def show(self, item: omni.Event | omni.AudioFrame, _at_seconds: float, /) -> None:
        """Write the text of ``item``, if it has some of the answer."""
        for text in self._spoken([item]):
            self._write(without_controls(text) if self._is_terminal else text)

    def plays(self, _how: Callable[[], tuple[float, int]], /) -> None:
        """Nothing; it is heard."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line_is_open:
            with suppress(omni.SinkError):  # whoever went away has had the text
                self._write("\n")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError as error:
            raise omni.SinkError(f"the text cannot be written: {error.strerror}") from error
        self._line_is_open = not text.endswith("\n")
