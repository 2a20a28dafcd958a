"""Audio of any rate -> audio of one rate: natively to listen live, by soxr otherwise.

Rules.
1. The samples depend on the audio alone, not on how it was cut: soxr runs in
   float32, where chunked equals one-shot bit for bit (in int16 it dithers), and
   they are rounded here.
2. N frames become N x out / in frames, to the nearest whole number, for each run of
   one format; of a half, soxr's own arithmetic says which.
3. Audio is held back, so an empty output is normal; the rest comes out once, where
   a run ends.
4. Nothing is shifted: a sound is where it was, at either rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias, get_args

from omni_stream._native import Resampler
from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.errors import ProtocolError, UsageError
from omni_stream.stages.feeding import fed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from omni_stream.pipeline.stage import Stage

Quality: TypeAlias = Literal["live", "LQ", "MQ", "HQ", "VHQ"]

LEAST_RATE: Final = 1_000
MOST_RATE: Final = 768_000
"""Hz, of both sides: soxr takes seconds to minutes and gigabytes for ratios far beyond theirs."""


def resample(rate: int, *, quality: Quality = "HQ") -> Stage[AudioFrame, AudioFrame]:
    """A stage that brings audio to another rate; audio that has it already is left as it is.

    N frames become N x `rate` / their rate, rounded to the nearest whole number, a half to either;
    the same ones however they were cut.  Where the format changes, the audio before ends and
    the one after begins anew.  Positions count the frames given out, from where the first frame
    that came would be at the new rate.

    `quality="live"` is for whoever listens now, on a telephone or a device: where one rate is 2, 3
    or 3/2 times the other, frames come 1 to 2 ms after they went in (24,000 Hz to 48,000, 16,000
    or 8,000), without bursts, at 90 dB and more over noise and aliases; what lies within an
    eighth of the highest frequency that fits is softer.  Between any other rates it is "LQ".  All
    the others are soxr's, for files: they keep more of what fits, but frames come in bursts and
    up to 40 ms late from 24,000 to 48,000 Hz in "HQ", 75 ms to 8,000 Hz, and half of that in "LQ".

    Args:
        rate: In Hz, 1,000 to 768,000.
        quality: "live" for the least delay, "HQ" for files, "LQ" and "MQ" between, "VHQ" beyond 16 bits.

    Raises:
        UsageError: An argument is out of range.
        ProtocolError: While it runs: the audio's own rate is.
    """
    _check(rate, quality)

    def convert(frames: AsyncIterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
        return fed(frames, Resampling(rate, quality))

    return convert


def resampling(rate: int, *, quality: Quality = "live") -> Resampling:
    """What `resample` does, to be fed frame by frame; its arguments and errors are the same."""
    _check(rate, quality)
    return Resampling(rate, quality)


class _Run(Protocol):
    """Audio of one format, from its beginning to its end."""

    def feed(self, frame: AudioFrame, /) -> AudioFrame | None:
        """The frames that `frame` completes."""

    def finish(self) -> AudioFrame | None:
        """The frames still held."""


class Resampling:
    """`resample` as a transform: see `resampling`, which makes one."""

    def __init__(self, rate: int, quality: Quality) -> None:
        self._rate = rate
        self._quality: Quality = quality
        self._run: _Run | None = None  # None too where the rate is right already
        self._format: AudioFormat | None = None
        self._position = 0

    def feed(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """The frames that `frame` completes."""
        if frame.format != self._format:
            yield from self.close()
            self._begin(frame)
        if self._run is not None:
            yield from self._counted(self._run.feed(frame))
        elif frame.position_frames == self._position:
            yield from self._counted(frame)
        else:
            yield from self._counted(AudioFrame(frame, frame.format, position_frames=self._position))

    def close(self) -> Iterator[AudioFrame]:
        """The frames still held: the run has ended, and another may begin."""
        if self._run is not None:
            run, self._run = self._run, None
            yield from self._counted(run.finish())

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
            self._run = self._run_from(first.format)

    def _run_from(self, format: AudioFormat) -> _Run:
        if self._quality != "live":
            return _SoxrRun(format, self._rate, self._quality, self._position)
        native = Resampler.between(format, self._rate, position_frames=self._position)
        return native or _SoxrRun(format, self._rate, "LQ", self._position)

    def _counted(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        if frame is not None:
            self._position += len(frame)
            yield frame


class _SoxrRun:
    def __init__(self, format: AudioFormat, rate: int, quality: str, position: int) -> None:
        from soxr import ResampleStream  # type: ignore[import-untyped]  # noqa: PLC0415 -- with numpy 0.1 s

        self._stream = ResampleStream(format.rate, rate, format.channels, dtype="float32", quality=quality)
        self._nothing = AudioFrame(b"", format)
        self._format = AudioFormat(rate, format.channels)
        self._position = position

    def feed(self, frame: AudioFrame) -> AudioFrame | None:
        return self._resampled(frame, last=False)

    def finish(self) -> AudioFrame | None:
        return self._resampled(self._nothing, last=True)

    def _resampled(self, frame: AudioFrame, *, last: bool) -> AudioFrame | None:
        samples = self._stream.resample_chunk(frame.samples.astype("f4"), last=last)
        if not len(samples):
            return None
        samples.round(out=samples)
        samples.clip(-32_768, 32_767, out=samples)
        resampled = AudioFrame(samples.astype("i2"), self._format, position_frames=self._position)
        self._position += len(resampled)
        return resampled


def _check(rate: object, quality: object) -> None:
    if isinstance(rate, bool) or not isinstance(rate, int) or not LEAST_RATE <= rate <= MOST_RATE:
        raise UsageError(f"audio is resampled to {LEAST_RATE:,} to {MOST_RATE:,} Hz, not {rate!r}")
    if quality not in get_args(Quality):
        # soxr's QQ has no anti-alias filter
        raise UsageError(f"quality is one of {', '.join(get_args(Quality))}, not {quality!r}")
    if quality != "live":
        import soxr  # noqa: F401, PLC0415 -- the wait for it is now, and not amid sound
