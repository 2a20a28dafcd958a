"""MP3 and AAC in ADTS -> their frames, each of which begins with a header that says how long it is.

ID3 tags before, between and behind them are skipped, and so is the frame in which
encoders of MP3 describe a file ("Xing", "Info"), which holds no sound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from omni_stream.errors import ProtocolError
from omni_stream.stages.framing.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEADER_BYTES: Final = 7
"""A header of ADTS; MP3 has four bytes. No frame is shorter."""

DESCRIPTION_BYTES: Final = 44
"""Within so many bytes of its start a frame of MP3 says that it is a description: behind its header, a
checksum, and up to 32 bytes more."""

_ID3_BYTES: Final = 10
_ID3V1_BYTES: Final = 128


class MpegFraming:
    """The framing of either.

    Args:
        name: What it is called in errors.
        frame_bytes: How long the frame is that begins with a given header, 0 if none does.
        has_descriptions: Whether a frame may be a description.
    """

    def __init__(self, name: str, frame_bytes: Callable[[bytes], int], *, has_descriptions: bool) -> None:
        self._name = name
        self._frame_bytes = frame_bytes
        self._has_descriptions = has_descriptions
        self._held = bytearray()
        self._skipped_bytes = 0  # still to come of a tag

    def feed(self, content: bytes) -> Iterator[Unit]:
        """See ``Framing``."""
        self._held += content
        while (length := self._next_bytes()) is not None:
            frame = bytes(self._held[:length])
            del self._held[:length]
            if not (self._has_descriptions and _is_description(frame)):
                yield Unit(frame)

    def close(self) -> Iterator[Unit]:
        """See ``Framing``."""
        return iter(())

    def _next_bytes(self) -> int | None:
        """How long the frame is that begins what is held; None if more has to come."""
        held = self._held
        while len(held) >= HEADER_BYTES:
            self._skipped_bytes = self._skipped_bytes or _tag_bytes(held)
            if self._skipped_bytes:
                skipped = min(self._skipped_bytes, len(held))
                self._skipped_bytes -= skipped
                del held[:skipped]
            elif _begins_tag(held):
                return None
            elif length := self._frame_bytes(bytes(held[:HEADER_BYTES])):
                return length if len(held) >= length else None
            else:
                raise self._refused()
        return None

    def _refused(self) -> ProtocolError:
        """Drop what is no frame, up to the next that could be one."""
        held = self._held
        excerpt = bytes(held[:80])
        at = 1
        while (at := held.find(0xFF, at)) >= 0 and len(held) - at >= HEADER_BYTES:
            if self._frame_bytes(bytes(held[at : at + HEADER_BYTES])):
                break
            at += 1
        del held[: at if at >= 0 else len(held)]
        return ProtocolError(f"what should be {self._name} is not", excerpt=excerpt)


def _is_description(frame: bytes) -> bool:
    start = frame[:DESCRIPTION_BYTES]
    return b"Xing" in start or b"Info" in start


def _begins_tag(held: bytearray) -> bool:
    return held.startswith(b"ID3") and len(held) < _ID3_BYTES


def _tag_bytes(held: bytearray) -> int:
    """How long the ID3 tag is that begins what is held, 0 if none does."""
    if held.startswith(b"TAG"):
        return _ID3V1_BYTES
    if not held.startswith(b"ID3") or len(held) < _ID3_BYTES:
        return 0
    size = 0
    for byte in held[6:_ID3_BYTES]:
        size = size << 7 | byte & 0x7F
    has_footer = held[5] >> 4 & 1
    return _ID3_BYTES * (1 + has_footer) + size
