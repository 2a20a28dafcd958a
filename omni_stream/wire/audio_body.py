"""A body that is the audio itself: of services asked for no events, or that give none.

Rules.
1. Text is never played: a body that begins with nothing but printable ASCII is an
   error page or an event stream, and refused.
2. Nothing is held back but the few bytes that it takes to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.errors import EXCERPT_BYTES, ProtocolError
from omni_stream.wire.dialect import Coding, Dialect
from omni_stream.wire.sniffing import bytes_to_tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream.events import Event, Raw

TEXT_BYTES = 16
"""So many bytes are text by chance once in millions of streams of noise, and never where speech begins."""

_TEXT = frozenset([*b"\t\n\v\f\r", *range(0x20, 0x7F)])
_WAV = b"RIFF"


class AudioBody:
    """Holds back the beginning of a body until it is known to be no text."""

    __slots__ = ("_beginning", "_is_known")

    def __init__(self) -> None:
        self._beginning = b""
        self._is_known = False

    def feed(self, content: bytes) -> bytes:
        """The audio so far, as it is.

        Raises:
            ProtocolError: It is text.
        """
        if self._is_known:
            return content
        self._beginning += content
        needed = max(TEXT_BYTES, bytes_to_tell(self._beginning))
        return self.finish() if len(self._beginning) >= needed else b""

    def finish(self) -> bytes:
        """What was held back, as no more will come.

        Raises:
            ProtocolError: It is text.
        """
        beginning, self._beginning = self._beginning, b""
        if not self._is_known and _is_text(beginning[:TEXT_BYTES]):
            raise ProtocolError(
                "the body is text and not audio: a page that says why, or an answer in a dialect; check the"
                " address, and what was asked for",
                excerpt=beginning[:EXCERPT_BYTES],
            )
        self._is_known = True
        return beginning


def _is_text(beginning: bytes) -> bool:
    return len(beginning) >= TEXT_BYTES // 2 and _TEXT.issuperset(beginning) and beginning[:4] != _WAV


def _read(_document: Raw, _coding: Coding) -> Iterable[Event]:
    return ()


AUDIO_BODY = Dialect(name="audio-body", read=_read, framing="bytes", ends_with_stream=True)
