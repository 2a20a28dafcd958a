"""Which pause of the sound is which mark of the text.

The sound has pauses where there is no mark, and no pause at many a comma.  Of all ways to pair them in
order, the cheapest is taken: a pair is the better the closer the speech before it is to what its words
take at the speaker's pace, and what is left over costs by how much it looks like a pair.  It is
found by dynamic programming, over a bounded stretch.
"""

from __future__ import annotations

from dataclasses import dataclass
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

SPREAD: Final = 1.2
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


def paired(begin: Pair, marks: Sequence[Mark], pauses: Sequence[Pause], *, pace: float) -> list[Pair]:
    """The pairs behind ``begin``, in order.

    Args:
        begin: Where to begin.
        marks: Those behind it; one that is the end of all is paired with the last pause, if at all.
        pauses: Likewise.
        pace: Steps of speech that a syllable takes.
    """
    if len(marks) > MOST_MARKS or len(pauses) > MOST_PAUSES:  # the end is too far away
        marks = [mark for mark in marks[:MOST_MARKS] if mark.break_ is not Break.END]
        pauses = pauses[:MOST_PAUSES]
    left_marks = _summed([UNHEARD_COST[mark.break_] for mark in marks])
    is_end = bool(marks) and marks[-1].break_ is Break.END
    lengths = _lengths(pauses)
    left_pauses = _summed([PAUSE_COST * length * length for length in lengths])

    def place(mark: int, pause: int) -> Pair:
        return begin if mark < 0 else Pair(marks[mark].syllables, pauses[pause].spoken)

    costs: dict[tuple[int, int], float] = {(-1, -1): 0.0}
    before: dict[tuple[int, int], tuple[int, int]] = {}
    for m, mark in enumerate(marks):
        for p, pause in enumerate(pauses):
            if (mark.break_ is Break.END) != (is_end and p == len(pauses) - 1):
                continue  # all ends at one place
            unlike = _unlike(mark, lengths[p])
            best = min(
                (
                    (
                        costs[n, q]
                        + _misfit(place(n, q), mark, pause, pace)
                        - left_marks[n + 1]
                        - left_pauses[q + 1],
                        (n, q),
                    )
                    for n in range(max(-1, m - 1 - MOST_LEFT_OUT), m)
                    for q in range(max(-1, p - 1 - MOST_LEFT_OUT), p)
                    if (n, q) in costs
                ),
                default=None,
            )
            if best is not None:
                costs[m, p] = best[0] + left_marks[m] + left_pauses[p] + unlike - PAIR_WORTH
                before[m, p] = best[1]
    end = len(marks) - 1, len(pauses) - 1
    at = end if is_end and end in costs else min(costs, key=costs.__getitem__)
    pairs: list[Pair] = []
    while at in before:
        pairs.append(place(*at))
        at = before[at]
    return pairs[::-1]


def _misfit(last: Pair, mark: Mark, pause: Pause, pace: float) -> float:
    syllables = mark.syllables - last.syllables
    off = (pause.spoken - last.spoken) / pace - syllables
    return off * off / (SPREAD * SPREAD * (syllables + 1.0))


def _lengths(pauses: Sequence[Pause]) -> list[float]:
    """How long each pause is, 1 for what is a long one of this speaker."""
    if not pauses:
        return []
    ordered = sorted(pause.steps for pause in pauses)
    long = max(ordered[len(ordered) * 3 // 4], LEAST_LONG_STEPS)
    return [min(1.0, pause.steps / long) for pause in pauses]


def _unlike(mark: Mark, length: float) -> float:
    """What it costs that a pause is not as long as the mark has it."""
    match mark.break_:
        case Break.COMMA:
            return LONG_COST * length
        case Break.SENTENCE:
            return SHORT_COST * (1.0 - length)
    return 0.0


def _summed(costs: list[float]) -> list[float]:
    sums = [0.0]
    for cost in costs:
        sums.append(sums[-1] + cost)
    return sums
