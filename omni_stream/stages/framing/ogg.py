"""Opus in Ogg (RFC 3533, RFC 7845) -> what its decoder takes.

A page is read when all of it has come.  A stream begins with two headers, of
which the second, the tags, is left out; another may follow it, as services have
it that send a complete file in each piece.  Pages of other streams beside it are
left out; checksums are not checked, since what carries the pages has its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from omni_stream.errors import ProtocolError
from omni_stream.stages.framing.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UNIT_BYTES: Final = 1 << 16
"""Over the longest piece of Opus: 48 frames of 1,275 bytes. Of longer tags, the rest is not kept."""

_PAGE_BYTES: Final = 27
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_MARK = b"OggS"
_HEAD = b"OpusHead"
_TAGS = b"OpusTags"
_HEAD_BYTES: Final = 19
_MAX_CHANNELS: Final = 2
_NO_POSITION: Final = (1 << 64) - 1


class OggFraming:
    """The framing of Opus in Ogg."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._serial: bytes | None = None  # of the stream that is read
        self._setup: bytes | None = None  # of the next unit
        self._pre_skip = 0
        self._is_in_tags = False
        self._unit = bytearray()  # under way, to be continued on the next page

    def feed(self, content: bytes) -> Iterator[Unit]:
        """See ``Framing``."""
        self._held += content
        while (page_bytes := self._page_bytes()) is not None:
            page = bytes(self._held[:page_bytes])
            del self._held[:page_bytes]
            yield from self._read_page(page)

    def close(self) -> Iterator[Unit]:
        """See ``Framing``."""
        return iter(())

    def _page_bytes(self) -> int | None:
        """How long the page is that begins what is held; None if more has to come."""
        held = self._held
        if not _MARK.startswith(bytes(held[:4])):
            raise self._refused()
        if len(held) < _PAGE_BYTES:
            return None
        segments = held[_PAGE_BYTES - 1]
        length = _PAGE_BYTES + segments + sum(held[_PAGE_BYTES : _PAGE_BYTES + segments])
        return length if len(held) >= length else None

    def _refused(self) -> ProtocolError:
        """Drop what is no page, up to the next mark of one."""
        held = self._held
        excerpt = bytes(held[:80])
        at = held.find(_MARK, 1)
        if at < 0:  # the end may be the start of a mark
            at = next(
                n for n in range(max(1, len(held) - 3), len(held) + 1) if _MARK.startswith(bytes(held[n:]))
            )
        del held[:at]
        return ProtocolError("what should be Opus in Ogg is not", excerpt=excerpt)

    def _read_page(self, page: bytes) -> Iterator[Unit]:
        flags, serial = page[5], page[14:18]
        lengths = page[_PAGE_BYTES : _PAGE_BYTES + page[_PAGE_BYTES - 1]]
        at = _PAGE_BYTES + len(lengths)
        if flags & _FIRST and (page.startswith(_HEAD, at) or self._serial is None):
            self._begin(serial, page[at:])
            return
        if serial != self._serial:
            return
        if not flags & _CONTINUED:
            self._unit.clear()  # its end never came
        is_tail = flags & _CONTINUED and not self._unit  # of one whose start never came
        units: list[bytes] = []
        for length in lengths:
            if len(self._unit) <= MAX_UNIT_BYTES:
                self._unit += page[at : at + length]
            at += length
            if length < 0xFF:
                units.append(bytes(self._unit))
                self._unit.clear()
        if is_tail or (self._is_in_tags and units and units[0].startswith(_TAGS)):
            del units[:1]
        self._is_in_tags &= not units
        total_frames = self._total_frames(page) if flags & _LAST else None
        for number, unit in enumerate(units, 1 - len(units)):
            if not unit:
                continue
            setup, self._setup = self._setup, None
            yield Unit(unit, setup, total_frames if not number else None)

    def _begin(self, serial: bytes, head: bytes) -> None:
        """A stream begins with this header.

        Raises:
            ProtocolError: It is not of Opus, or of more channels than two.
        """
        self._serial = self._setup = None
        self._unit.clear()
        if not head.startswith(_HEAD) or len(head) < _HEAD_BYTES or head[8] >> 4:
            raise ProtocolError("an Ogg stream begins that is not Opus", excerpt=head)
        if not 1 <= head[9] <= _MAX_CHANNELS:
            raise ProtocolError(f"Opus of {head[9]} channels, where 1 or 2 are decoded")
        self._serial, self._setup, self._is_in_tags = serial, head, True
        self._pre_skip = int.from_bytes(head[10:12], "little")

    def _total_frames(self, page: bytes) -> int | None:
        position = int.from_bytes(page[6:14], "little")
        return None if position == _NO_POSITION else max(0, position - self._pre_skip)
