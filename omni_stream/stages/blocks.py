"""Frames of any length -> blocks of one length, as a device or a telephony leg asks for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from omni_stream.audio import AudioFrame
from omni_stream.errors import UsageError
from omni_stream.stages.feeding import fed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from omni_stream.audio import AudioFormat
    from omni_stream.pipeline.stage import Stage

MOST_SECONDS: Final = 60.0
"""Blocks are milliseconds, rarely a second; more is a mistake of units."""


def blocks(seconds: float, *, pad: bool = False) -> Stage[AudioFrame, AudioFrame]:
    """A stage that cuts audio into blocks of exactly one length.

    Where the format changes, the block at hand ends and a new one begins.  Positions
    count the frames given out, from the position of the first frame that came.

    Args:
        seconds: The length of a block, over 0 to 60 s, to the nearest whole frame of the
            audio's rate (20 ms are 480 frames at 24,000 Hz), at least one.
        pad: Whether silence fills up the last block, and the last one before a change of
            format, which are shorter otherwise.

    Raises:
        UsageError: `seconds` is out of range.
    """
    _check_seconds(seconds)

    def cut(frames: AsyncIterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
        return fed(frames, _Blocks(seconds, pad=pad))

    return cut


class _Blocks:
    def __init__(self, seconds: float, *, pad: bool) -> None:
        self._seconds = seconds
        self._pad = pad
        self._format: AudioFormat | None = None
        self._block_bytes = 0
        self._held = bytearray()  # always less than a block
        self._position = 0

    def feed(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        if frame.format != self._format:
            yield from self.close()
            self._begin(frame)
        size = self._block_bytes
        pcm = memoryview(frame)
        if not self._held and len(pcm) == size and frame.position_frames == self._position:
            self._position += len(frame)
            yield frame
            return
        start = 0
        if self._held:
            start = size - len(self._held)
            self._held += pcm[:start]
            if len(self._held) < size:
                return
            yield self._block(frame.format, self._held)
            self._held.clear()
        whole = start + (len(pcm) - start) // size * size
        for begin in range(start, whole, size):
            yield self._block(frame.format, pcm[begin : begin + size])
        self._held += pcm[whole:]

    def close(self) -> Iterator[AudioFrame]:
        if self._format is not None and self._held:
            if self._pad:
                self._held += bytes(self._block_bytes - len(self._held))
            yield self._block(self._format, self._held)
            self._held.clear()

    def _begin(self, first: AudioFrame) -> None:
        if self._format is None:
            self._position = first.position_frames
        self._format = first.format
        block_frames = max(1, math.floor(self._seconds * first.format.rate + 0.5))
        self._block_bytes = block_frames * first.format.frame_bytes

    def _block(self, format: AudioFormat, pcm: bytearray | memoryview) -> AudioFrame:
        block = AudioFrame(pcm, format, position_frames=self._position)
        self._position += len(block)
        return block


def _check_seconds(seconds: object) -> None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= MOST_SECONDS:
        raise UsageError(f"a block is over 0 to {MOST_SECONDS:.0f} seconds long, not {seconds!r}")
