"""Frames -> how loud they are, in steps of 10 ms.

Without numpy, which takes longer to load than a minute of speech to measure, and would be waited for
between the first audio that comes and the first sound.
"""

from __future__ import annotations

from array import array
from math import sqrt
from operator import mul
from typing import TYPE_CHECKING

from omni_stream.captions.sound import STEP_SECONDS

if TYPE_CHECKING:
    from omni_stream.audio import AudioFrame


class Loudness:
    """Measures the audio of one stream, however it is cut; all of it has one format."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = array("h")

    def feed(self, frame: AudioFrame) -> list[float]:
        """The root mean square of each step that is whole by now, of all channels, as int16 samples are."""
        samples = self._rest
        samples.frombytes(frame)
        size = max(1, round(frame.format.rate * STEP_SECONDS)) * frame.format.channels
        whole = len(samples) // size * size
        self._rest = samples[whole:]
        steps = (samples[begin : begin + size] for begin in range(0, whole, size))
        return [sqrt(sum(map(mul, step, step)) / size) for step in steps]
