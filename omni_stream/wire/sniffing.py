"""What compressed audio says of itself by its first bytes.

Services default to MP3 where PCM was expected, and gateways forget what was asked
for.  Played as samples it would be noise at full volume, so it is looked for.
FLAC, Ogg and ID3 have a name at their beginning.  MP3 and ADTS frames have but a
few bits (ISO/IEC 11172-3, 2.4.1.3; ISO/IEC 13818-7, 6.2), so that two in a row
are asked for, the second where the first says that it ends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.events import Codec

HEAD_BYTES = 4096
"""Two frames of any usual bit rate begin within these."""

_HEADER_BYTES = 7
_NAMES: Mapping[bytes, Codec] = {b"fLaC": "flac", b"OggS": "opus", b"ID3": "mp3"}

# Sync, version (MPEG-2.5, MPEG-2, MPEG-1) and layer III; a bit rate; a sampling rate.
_MP3 = rb"(?s)\xff([\xe2\xe3\xf2\xf3\xfa\xfb])([\x10-\xef])"
_MPEG_1 = b"\xfa\xfb"
_KILOBITS = {  # by whether it is MPEG-1
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {  # of MPEG-1, MPEG-2, MPEG-2.5, by the byte that says so, less its last bit
    0xFA: (44_100, 48_000, 32_000),
    0xF2: (22_050, 24_000, 16_000),
    0xE2: (11_025, 12_000, 8_000),
}
_ADTS = rb"(?s)\xff[\xf0\xf1\xf8\xf9].(.)(.)(.)."


def compressed_codec(head: bytes) -> Codec | None:
    """The codec of the audio that begins with ``head``; None if that is PCM, WAV or too short to say."""
    for name, codec in _NAMES.items():
        if head.startswith(name):
            return codec
    if mp3_frame_bytes(head[mp3_frame_bytes(head) or len(head) :]):
        return "mp3"
    if adts_frame_bytes(head[adts_frame_bytes(head) or len(head) :]):
        return "aac"
    return None


def bytes_to_tell(head: bytes) -> int:
    """How many bytes ``compressed_codec`` needs of audio that begins with ``head``."""
    return max(mp3_frame_bytes(head), adts_frame_bytes(head)) + _HEADER_BYTES


def mp3_frame_bytes(head: bytes) -> int:
    """The length of the MP3 frame that ``head`` begins with; 0 if there is none, or too little to say."""
    header = re.match(_MP3, head)
    if header is None:
        return 0
    version, rates = header[1][0] & ~1, header[2][0]
    index = rates >> 2 & 3
    if index == len(_RATES[version]):
        return 0
    is_first = header[1] in _MPEG_1
    kilobits, padding = _KILOBITS[is_first][rates >> 4], rates >> 1 & 1
    return (144 if is_first else 72) * 1000 * kilobits // _RATES[version][index] + padding


def adts_frame_bytes(head: bytes) -> int:
    """The length of the ADTS frame that ``head`` begins with; 0 if there is none, or too little to say."""
    header = re.match(_ADTS, head)
    if header is None:
        return 0
    length = (header[1][0] & 3) << 11 | header[2][0] << 3 | header[3][0] >> 5
    return length if length > _HEADER_BYTES else 0
