"""One JSON document a line (NDJSON) -> the event stream that says the same.

Each line becomes an event of one ``data`` field, so that lines are framed,
limited and read natively as events are.  The offsets in errors are those of the
event stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from omni_stream._native import StreamReader

_FIELD = b"data:"


class LinesAsEvents:
    """Frames the lines of one stream, whatever its splits."""

    __slots__ = ("_has_begun",)

    def __init__(self) -> None:
        self._has_begun = False

    def feed(self, content: Buffer) -> bytes:
        """What the next bytes are as an event stream."""
        framed = bytes(content).replace(b"\n", b"\n\n" + _FIELD)
        if self._has_begun or not framed:
            return framed
        self._has_begun = True
        return _FIELD + framed


class LinesReader:
    """Feeds the lines of one stream to a reader of events, in the reader's place."""

    __slots__ = ("_lines", "_reader")

    def __init__(self, reader: StreamReader) -> None:
        self._lines = LinesAsEvents()
        self._reader = reader

    def feed(self, content: Buffer) -> list[Any] | None:
        """See ``StreamReader.feed``."""
        return self._reader.feed(self._lines.feed(content))
