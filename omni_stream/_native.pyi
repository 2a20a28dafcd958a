"""The native ground: bytes and samples. Import its classes from the room that owns them."""

from collections.abc import Sequence
from typing import final

import numpy as np
import numpy.typing as npt
from typing_extensions import Buffer

@final
class AudioFormat:
    """The format of int16 PCM audio.

    Attributes:
        rate: Frames a second, in Hz, 1 to 768,000.
        channels: Samples a frame, 1 or 2.
    """

    __match_args__ = ("rate", "channels")
    def __new__(cls, rate: int, channels: int = 1) -> AudioFormat: ...
    @property
    def rate(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def frame_bytes(self) -> int:
        """Bytes a frame: two for each channel."""
    def __hash__(self) -> int: ...

@final
class AudioFrame:
    """A run of int16 PCM, with its place in the stream. Immutable.

    ``memoryview(frame)`` and ``bytes(frame)`` give its PCM: interleaved,
    little-endian, without a copy in the first case.

    Args:
        samples: int16 samples, an array of shape (frames,) or (frames, channels), or
            any C-contiguous buffer of their bytes (little-endian); copied once.
        format: What the samples are.
        position_frames: Index of the first frame in its stream.

    Raises:
        UsageError-free ``ValueError``: the buffer is not whole frames of int16.
    """

    def __new__(
        cls, samples: Buffer, format: AudioFormat, *, position_frames: int = 0
    ) -> AudioFrame: ...
    @property
    def format(self) -> AudioFormat: ...
    @property
    def samples(self) -> npt.NDArray[np.int16]:
        """Shape (frames, channels); a read-only view without a copy."""
    @property
    def position_frames(self) -> int:
        """Index of the first frame in its stream, counted from 0 at its first frame."""
    @property
    def seconds(self) -> float: ...
    def __len__(self) -> int:
        """Number of frames (a frame is one sample of every channel)."""
    def __bytes__(self) -> bytes: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __hash__(self) -> int: ...
