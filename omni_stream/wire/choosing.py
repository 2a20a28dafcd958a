"""Which dialect a stream is of, by its first documents.

Used only where nobody has said it.

Rules.
1. A stream that begins with a brace is of lines; one that begins with the head of
   a WAV file or of compressed audio is the audio itself; else it is an event stream.
2. The first document that a dialect of that framing owns decides; where none does
   within bounds, it is the most common one.
3. Nothing is given out before, and nothing is lost: what came is read anew.
"""

from __future__ import annotations

import codecs
import json
from contextlib import suppress
from typing import TYPE_CHECKING

from omni_stream.errors import LimitExceeded
from omni_stream.sse import SSEParser
from omni_stream.wire.audio_body import AUDIO_BODY
from omni_stream.wire.dialects import find_dialect, owner_of
from omni_stream.wire.lines import LinesAsEvents
from omni_stream.wire.sniffing import bytes_to_tell, compressed_codec

if TYPE_CHECKING:
    from omni_stream.wire.dialect import Dialect, Framing

MOST_DOCUMENTS = 16
"""Services say who they are in their first document."""

MOST_BLANK_BYTES = 1024
"""A few blank lines may come first; what goes on with them is an event stream that only keeps alive."""

_USUAL = {"sse": "openai-chat", "lines": "elevenlabs", "bytes": "audio-body"}
_MARK = codecs.BOM_UTF8
_DATA = b"data:"


class Choosing:
    """The choice of a dialect.

    Args:
        max_line_bytes: See ``SSEParser``; a stream over a limit is left to its reader to refuse.
        max_event_bytes: Likewise.
    """

    __slots__ = ("_beginning", "_documents", "_framing", "_lines", "_max_bytes", "_parser")

    def __init__(self, *, max_line_bytes: int, max_event_bytes: int) -> None:
        self._beginning = bytearray()
        self._max_bytes = max_event_bytes
        self._parser = SSEParser(max_line_bytes=max_line_bytes, max_event_bytes=max_event_bytes)
        self._lines = LinesAsEvents()
        self._framing: Framing | None = None
        self._documents = 0

    @property
    def beginning(self) -> bytes:
        """All that was fed."""
        return bytes(self._beginning)

    def feed(self, content: bytes) -> Dialect | None:
        """The dialect, None if it takes more to know it."""
        self._beginning += content
        if self._framing is None:
            content = self.beginning
            self._framing = _framing_of(content)
            if self._framing is None:
                return None
        if self._framing == "bytes":
            return AUDIO_BODY
        is_enough = len(self._beginning) > self._max_bytes
        try:
            events = self._parser.feed(self._lines.feed(content) if self._framing == "lines" else content)
        except LimitExceeded as error:
            events, is_enough = list(error.events), True
        for event in events:
            owner = self._owner_of(event.data)
            if owner is not None:
                return owner
            self._documents += 1
        return self._usual if is_enough or self._documents >= MOST_DOCUMENTS else None

    def close(self) -> Dialect:
        """The dialect to take, as the stream has ended: by what its end cut off, if that is whole."""
        self._parser.close()
        return self._owner_of(self._parser.unfinished_data or "") or self._usual

    @property
    def _usual(self) -> Dialect:
        return find_dialect(_USUAL[self._framing or "sse"])

    def _owner_of(self, data: str) -> Dialect | None:
        with suppress(ValueError, RecursionError):
            return owner_of(json.loads(data), framing=self._framing)
        return None


def _framing_of(beginning: bytes) -> Framing | None:
    """The framing of a stream that begins so; None if it takes more to know it."""
    if beginning.startswith(_DATA):
        return "sse"
    if len(beginning) < bytes_to_tell(beginning):
        return None
    if beginning.startswith(b"RIFF") or compressed_codec(beginning) is not None:
        return "bytes"
    said = beginning.removeprefix(_MARK).lstrip()
    if not said and len(beginning) <= MOST_BLANK_BYTES:
        return None
    return "lines" if said.startswith(b"{") else "sse"
