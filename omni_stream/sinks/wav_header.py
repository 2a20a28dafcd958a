"""The header of a WAV file as bytes: RIFF, one `fmt ` chunk of int16 PCM, one `data` chunk."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from omni_stream.audio import AudioFormat

_HEADER: Final = struct.Struct("<4sI4s 4sIHHIIHH 4sI")
_BEFORE_PCM: Final = _HEADER.size - 8  # the RIFF size counts what is behind it
_UNKNOWN: Final = 0xFFFF_FFFF

MOST_PCM_BYTES: Final = (_UNKNOWN - 1 - _BEFORE_PCM) // 4 * 4
"""A RIFF size has 32 bits, the largest of which says "unknown"; whole frames of one and of two channels."""


def wav_header(format: AudioFormat, pcm_bytes: int | None) -> bytes:
    """The 44 bytes before `pcm_bytes` bytes of PCM; with None, of a stream that has no known end.

    A stream's sizes are 0xFFFFFFFF, which players take as "until it ends".
    """
    riff_size, data_size = (_UNKNOWN, _UNKNOWN) if pcm_bytes is None else (_BEFORE_PCM + pcm_bytes, pcm_bytes)
    return _HEADER.pack(
        b"RIFF",
        riff_size,
        b"WAVE",
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
