"""The beginnings of compressed audio, by their standards; silence, as far as there is any sound in them."""

MP3 = b"\xff\xf3\x84\xc4"


def mp3(frames=4, *, header=MP3, length=192):
    """MPEG-2 layer III at 64 kbit/s and 24 kHz mono: 192 bytes a frame."""
    return (header + bytes(length - len(header))) * frames


def adts(frames=4, *, length=100):
    """AAC LC at 24 kHz mono in ADTS."""
    header = bytes(
        [0xFF, 0xF1, 0x58, 0x40 | length >> 11, length >> 3 & 0xFF, (length & 7) << 5 | 0x1F, 0xFC]
    )
    return (header + bytes(length - len(header))) * frames


NAMED = {"mp3": b"ID3\x04\0\0\0\0\0\0" + bytes(60), "flac": b"fLaC\0\0\0\x22" + bytes(60)}
NAMED["opus"] = b"OggS\0\2" + bytes(60)
