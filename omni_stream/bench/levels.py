"""How loud speech is, 10 ms by 10 ms, in a text: what it takes to know later where it was heard.

A character is one window: its root mean square in dB of full scale, rounded up, from -93 (``!``, and all
that is less) to 0 (``~``).  Rounding up keeps "above -40 dB" exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    import omni_stream as omni

WINDOWS_A_SECOND = 100
"""10 ms each."""

AUDIBLE_DB = -40
"""Above this a window is sound."""

AUDIBLE_WINDOWS = 5
"""So many in a row are speech: 50 ms; less is a click."""

_LEAST_DB = -93
_LOUDEST = ord("~")
_FULL_SCALE = 32_768.0


class Levels:
    """The levels of one reply, while its frames come."""

    __slots__ = ("_format", "_rest", "_told")

    def __init__(self) -> None:
        self._told: list[str] = []
        self._format: omni.AudioFormat | None = None
        self._rest = np.empty((0, 1), np.int16)

    def feed(self, frame: omni.AudioFrame) -> None:
        """Take the next frame."""
        if self._format != frame.format:
            self._tell_rest()
            self._format, self._rest = frame.format, frame.samples[:0]
        samples = np.concatenate((self._rest, frame.samples)) if len(self._rest) else frame.samples
        window = frame.format.rate // WINDOWS_A_SECOND
        whole = len(samples) // window * window
        self._rest = samples[whole:]
        self._tell(samples[:whole].reshape(-1, window * samples.shape[1]))

    def finish(self) -> str:
        """All levels; the last window may be shorter."""
        self._tell_rest()
        return "".join(self._told)

    def _tell_rest(self) -> None:
        if self._rest.size:
            self._tell(self._rest.reshape(1, -1))
            self._rest = self._rest[:0]

    def _tell(self, windows: npt.NDArray[np.int16]) -> None:
        if not len(windows):
            return
        power = np.mean(np.square(windows, dtype=np.float32), axis=1, dtype=np.float64) / _FULL_SCALE**2
        with np.errstate(divide="ignore"):
            decibels = np.ceil(10 * np.log10(power))
        codes = np.clip(decibels, _LEAST_DB, 0) + _LOUDEST
        self._told.append(codes.astype(np.uint8).tobytes().decode("ascii"))


def decibels(levels: str) -> list[int]:
    """The level of each window, in dB of full scale."""
    return [ord(level) - _LOUDEST for level in levels]


def first_sound(levels: str) -> float | None:
    """Seconds of the audio before the first 50 ms of sound; None if there are none."""
    run = 0
    for number, level in enumerate(decibels(levels)):
        run = run + 1 if level > AUDIBLE_DB else 0
        if run == AUDIBLE_WINDOWS:
            return (number + 1 - run) / WINDOWS_A_SECOND
    return None
