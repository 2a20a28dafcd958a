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
"""10 ms each; window k begins with frame k * rate // 100, so that none drifts at a rate like 22,050 Hz."""

AUDIBLE_DB = -40
"""Above this a window is sound."""

AUDIBLE_WINDOWS = 5
"""So many in a row are speech: 50 ms; less is a click."""

BATCH_SECONDS = 1.0
"""Audio that is looked at in one go: by events it would cost more than reading them does."""

_LEAST_DB = -93
_LOUDEST = ord("~")
_FULL_SCALE = 32_768.0


class Levels:
    """The levels of one reply, while its frames come."""

    __slots__ = ("_format", "_frames", "_told", "_waiting", "_windows")

    def __init__(self) -> None:
        self._told: list[str] = []
        self._format: omni.AudioFormat | None = None
        self._waiting: list[npt.NDArray[np.int16]] = []
        self._frames = 0  # that wait
        self._windows = 0  # that were told, of this format

    def feed(self, frame: omni.AudioFrame) -> None:
        """Take the next frame."""
        if self._format is not frame.format and self._format != frame.format:
            self._tell(is_end=True)
            self._format, self._windows = frame.format, 0
        self._waiting.append(frame.samples)
        self._frames += len(frame)
        if self._frames >= frame.format.rate * BATCH_SECONDS:
            self._tell(is_end=False)

    def finish(self) -> str:
        """All levels; the last window may be shorter."""
        self._tell(is_end=True)
        return "".join(self._told)

    def _tell(self, *, is_end: bool) -> None:
        """Tell of what waits; what is no whole window goes on waiting, unless it is the end of it."""
        if not self._frames or self._format is None:
            return
        samples = np.concatenate(self._waiting)
        most = len(samples) * WINDOWS_A_SECOND // self._format.rate + 2
        edges = (np.arange(most) + self._windows) * self._format.rate // WINDOWS_A_SECOND
        edges -= edges[0]
        edges = edges[edges <= len(samples)]
        self._windows += len(edges) - 1
        rest = samples[edges[-1] :]
        if is_end and len(rest):
            edges = np.append(edges, len(samples))
        if len(edges) > 1:
            self._told.append(_levels(samples, edges))
        self._waiting, self._frames = ([], 0) if is_end else ([rest], len(rest))


def _levels(samples: npt.NDArray[np.int16], edges: npt.NDArray[np.int_]) -> str:
    places = edges * samples.shape[1]
    squares = np.square(samples.ravel()[: places[-1]], dtype=np.int64)
    power = np.add.reduceat(squares, places[:-1]) / (np.diff(places) * _FULL_SCALE**2)
    with np.errstate(divide="ignore"):
        decibels = np.ceil(10 * np.log10(power))
    codes = np.clip(decibels, _LEAST_DB, 0) + _LOUDEST
    told: bytes = codes.astype(np.uint8).tobytes()
    return told.decode("ascii")


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
