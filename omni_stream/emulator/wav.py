"""The head of a WAV file, for 16-bit mono at the rate of the wire."""

from __future__ import annotations

import struct

from omni_stream.emulator.speech import RATE

_HEAD = struct.Struct("<4sI4s4sIHHIIHH4sI")
_UNKNOWN = 0xFFFFFFFF  # what a service writes that does not know how much will follow


def wav_head(pcm_bytes: int | None) -> bytes:
    """The head before ``pcm_bytes`` of PCM; None before nobody knows how many."""
    size, whole = (_UNKNOWN, _UNKNOWN) if pcm_bytes is None else (pcm_bytes, pcm_bytes + _HEAD.size - 8)
    return _HEAD.pack(b"RIFF", whole, b"WAVE", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16, b"data", size)
