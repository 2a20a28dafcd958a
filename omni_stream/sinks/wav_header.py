"""The header of a WAV file as bytes: RIFF, one `fmt ` chunk of int16 PCM, one `data` chunk.

A file whose sizes are put right as it grows keeps 28 bytes free in a `JUNK` chunk, which
readers skip.  Past 4 GiB, where a RIFF size has no room, the same bytes become the `ds64`
chunk of an RF64 file, with sizes of 64 bits (EBU Tech 3306, "MBWF / RF64", section 3).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from omni_stream.audio import AudioFormat

_RIFF: Final = struct.Struct("<4sI4s")
_DS64: Final = struct.Struct("<4sIQQQI")  # size of the file, of the PCM, frames, entries of a table: none
_FMT_AND_DATA: Final = struct.Struct("<4sIHHIIHH 4sI")
_JUNK: Final = _DS64.pack(b"JUNK", _DS64.size - 8, 0, 0, 0, 0)
_UNKNOWN: Final = 0xFFFF_FFFF

FILE_HEADER_BYTES: Final = _RIFF.size + _DS64.size + _FMT_AND_DATA.size
_BEFORE_PCM: Final = FILE_HEADER_BYTES - 8  # a RIFF size counts what is behind it

MOST_RIFF_PCM_BYTES: Final = _UNKNOWN - 1 - _BEFORE_PCM
"""A RIFF size has 32 bits, the largest of which says "unknown"; with more PCM than this, a file is RF64."""


def file_header(format: AudioFormat, pcm_bytes: int | None) -> bytes:
    """The 80 bytes before `pcm_bytes` bytes of PCM; with None, of a file that is not at its end yet.

    Unknown sizes are 0xFFFFFFFF, as in a stream.
    """
    if pcm_bytes is None:
        return _header(b"RIFF", _UNKNOWN, _JUNK, format, _UNKNOWN)
    if pcm_bytes <= MOST_RIFF_PCM_BYTES:
        return _header(b"RIFF", _BEFORE_PCM + pcm_bytes, _JUNK, format, pcm_bytes)
    frames = pcm_bytes // format.frame_bytes
    sizes = _DS64.pack(b"ds64", _DS64.size - 8, _BEFORE_PCM + pcm_bytes, pcm_bytes, frames, 0)
    return _header(b"RF64", _UNKNOWN, sizes, format, _UNKNOWN)


def stream_header(format: AudioFormat) -> bytes:
    """The 44 bytes before PCM that has no known end.

    Its sizes are 0xFFFFFFFF, which players take as "until it ends".
    """
    return _header(b"RIFF", _UNKNOWN, b"", format, _UNKNOWN)


def _header(name: bytes, size: int, chunk: bytes, format: AudioFormat, data_size: int) -> bytes:
    rest = _FMT_AND_DATA.pack(
        b"fmt ",
        16,  # bytes of this chunk
        1,  # integer PCM
        format.channels,
        format.rate,
        format.rate * format.frame_bytes,
        format.frame_bytes,
        16,  # bits a sample
        b"data",
        data_size,
    )
    return _RIFF.pack(name, size, b"WAVE") + chunk + rest
