"""Which pause of the sound is which mark of the text.

The sound has pauses where there is no mark, and no pause at many a comma.  Of all ways to pair them in
order, the cheapest is taken: a pair is the better the closer the speech before it is to what its words
take at the speaker's pace, and what is left over costs by how much it looks like a pair.  So does what is
left behind the last pair, as far as both have come.  It is found by dynamic programming, over a bounded
stretch.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from math import inf, sqrt
from typing import TYPE_CHECKING, Final

from omni_stream.captions.weights import Break

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.captions.sound import Pause

MOST_MARKS, MOST_PAUSES = 16, 22
"""How many are paired at once: a quarter of a minute to a whole one."""

MOST_LEFT_OUT: Final = 4
"""How many in a row may be left out, of either."""

PAIR_WORTH: Final = 2.0
UNHEARD_COST: Final = {Break.COMMA: 0.5, Break.SENTENCE: 2.0, Break.END: 0.0}
"""Of a mark at which nobody paused."""

PAUSE_COST: Final = 2.0
"""Of a long pause without a mark; of a short one the square of its share in that."""

SHORT_COST: Final = 3.0
"""Of a sentence that ends with a short pause, by what it is short of a long one."""

LONG_COST: Final = 0.7
"""Of a comma with a long pause."""

LEAST_LONG_STEPS: Final = 18
"""A pause shorter than that is a long one of nobody."""

SPREAD: Final = 0.6
"""By how much the syllables of a phrase differ from what they were taken for: the deviation in syllables of
one alone, which grows with the root of their number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in the text.

    Attributes:
        syllables: How many come before it.
        break_: What it is.
    """

    syllables: float
    break_: Break


@dataclass(frozen=True, slots=True)
class Pair:
    """A place that is known in both.

    Attributes:
        syllables: Of the text before it.
        spoken: Steps of speech before it.
    """

    syllables: float
    spoken: float


def paired(
    begin: Pair, marks: Sequence[Mark], pauses: Sequence[Pause], come: Pair, *, pace: float, doubt: float
) -> tuple[float, list[Pair]]:
    """What the cheapest pairing costs, and its pairs behind ``begin``, in order.

    Args:
        begin: Where to begin.
        marks: Those behind it; one that is the end of all is paired with the last pause, if at all.
        pauses: Likewise.
        come: How much there is of both.
        pace: Steps of speech that a syllable takes.
        doubt: By which share of it the pace may be wrong: a deviation.
    """
    if len(marks) > MOST_MARKS or len(pauses) > MOST_PAUSES:  # the end is too far away
        marks = [mark for mark in marks[:MOST_MARKS] if mark.break_ is not Break.END]
        pauses = pauses[:MOST_PAUSES]
    pairing = _Pairing(begin, marks, pauses, pace, doubt)
    for mark in range(1, len(marks) + 1):
        pairing.add(mark)
    return pairing.cheapest(come)


class _Pairing:
    """All ways to pair that may be the cheapest; marks and pauses are counted from 1, and 0 is the begin."""

    def __init__(
        self, begin: Pair, marks: Sequence[Mark], pauses: Sequence[Pause], pace: float, doubt: float
    ) -> None:
        self._marks = marks
        self._texts = [begin.syllables, *(mark.syllables for mark in marks)]
        self._sounds = [begin.spoken, *(float(pause.spoken) for pause in pauses)]
        self._lengths = _lengths(pauses)
        self._unheard = [UNHEARD_COST[mark.break_] for mark in marks]
        self._unmarked = [PAUSE_COST * length * length for length in self._lengths]
        self._pace, self._doubt = pace, doubt
        self._is_end = bool(marks) and marks[-1].break_ is Break.END
        # Of what ends with this mark and this pause, less what all up to them cost alone.
        self._costs = [[inf] * len(self._sounds) for _ in self._texts]
        self._costs[0][0] = 0.0
        self._before: dict[tuple[int, int], tuple[int, int]] = {}

    def add(self, m: int) -> None:
        """Pair a mark with each pause; those before it have been."""
        mark = self._marks[m - 1]
        rows: list[tuple[int, list[float], float, float]] = []
        for n in range(m - 1, max(-1, m - 2 - MOST_LEFT_OUT), -1):
            syllables = self._texts[m] - self._texts[n]
            rows.append((n, self._costs[n], syllables, 1.0 / _variance(syllables, self._doubt)))
        for p, length in enumerate(self._lengths, 1):
            if (mark.break_ is Break.END) != (self._is_end and p == len(self._lengths)):
                continue  # all ends at one place
            cost, place = self._behind(rows, p)
            if place is not None:
                alone = self._unheard[m - 1] + self._unmarked[p - 1]
                self._costs[m][p] = cost + _unlike(mark, length) - PAIR_WORTH - alone
                self._before[m, p] = place

    def _behind(
        self, rows: list[tuple[int, list[float], float, float]], p: int
    ) -> tuple[float, tuple[int, int] | None]:
        """The cheapest way to have come to a pair: its cost, and the pair before."""
        best, place = inf, None
        sounds, pace = self._sounds, self._pace
        for n, row, syllables, weight in rows:
            for q in range(p - 1, max(-1, p - 2 - MOST_LEFT_OUT), -1):
                cost = row[q]
                if cost < best:  # a misfit makes it no less
                    off = (sounds[p] - sounds[q]) / pace - syllables
                    cost += off * off * weight
                    if cost < best:
                        best, place = cost, (n, q)
        return best, place

    def cheapest(self, come: Pair) -> tuple[float, list[Pair]]:
        """The cheapest of all, once each mark has been added."""
        end = len(self._marks), len(self._lengths)
        ends = [end] if self._is_end and end in self._before else [*reversed(self._before), (0, 0)]
        unheard = [*accumulate(self._unheard, initial=0.0)]
        unmarked = [*accumulate(self._unmarked, initial=0.0)]
        best, at = inf, end
        for m, p in ends:
            cost = self._costs[m][p] + unheard[m] + unmarked[p]
            if cost < best:  # what is left makes it no less
                cost += self._left(m, p, come)
                if cost < best:
                    best, at = cost, (m, p)
        pairs: list[Pair] = []
        while at in self._before:
            pairs.append(Pair(self._texts[at[0]], self._sounds[at[1]]))
            at = self._before[at]
        return best, pairs[::-1]

    def _left(self, m: int, p: int, come: Pair) -> float:
        """What those cost that are left behind a pair, as far as the other half has come."""
        text_end = self._sounds[p] + (come.syllables - self._texts[m]) * self._pace
        cost = sum(self._unmarked[p : bisect_right(self._sounds, text_end, p + 1) - 1])
        spoken = (come.spoken - self._sounds[p]) / self._pace
        for mark, alone in zip(self._marks[m:], self._unheard[m:], strict=True):
            syllables = mark.syllables - self._texts[m]
            overdue = (spoken - syllables) / (2.0 * sqrt(_variance(syllables, self._doubt)))
            if overdue <= 0:
                break
            cost += alone * min(1.0, overdue)
        return cost


def _variance(syllables: float, doubt: float) -> float:
    """Of how many syllables a phrase seems to have."""
    return SPREAD * SPREAD * (syllables + 1.0) + (doubt * syllables) ** 2


def _lengths(pauses: Sequence[Pause]) -> list[float]:
    """How long each pause is, 1 for what is a long one of this speaker."""
    if not pauses:
        return []
    ordered = sorted(pause.steps for pause in pauses)
    long = max(ordered[len(ordered) * 7 // 8], LEAST_LONG_STEPS)
    return [min(1.0, pause.steps / long) for pause in pauses]


def _unlike(mark: Mark, length: float) -> float:
    """What it costs that a pause is not as long as the mark has it."""
    match mark.break_:
        case Break.COMMA:
            return LONG_COST * length
        case Break.SENTENCE:
            return SHORT_COST * (1.0 - length)
    return 0.0
