"""The duration of AAC without a container.

An ADTS stream is frames of 1024 samples or a small multiple of it, each with a
header that says how long it is (ISO/IEC 13818-7, 6.2).  Nothing says how many
there are, so they are counted; the whole file is read, in pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_stream.upload.content import Content

_RATES = (
    96_000,
    88_200,
    64_000,
    48_000,
    44_100,
    32_000,
    24_000,
    22_050,
    16_000,
    12_000,
    11_025,
    8_000,
    7_350,
)
_BLOCK_SAMPLES = 1024
_HEADER_BYTES = 7
_SYNC, _SYNC_MASK = 0xFFF0, 0xFFF6  # twelve bits, and two of a layer that is 0
_TAG_BYTES = 10  # what stands before the content of an ID3 tag, which may come first
_READ_BYTES = 256 * 1024  # some ten seconds of sound


def adts_seconds(content: Content) -> float | None:
    """Seconds of a whole ADTS stream; None where something else is among its frames."""
    content.seek(0)
    tag = content.read(_TAG_BYTES)
    is_tag = tag.startswith(b"ID3") and len(tag) == _TAG_BYTES
    content.seek(_TAG_BYTES + (tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9]) if is_tag else 0)
    seconds, at, held = 0.0, 0, b""
    while read := content.read(_READ_BYTES):
        held += read
        while len(held) >= at + _HEADER_BYTES:
            found = _frame(held, at)
            if found is None:
                return None
            length, frame_seconds = found
            at += length
            seconds += frame_seconds
        held, at = held[at:], max(0, at - len(held))
    return seconds or None


def _frame(held: bytes, at: int) -> tuple[int, float] | None:
    """Bytes and seconds of the frame whose header is at ``at``; None where there is none."""
    rate_index = held[at + 2] >> 2 & 0xF
    if (held[at] << 8 | held[at + 1]) & _SYNC_MASK != _SYNC or rate_index >= len(_RATES):
        return None
    length = (held[at + 3] & 3) << 11 | held[at + 4] << 3 | held[at + 5] >> 5
    blocks = 1 + (held[at + 6] & 3)
    return (length, blocks * _BLOCK_SAMPLES / _RATES[rate_index]) if length >= _HEADER_BYTES else None
