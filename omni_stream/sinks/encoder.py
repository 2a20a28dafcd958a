"""Frames of PCM -> the bytes of an encoded file.

libsndfile writes to a file in memory here, and what it has written is taken out piece by
piece.  It goes back to put its head right, so that what was taken may be amended later.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from omni_stream.errors import UsageError
from omni_stream.sinks.codec import FLAC_BLOCK_FRAMES

if TYPE_CHECKING:
    from types import ModuleType

    from omni_stream.audio import AudioFormat
    from omni_stream.sinks.codec import Codec

_FLAC_TOTAL: Final = 21
"""Where a FLAC file has 4 bits of the size of a sample, then 36 of the number of frames (RFC 9639, 8.2)."""

_SIXTEEN_BITS: Final = 15
"""Those 4 bits: the size is written less one."""


def check_installed(codec: Codec) -> None:
    """Import soundfile, and numpy with it, which takes a while; see that it can do what `codec` needs.

    Raises:
        UsageError: It is not installed, or its libsndfile is too old.
    """
    _soundfile(codec)


def _soundfile(codec: Codec) -> ModuleType:
    try:
        import soundfile  # noqa: PLC0415 -- an extra, and slow to import
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{codec.name} is encoded by soundfile, which is not installed;"
            " install it with `pip install 'omni_stream[files]'`, or write a WAV file"
        ) from error
    if not soundfile.check_format(codec.container, codec.subtype):
        raise UsageError(
            f"libsndfile {soundfile.__libsndfile_version__} cannot encode {codec.name};"
            " install one of 1.2 or later"
        )
    module: ModuleType = soundfile
    return module


class Encoder:
    """The encoder of one file; every call may take a while, and comes alone.

    Attributes:
        frames: How many frames were encoded.
    """

    def __init__(self, codec: Codec, format: AudioFormat) -> None:
        self.frames = 0
        self._codec = codec
        self._file = _Written()
        self._sound = _soundfile(codec).SoundFile(
            self._file,
            "w",
            samplerate=format.rate,
            channels=format.channels,
            format=codec.container,
            subtype=codec.subtype,
        )
        self._frame_bytes = format.frame_bytes

    @property
    def amended(self) -> dict[int, bytes]:
        """What is to be written over what was taken, by its offset; who has done so takes it out."""
        return self._file.amended

    def encode(self, pcm: bytes) -> None:
        """Encode whole frames."""
        self._sound.buffer_write(pcm, "int16")
        self.frames += len(pcm) // self._frame_bytes
        if self._codec.name == "flac":
            self._state_whole_blocks()

    def finish(self) -> None:
        """Encode what waits for more, and put the head right; again, it does nothing."""
        self._sound.close()

    def taken(self) -> bytes:
        """What was written since this was asked last, to be appended."""
        return self._file.taken()

    def _state_whole_blocks(self) -> None:
        """Have the head say how much there is: some players refuse a file of an unknown length."""
        whole = max(0, self.frames - 1) // FLAC_BLOCK_FRAMES * FLAC_BLOCK_FRAMES
        if whole:
            self._file.amend(_FLAC_TOTAL, (_SIXTEEN_BITS << 36 | whole).to_bytes(5, "big"))


class _Written:
    """What libsndfile has written and nobody has taken; a file object as soundfile asks for one."""

    def __init__(self) -> None:
        self.amended: dict[int, bytes] = {}
        self._content = bytearray()
        self._taken_bytes = 0
        self._at = 0

    def taken(self) -> bytes:
        content, self._content = bytes(self._content), bytearray()
        self._taken_bytes += len(content)
        return content

    def amend(self, offset: int, content: bytes) -> None:
        """Write over what is there, wherever it is now."""
        if offset < self._taken_bytes:
            self.amended[offset] = content
        else:
            at = offset - self._taken_bytes
            self._content[at : at + len(content)] = content

    def write(self, content: bytes) -> int:
        self.amend(self._at, content)
        self._at += len(content)
        return len(content)

    def seek(self, offset: int, whence: int) -> None:
        end = self._taken_bytes + len(self._content)
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: end}[whence]

    def tell(self) -> int:
        return self._at
