"""The codecs that frames can be encoded with, through libsndfile.

FLAC (RFC 9639) gives every sample back; Opus in Ogg (RFC 7845) is small and lossy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from omni_stream.audio import AudioFormat

CodecName: TypeAlias = Literal["flac", "opus"]


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of file is encoded.

    Attributes:
        name: What its owner calls it.
        container: The file format's name in libsndfile.
        subtype: The codec's name there.
        takes: Whether it has a rate, in Hz.
        rates: Its rates in words, for the error.
        held_frames: At a rate, at most so many frames wait in the encoder for the rest of a block or a page.
    """

    name: CodecName
    container: str
    subtype: str
    takes: Callable[[int], bool]
    rates: str
    held_frames: Callable[[int], int]

    def check_rate(self, format: AudioFormat) -> None:
        """Refuse a rate that the codec does not have.

        Raises:
            UsageError: It has not.
        """
        if not self.takes(format.rate):
            raise UsageError(
                f"{self.name} has {self.rates}, not {format.rate} Hz; put `resample(48_000)` before the sink"
            )


FLAC_BLOCK_FRAMES: Final = 4_096
"""libFLAC's block at libsndfile's level of compression; it waits for one frame more before it encodes."""

_MOST_FLAC_RATE: Final = 655_350

CODECS: Final = (
    Codec(
        name="flac",
        container="FLAC",
        subtype="PCM_16",
        # What the head of each block can state, so that a file can be played from its middle.
        takes=lambda rate: rate < 2**16 or (rate % 10 == 0 and rate <= _MOST_FLAC_RATE),
        rates=f"rates up to 65535 Hz, and multiples of 10 Hz up to {_MOST_FLAC_RATE} Hz",
        held_frames=lambda _rate: FLAC_BLOCK_FRAMES + 1,
    ),
    Codec(
        name="opus",
        container="OGG",
        subtype="OPUS",
        takes={8_000, 12_000, 16_000, 24_000, 48_000}.__contains__,
        rates="rates of 8000, 12000, 16000, 24000 and 48000 Hz",
        held_frames=lambda rate: rate * 6 // 5,  # a page of 1 s, a block, and what the encoder looks ahead
    ),
)
