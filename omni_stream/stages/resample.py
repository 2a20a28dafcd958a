"""Audio of any rate -> audio of one rate, by soxr.

Rules.
1. The samples depend on the audio alone, not on how it was cut: soxr runs in
   float32, where chunked equals one-shot bit for bit (in int16 it dithers), and
   they are rounded here.
2. N frames become N x out / in frames, to the nearest whole number, for each run of
   one format; of a half, soxr's own arithmetic says which.
3. soxr holds audio back, so an empty output is normal; the rest comes out once,
   where a run ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.errors import ProtocolError, UsageError
from omni_stream.stages.feeding import fed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    import numpy as np
    import numpy.typing as npt
    from soxr import ResampleStream  # type: ignore[import-untyped]  # it has no types
    from typing_extensions import Buffer

    from omni_stream.pipeline.stage import Stage

Quality: TypeAlias = Literal["LQ", "MQ", "HQ", "VHQ"]

LEAST_RATE: Final = 1_000
MOST_RATE: Final = 768_000
"""Hz, of both sides: soxr takes seconds to minutes and gigabytes for ratios far beyond theirs."""


def resample(rate: int, *, quality: Quality = "HQ") -> Stage[AudioFrame, AudioFrame]:
    """A stage that brings audio to another rate; audio that has it already is left as it is.

    N frames become N x `rate` / their rate, rounded to the nearest whole number, a half to either;
    the same ones however they were cut.  Frames come later than they went in, by up to
    40 ms from 24,000 to 48,000 Hz in "HQ", and half of that in "LQ".  Where the format
    changes, the audio before ends and the one after begins anew.  Positions count the
    frames given out, from where the first frame that came would be at the new rate.

    Args:
        rate: In Hz, 1,000 to 768,000.
        quality: "LQ" for little delay, "HQ" for files, "MQ" between, "VHQ" beyond 16 bits.

    Raises:
        UsageError: An argument is out of range.
        ProtocolError: While it runs: the audio's own rate is.
    """
    _check_rate(rate)
    if quality not in get_args(Quality):
        # soxr's QQ has no anti-alias filter
        raise UsageError(f"quality is one of {', '.join(get_args(Quality))}, not {quality!r}")
    from soxr import ResampleStream  # noqa: PLC0415 -- with numpy 0.1 s, which others need not wait for

    def convert(frames: AsyncIterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
        def stream_of(format: AudioFormat) -> ResampleStream:
            return ResampleStream(format.rate, rate, format.channels, dtype="float32", quality=quality)

        return fed(frames, _Resampling(rate, stream_of))

    return convert


class _Resampling:
    def __init__(self, rate: int, stream_of: Callable[[AudioFormat], ResampleStream]) -> None:
        self._rate = rate
        self._stream_of = stream_of
        self._stream: ResampleStream | None = None  # None too where the rate is right already
        self._format: AudioFormat | None = None
        self._position = 0

    def feed(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        if frame.format != self._format:
            yield from self.close()
            self._begin(frame)
        if self._stream is not None:
            yield from self._resampled(self._stream, frame, last=False)
        elif frame.position_frames == self._position:
            self._position += len(frame)
            yield frame
        else:
            yield self._placed(frame, frame.format)

    def close(self) -> Iterator[AudioFrame]:
        if self._stream is not None and self._format is not None:
            stream, self._stream = self._stream, None
            yield from self._resampled(stream, AudioFrame(b"", self._format), last=True)

    def _begin(self, first: AudioFrame) -> None:
        rate = first.format.rate
        if not LEAST_RATE <= rate <= MOST_RATE:
            raise ProtocolError(
                f"audio is resampled from {LEAST_RATE:,} to {MOST_RATE:,} Hz, and this says that it has"
                f" {rate:,} Hz; its header is wrong, most likely"
            )
        if self._format is None:
            self._position = (2 * first.position_frames * self._rate + rate) // (2 * rate)
        self._format = first.format
        if rate != self._rate:
            self._stream = self._stream_of(first.format)

    def _resampled(self, stream: ResampleStream, frame: AudioFrame, *, last: bool) -> Iterator[AudioFrame]:
        samples = stream.resample_chunk(frame.samples.astype("f4"), last=last)
        if len(samples):
            samples.round(out=samples)
            samples.clip(-32_768, 32_767, out=samples)
            yield self._placed(samples.astype("i2"), AudioFormat(self._rate, frame.format.channels))

    def _placed(self, pcm: Buffer | npt.NDArray[np.int16], format: AudioFormat) -> AudioFrame:
        frame = AudioFrame(pcm, format, position_frames=self._position)
        self._position += len(frame)
        return frame


def _check_rate(rate: object) -> None:
    if isinstance(rate, bool) or not isinstance(rate, int) or not LEAST_RATE <= rate <= MOST_RATE:
        raise UsageError(f"audio is resampled to {LEAST_RATE:,} to {MOST_RATE:,} Hz, not {rate!r}")
