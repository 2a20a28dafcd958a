"""What a listener hears with our own jitter buffer, in virtual time.

The buffer judges sound, and what is kept of it is its levels: it is given a tone of 200 Hz, a
voice's pitch, at those levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import omni_stream as omni
from omni_stream.bench.continuity import Stalls
from omni_stream.bench.levels import WINDOWS_A_SECOND, decibels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from omni_stream.bench.observed import AudioEvent

RATE = 8_000
"""Hz: what is decided does not depend on it, and what it costs does."""

BLOCK_SECONDS = 0.02
MOST_SILENT_SECONDS = 120.0
"""A device does not ask for ever: twice what the buffer would ever wait."""

_PITCH = 200
_LOUDEST = 32_000.0


def jitter_buffer_player(audio: Sequence[AudioEvent], levels: str, *, ended: float) -> Stalls | None:
    """The stalls of `JitterBuffer` as it is by default, under a device that asks every 20 ms.

    None for fewer than two events.

    Args:
        audio: The events.
        levels: How loud the audio is; full speech where it says nothing.
        ended: When the reply is known to have ended.
    """
    if len(audio) < 2:  # noqa: PLR2004 -- that is what continuity takes
        return None
    buffer = omni.JitterBuffer(RATE)
    sound = _sound(levels, sum(event.seconds for event in audio))
    block = round(BLOCK_SECONDS * RATE)
    begin, given, come = audio[0].at, 0, 0.0
    waiting = iter(audio)
    event = next(waiting, None)
    most = (max(ended, audio[-1].at) - begin + len(sound) / RATE + MOST_SILENT_SECONDS) / BLOCK_SECONDS
    for tick in range(int(most)):
        now = begin + tick * BLOCK_SECONDS
        while event is not None and event.at <= now:
            come += event.seconds
            buffer.push(sound[given : round(come * RATE)], event.at)
            given, event = round(come * RATE), next(waiting, None)
        if event is None and ended <= now:
            buffer.end(now)
        buffer.pull(block, now)
        if event is None and any(told.happening == "drained" for told in buffer.events()):
            break
    return Stalls(buffer.stats.stalls, buffer.stats.stalled_s)


def _sound(levels: str, seconds: float) -> npt.NDArray[np.int16]:
    frames, window = round(seconds * RATE) + 1, RATE // WINDOWS_A_SECOND
    loud = np.zeros(frames // window + 1)
    known = np.array(decibels(levels)[: len(loud)], np.float64)
    loud[len(known) :] = -20.0
    loud[: len(known)] = known
    amplitude = np.minimum(np.sqrt(2.0) * 32_768.0 * 10 ** (loud / 20), _LOUDEST)
    amplitude[loud <= decibels("!")[0]] = 0.0  # digital silence
    tone = np.sin(2 * np.pi * _PITCH / RATE * np.arange(frames))
    sound: npt.NDArray[np.int16] = (np.repeat(amplitude, window)[:frames] * tone).astype(np.int16)
    return sound
