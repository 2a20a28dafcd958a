"""Frames -> how loud they are, in steps of 10 ms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.captions.sound import STEP_SECONDS

if TYPE_CHECKING:
    from omni_stream.audio import AudioFrame


class Loudness:
    """Measures the audio of one stream, however it is cut; all of it has one format."""

    __slots__ = ("_numpy", "_rest")

    def __init__(self) -> None:
        import numpy  # noqa: ICN001, PLC0415 -- 0.1 s, which importers need not wait for

        self._numpy = numpy
        self._rest = numpy.empty(0, numpy.float32)

    def feed(self, frame: AudioFrame) -> list[float]:
        """The root mean square of each step that is whole by now, of all channels, as int16 samples are."""
        numpy = self._numpy
        format = frame.format
        squares = numpy.square(frame.samples.astype(numpy.float32)).mean(axis=1)
        steps = numpy.concatenate([self._rest, squares])
        size = max(1, round(format.rate * STEP_SECONDS))
        whole = len(steps) // size * size
        self._rest = steps[whole:]
        levels: list[float] = numpy.sqrt(steps[:whole].reshape(-1, size).mean(axis=1)).tolist()
        return levels
