"""FLAC (RFC 9639) -> its frames.

A frame does not say how long it is: it ends where the next one begins, which is
known by its header: the sync code, a checksum, and the number that comes next.
So a frame is given when the header behind it has come, or another stream begins,
as services have it that send a complete file in each piece, or the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from omni_stream.errors import ProtocolError
from omni_stream.stages.framing.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FRAME_BYTES: Final = 1 << 20
"""Twice the longest: 65,535 frames of two channels of 32 bits, not compressed."""

HEADER_BYTES: Final = 16
"""The longest header of a frame, with its checksum."""

_BEGIN = b"fLaC\0\0\0\x22"
"""The mark of a stream, and the header of what always stands behind it: 34 bytes that describe it."""

_MARKS = re.compile(rb"\xff[\xf8\xf9]|fLaC")
_MARK_BYTES: Final = 4
_BLOCK_BYTES: Final = 4
_DESCRIPTION_BYTES: Final = 34
_LAST_BLOCK: Final = 0x80


class FlacFraming:
    """The framing of FLAC."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._setup: bytes | None = None  # of the next unit
        self._in_blocks = False  # before the frames of a stream
        self._skipped_bytes = 0  # still to come of a block
        self._searched_bytes = 0  # of what is held, behind which the next frame may begin

    def feed(self, content: bytes) -> Iterator[Unit]:
        """See ``Framing``."""
        self._held += content
        return self._units(is_last=False)

    def close(self) -> Iterator[Unit]:
        """See ``Framing``."""
        return self._units(is_last=True)

    def _units(self, *, is_last: bool) -> Iterator[Unit]:
        held = self._held
        while held:
            if self._skipped_bytes:
                skipped = min(self._skipped_bytes, len(held))
                self._skipped_bytes -= skipped
                del held[:skipped]
            elif self._in_blocks:
                if not self._read_block():
                    return
            elif _BEGIN.startswith(bytes(held[: len(_BEGIN)])):
                if len(held) < len(_BEGIN) + _DESCRIPTION_BYTES:
                    return
                self._setup = bytes(held[len(_BEGIN) :][:_DESCRIPTION_BYTES])
                self._in_blocks = True
                del held[:_MARK_BYTES]
            else:
                length = self._frame_bytes(is_last=is_last)
                if length is None:
                    return
                frame, setup, self._setup = bytes(held[:length]), self._setup, None
                self._drop(length)
                yield Unit(frame, setup)

    def _read_block(self) -> bool:
        """Skip a block of what describes a stream; False if more of its header has to come."""
        if len(self._held) < _BLOCK_BYTES:
            return False
        self._in_blocks = not self._held[0] & _LAST_BLOCK
        self._skipped_bytes = _BLOCK_BYTES + int.from_bytes(self._held[1:_BLOCK_BYTES])
        return True

    def _frame_bytes(self, *, is_last: bool) -> int | None:
        """How long the frame is that begins what is held; None if more has to come."""
        held = self._held
        if len(held) < HEADER_BYTES and not is_last:
            return None
        header = _header(held[:HEADER_BYTES])
        if header is None:
            raise self._refused("what should be FLAC is not")
        at = max(self._searched_bytes, header.length)
        while (at := _next_mark(held, at)) < len(held):
            if len(held) - at < HEADER_BYTES and not is_last:
                break
            if held.startswith(_BEGIN, at) or _follows(header, _header(held[at : at + HEADER_BYTES])):
                return at
            at += 1
        if is_last:
            return len(held)
        if at > MAX_FRAME_BYTES:
            raise self._refused(f"a FLAC frame has no end within {MAX_FRAME_BYTES:,} bytes")
        self._searched_bytes = min(at, len(held) - 3)  # a mark may have begun
        return None

    def _drop(self, length: int) -> None:
        del self._held[:length]
        self._searched_bytes = 0

    def _refused(self, why: str) -> ProtocolError:
        """Drop what is no frame, up to the next that could be one."""
        held = self._held
        excerpt = bytes(held[:80])
        at = 1
        while (at := _next_mark(held, at)) < len(held):
            if held.startswith(_BEGIN, at) or _header(held[at : at + HEADER_BYTES]) is not None:
                break
            at += 1
        self._drop(at)
        return ProtocolError(why, excerpt=excerpt)


@dataclass(frozen=True, slots=True)
class _Header:
    """What begins a frame.

    Attributes:
        is_variable: Whether frames are of any length, and numbered by their first sample.
        number: Of the frame, or of its first sample.
        size: Samples a channel.
        length: Of the header itself, in bytes.
    """

    is_variable: bool
    number: int
    size: int
    length: int


def _header(start: bytes | bytearray) -> _Header | None:
    """The header at the start of a frame (RFC 9639, 9.1), None if there is none."""
    if len(start) < 6 or start[0] != 0xFF or start[1] & 0xFE != 0xF8 or start[3] & 1:
        return None
    size_code, rate_code = start[2] >> 4, start[2] & 15
    coded = _coded_number(start)
    if coded is None or not size_code or rate_code == 15:
        return None
    number, at = coded
    size_bytes = {6: 1, 7: 2}.get(size_code, 0)
    rate_bytes = {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    crc_at = at + size_bytes + rate_bytes
    if crc_at >= len(start) or _crc(start[:crc_at]) != start[crc_at]:
        return None
    if size_bytes:
        size = int.from_bytes(start[at : at + size_bytes]) + 1
    elif size_code < 6:
        size = 192 if size_code == 1 else 144 << size_code
    else:
        size = 1 << size_code
    return _Header(is_variable=bool(start[1] & 1), number=number, size=size, length=crc_at + 1)


def _coded_number(start: bytes | bytearray) -> tuple[int, int] | None:
    """The number of a frame, coded as UTF-8 is but up to 36 bits, and where it ends."""
    first = start[4]
    more = 0  # bytes behind the first one
    while more < 7 and first << more & 0x80:
        more += 1
    more -= more > 0
    if len(start) < 5 + more or 0x80 <= first < 0xC0 or first == 0xFF:
        return None
    number = first & (0x7F if not more else 0x3F >> more)
    for byte in start[5 : 5 + more]:
        if byte >> 6 != 2:
            return None
        number = number << 6 | byte & 0x3F
    return number, 5 + more


def _crc(content: bytes | bytearray) -> int:
    """The checksum of a header: of the polynomial x^8 + x^2 + x + 1."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def _follows(header: _Header, other: _Header | None) -> bool:
    if other is None or other.is_variable != header.is_variable:
        return False
    return other.number == header.number + (header.size if header.is_variable else 1)


def _next_mark(held: bytearray, start: int) -> int:
    """Where the next frame or stream may begin, behind all that is held if nowhere."""
    found = _MARKS.search(held, start)
    return found.start() if found else len(held)
