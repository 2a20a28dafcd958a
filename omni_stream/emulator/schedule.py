"""When each piece of an answer is sent.

Rules.  Pure: no clock, no loop; the same arguments give the same schedule.
Times are seconds from the request, never go back, and text is never sent after
the audio that it belongs to.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.emulator.speech import RATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from omni_stream.emulator.speech import Word

_FRAME_QUANTUM = 3  # 6 bytes, 8 characters of base64: such chunks join without padding
_MAX_SECONDS = 3_600.0  # more is a mistake of units
SECONDS_PER_WRITTEN_PIECE = 0.05  # of answers without speech, before the real-time factor


@dataclass(frozen=True, slots=True)
class Timing:
    """How fast the emulator answers.

    Attributes:
        first_audio_seconds: From the request to the first audio.
        real_time_factor: Seconds of sending for each second of speech; 0 sends at once.
        chunk_seconds: Speech in one event, rounded to whole base64 quanta; at least 0.001.
        text_lead_seconds: How long before its audio a word's text is sent.
        jitter_seconds: Each piece is late by up to this, by the seed.

    Raises:
        UsageError: A time is negative, not finite, or over an hour.
    """

    first_audio_seconds: float = 0.3
    real_time_factor: float = 0.5
    chunk_seconds: float = 0.08
    text_lead_seconds: float = 1.5
    jitter_seconds: float = 0.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name in self.__slots__:
            value = getattr(self, name)
            least = 0.001 if name == "chunk_seconds" else 0.0
            if not least <= value <= _MAX_SECONDS:
                raise omni.UsageError(f"{name} is {value}, outside of {least} to {_MAX_SECONDS:.0f}")


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A piece of the reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Audio:
    """A chunk of the speech, from frame ``begin`` to before frame ``end``."""

    begin: int
    end: int


Piece = Reasoning | Text | Audio
Schedule = list[tuple[float, Piece]]


def spoken(words: Sequence[Word], frames: int, timing: Timing, *, seed: int) -> Schedule:
    """The schedule of an answer that is spoken."""
    chunk = max(round(timing.chunk_seconds * RATE / _FRAME_QUANTUM), 1) * _FRAME_QUANTUM
    audio_due = [
        timing.first_audio_seconds + begin / RATE * timing.real_time_factor
        for begin in range(0, frames, chunk)
    ]
    pieces: Schedule = [
        (due, Audio(begin, min(begin + chunk, frames)))
        for due, begin in zip(audio_due, range(0, frames, chunk), strict=True)
    ]
    # The sort is stable, so that text stands before audio that is due at the same time.
    text: Schedule = []
    for word in words:
        own_chunk = min(math.floor(word.seconds * RATE) // chunk, len(audio_due) - 1)
        due = audio_due[own_chunk] if audio_due else timing.first_audio_seconds
        text.append((max(due - timing.text_lead_seconds, 0.0), Text(word.text)))
    return _late(sorted(text + pieces, key=lambda piece: piece[0]), timing, seed=seed)


def written(reasoning: Iterable[str], text: Iterable[str], timing: Timing, *, seed: int) -> Schedule:
    """The schedule of an answer that is only read: reasoning, then text, at a steady pace."""
    pieces: list[Piece] = [*map(Reasoning, reasoning), *map(Text, text)]
    pace = SECONDS_PER_WRITTEN_PIECE * timing.real_time_factor
    return _late([(index * pace, piece) for index, piece in enumerate(pieces)], timing, seed=seed)


def _late(schedule: Schedule, timing: Timing, *, seed: int) -> Schedule:
    if not timing.jitter_seconds:
        return schedule
    chance = random.Random(seed)  # noqa: S311 -- to be repeatable is the point
    last = 0.0
    late: Schedule = []
    for due, piece in schedule:
        last = max(last, due + chance.random() * timing.jitter_seconds)
        late.append((last, piece))
    return late
