"""What sound tells of the words in it: when somebody speaks, and when not.

Silence of `LEAST_PAUSE_STEPS` or more is a pause; anything shorter is part of a word, as the stop of a
"t" is.  Loudness is judged by what was loud lately, so that a quiet voice speaks too.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

STEP_SECONDS: Final = 0.01
"""A step, by which loudness is measured."""

LEAST_PAUSE_STEPS: Final = 8

QUIET_SHARE: Final = 0.04
"""-28 dB of what is loud: breath and room lie below, the faintest vowel above."""

FADING: Final = 0.998
"""Of what was loud, a step later: 5 s halve it and a bit more, so that a whisper behind a shout counts."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence.

    Attributes:
        spoken: How many steps were spoken before it.
        steps: How long it is.
    """

    spoken: int
    steps: int


class Sound:
    """The sound that has come.

    Attributes:
        pauses: All that have ended, in order.
        spoken: How many steps of it are speech.
    """

    __slots__ = ("_loud", "_quiet", "_spoken_before", "pauses", "spoken")

    def __init__(self) -> None:
        self.pauses: list[Pause] = []
        self.spoken = 0
        self._spoken_before = array("I")  # each step: how many were spoken up to its end
        self._loud = 0.0
        self._quiet = 0  # how many steps of silence there are at the end

    @property
    def seconds(self) -> float:
        """How much has come."""
        return len(self._spoken_before) * STEP_SECONDS

    @property
    def silence(self) -> Pause | None:
        """The pause at its end, as long as it is by now; None while somebody speaks."""
        return Pause(self.spoken, self._quiet) if self._quiet >= LEAST_PAUSE_STEPS else None

    def feed(self, levels: Iterable[float]) -> None:
        """Take the loudness of the next steps."""
        for level in levels:
            self._loud = max(level, self._loud * FADING)
            if level <= QUIET_SHARE * self._loud:
                self._keep_quiet()
            else:
                self._speak()

    def end(self) -> None:
        """There is no more."""
        self._end_pause()

    def seconds_of(self, spoken: float) -> float:
        """When so many steps of it have been spoken and the next one begins."""
        if spoken >= self.spoken:
            return self.seconds + (spoken - self.spoken) * STEP_SECONDS
        return bisect_right(self._spoken_before, spoken) * STEP_SECONDS

    def _keep_quiet(self) -> None:
        self._quiet += 1
        if self._quiet < LEAST_PAUSE_STEPS:
            self.spoken += 1
        elif self._quiet == LEAST_PAUSE_STEPS:  # those before were a pause, too
            self.spoken -= LEAST_PAUSE_STEPS - 1
            for step in range(len(self._spoken_before) - LEAST_PAUSE_STEPS + 1, len(self._spoken_before)):
                self._spoken_before[step] = self.spoken
        self._spoken_before.append(self.spoken)

    def _speak(self) -> None:
        self._end_pause()
        self.spoken += 1
        self._spoken_before.append(self.spoken)

    def _end_pause(self) -> None:
        if self._quiet >= LEAST_PAUSE_STEPS:
            self.pauses.append(Pause(self.spoken, self._quiet))
        self._quiet = 0
