"""Frames <-> the bytes of a telephone line: mu-law and A-law (ITU-T G.711).

Rules.
1. A line has 8,000 Hz, one channel, and a byte for each sample.
2. It takes blocks of 20 ms, 160 bytes.  The last one is filled up with silence where
   the audio ends; nothing else is added, and nothing left out.
3. The bytes are those that Python's `audioop` made up to 3.12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from omni_stream._native import g711_decode, g711_encode
from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.errors import UsageError
from omni_stream.stages.feeding import fed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from omni_stream.pipeline.stage import Stage

_Law: TypeAlias = Literal["mu", "a"]

_FORMAT: Final = AudioFormat(8_000)
_BLOCK_BYTES: Final = 160
_STAGES: Final = {"mu": "mulaw()", "a": "alaw()"}


def mulaw() -> Stage[AudioFrame, bytes]:
    """A stage that makes G.711 mu-law of audio, for a telephone line in North America or Japan.

    Takes audio of 8,000 Hz and one channel; put `resample(8_000, quality="live")` before it.  Gives
    blocks of 160 bytes (20 ms), the last one filled up with silence (0xFF).

    Raises:
        UsageError: While it runs: the audio has another format.
    """
    return _encoder("mu")


def alaw() -> Stage[AudioFrame, bytes]:
    """A stage that makes G.711 A-law of audio, for a telephone line anywhere else.

    As `mulaw`, but for the silence (0xD5).

    Raises:
        UsageError: While it runs: the audio has another format.
    """
    return _encoder("a")


def from_mulaw() -> Stage[bytes, AudioFrame]:
    """A stage that makes audio of G.711 mu-law: what a caller says, 8,000 Hz and one channel.

    Takes bytes in pieces of any length; none become no frame.
    """
    return _decoder("mu")


def from_alaw() -> Stage[bytes, AudioFrame]:
    """A stage that makes audio of G.711 A-law; as `from_mulaw`."""
    return _decoder("a")


def _encoder(law: _Law) -> Stage[AudioFrame, bytes]:
    def encode(frames: AsyncIterator[AudioFrame]) -> AsyncIterator[bytes]:
        return fed(frames, _Blocks(law))

    return encode


def _decoder(law: _Law) -> Stage[bytes, AudioFrame]:
    async def decode(pieces: AsyncIterator[bytes]) -> AsyncIterator[AudioFrame]:
        position = 0
        async for piece in pieces:
            if piece:
                yield AudioFrame(g711_decode(piece, law), _FORMAT, position_frames=position)
                position += len(piece)

    return decode


class _Blocks:
    def __init__(self, law: _Law) -> None:
        self._law: _Law = law
        self._held = b""  # always less than a block

    def feed(self, frame: AudioFrame) -> Iterator[bytes]:
        _check_format(frame.format, _STAGES[self._law])
        line = self._held + g711_encode(frame, self._law)
        whole = len(line) - len(line) % _BLOCK_BYTES
        self._held = line[whole:]
        for start in range(0, whole, _BLOCK_BYTES):
            yield line[start : start + _BLOCK_BYTES]

    def close(self) -> Iterator[bytes]:
        if self._held:
            silence = g711_encode(AudioFrame(bytes(2), _FORMAT), self._law)
            line, self._held = self._held, b""
            yield line.ljust(_BLOCK_BYTES, silence)


def _check_format(format: AudioFormat, stage: str) -> None:
    if format.channels != 1:
        raise UsageError(
            f"{stage} takes audio of one channel, as a telephone line has, not of {format.channels};"
            " mix them, or give each a line of its own"
        )
    if format.rate != _FORMAT.rate:
        raise UsageError(
            f"{stage} takes audio of 8,000 Hz, as a telephone line has, not of {format.rate:,} Hz;"
            " put `.through(omni.resample(8_000))` before it"
        )
