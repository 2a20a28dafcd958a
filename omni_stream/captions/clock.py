"""Which text is heard at which second of the sound."""

from __future__ import annotations

from bisect import bisect_right
from math import inf, sqrt
from typing import TYPE_CHECKING, Final

from omni_stream.captions.alignment import LEAST_LONG_STEPS, Mark, Pair, paired
from omni_stream.captions.sound import Pause, Sound
from omni_stream.captions.weights import Break, Spoken, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

USUAL_PACE: Final = 23.0
"""Steps of speech that a syllable takes, as long as nothing is known of the speaker."""

TRUST: Final = 12.0
"""How many syllables the usual pace counts for."""

PACE_SPREAD: Final = 0.12
"""By which share the paces of speakers differ: a deviation, as long as nothing is known of this one."""

PACES: Final = (0.0, -1.4, 1.4)
"""In deviations from the likeliest pace: until some pairs are settled, text is paired at each, and the
cheapest is taken."""

PACE_DOUBT: Final = 0.6
"""How much of a deviation is between two of them, and beyond the last."""

MOST_PACED: Final = 24.0
"""How many syllables at most the pace counts for at which text comes."""

LIKE_SPEECH: Final = 0.2
"""By which share of the usual pace text may come faster or slower than it is usually said, and still be taken
for text that is sent as it is said."""

DOUBTFUL: Final = 8
"""So many pairs behind what was heard may still change: what comes shows that they were wrong."""


class CaptionClock:
    """Ties the text of a reply to its sound, as both come: a plain object without clock, loop or I/O.

    Text and sound are told in any order and at any lead.  Words are laid over the sound by the
    syllables that they have, at the speaker's pace, and marks over its pauses.  Once both have ended, so
    do both at the same place.  What was said to be heard is never taken back.

    Attributes:
        text: All that has come.
    """

    def __init__(self) -> None:
        self.text = ""
        self._sound = Sound()
        self._pieces: list[Spoken] = []
        self._syllables: list[float] = []  # before each piece
        self._total = 0.0
        self._paced: list[Pair] = []  # how much of both had come when text came beside sound, first and last
        self._pairs = [Pair(0.0, 0.0)]
        self._settled = 1  # so many pairs are behind what was heard, and do not change
        self._is_aligned = True
        self._has_ended = False
        self._heard = 0
        self._begun = 0  # so many pieces are heard, or begun

    @property
    def seconds(self) -> float:
        """How much sound has come."""
        return self._sound.seconds

    def add_text(self, piece: str) -> None:
        """More text has come."""
        self.text += piece
        again = self._pieces[-2:]  # a word may go on, and a number behind its point
        begin = 0
        if again:
            begin = again[0].begin
            self._total = self._syllables[-len(again)]
            del self._pieces[-2:], self._syllables[-2:]
        self._note_pace()
        new = list(spoken(self.text, begin))
        for each in new:
            self._pieces.append(each)
            self._syllables.append(self._total)
            self._total += each.syllables
        if self._has_ended or _breaks(again) != _breaks(new):
            self._is_aligned = False

    def add_sound(self, levels: Iterable[float]) -> None:
        """More sound has come: the loudness of each step of 10 ms, on any linear scale."""
        sound = self._sound
        before = len(sound.pauses), sound.silence is None
        sound.feed(levels)
        if (len(sound.pauses), sound.silence is None) != before:
            self._is_aligned = False

    def end(self) -> None:
        """All of both has come.  Again, it does nothing."""
        if self._has_ended:
            return
        self._sound.end()
        self._has_ended = True
        self._is_aligned = False

    def seconds_of(self, character: int) -> float:
        """When the word with this character begins, as far as is known by now."""
        self._align()
        piece = bisect_right(self._pieces, character, key=lambda each: each.begin) - 1
        return self._seconds_of_piece(max(piece, 0))

    def characters_at(self, seconds: float) -> int:
        """How many characters have been heard at this second of the sound, to the end of the word begun."""
        self._align()
        if not self._pieces:
            return 0
        begun = min(self._begun, len(self._pieces))
        self._begun = bisect_right(range(len(self._pieces)), seconds, begun, key=self._seconds_of_piece)
        self._settle(seconds)
        self._heard = max(self._heard, self._pieces[self._begun - 1].end if self._begun else 0)
        return self._heard

    def _seconds_of_piece(self, piece: int) -> float:
        return self._sound.seconds_of(self._spoken_of(self._syllables[piece]))

    def _spoken_of(self, syllables: float) -> float:
        """How many steps of speech are before a place in the text."""
        pairs = self._pairs
        behind = bisect_right(pairs, syllables, key=lambda pair: pair.syllables)
        last = pairs[behind - 1]
        if behind < len(pairs):
            following = pairs[behind]
            share = (syllables - last.syllables) / (following.syllables - last.syllables)
            return last.spoken + share * (following.spoken - last.spoken)
        return last.spoken + (syllables - last.syllables) * self._pace()

    def _pace(self) -> float:
        last = self._pairs[-1]
        steps, syllables = TRUST * USUAL_PACE + last.spoken, TRUST + last.syllables
        if len(self._paced) > 1:
            first, latest = self._paced
            came = latest.syllables - first.syllables
            trust = min(came, MOST_PACED) - last.syllables  # what was heard tells more
            pace = (latest.spoken - first.spoken) / came if came > 0 else 0.0
            if trust > 0 and abs(pace / USUAL_PACE - 1.0) < LIKE_SPEECH:
                steps += trust * pace
                syllables += trust
        return steps / syllables

    def _note_pace(self) -> None:
        """Text is about to come; of what comes at once only the first piece tells how fast it comes."""
        come = Pair(self._total, self._sound.spoken)
        if come.spoken > (self._paced[-1].spoken if self._paced else 0):
            self._paced[1:] = [come]

    def _align(self) -> None:
        if self._is_aligned:
            return
        self._is_aligned = True
        del self._pairs[self._settled :]
        last = self._pairs[-1]
        marks, pauses, come = self._marks(), self._pauses(), Pair(self._total, self._sound.spoken)
        pace, spread = self._pace(), PACE_SPREAD * sqrt(TRUST / (TRUST + last.syllables))
        cheapest = inf
        for off in PACES if self._settled == 1 else PACES[:1]:
            cost, pairs = paired(
                last, marks, pauses, come, pace=pace * (1.0 + off * spread), doubt=PACE_DOUBT * spread
            )
            if cost + off * off < cheapest:
                cheapest, self._pairs[self._settled :] = cost + off * off, pairs

    def _marks(self) -> list[Mark]:
        """The marks behind what is settled; of several in a row the strongest."""
        begin = self._pairs[-1].syllables
        found: dict[float, Break] = {}
        for place in range(bisect_right(self._syllables, begin), len(self._pieces)):
            mark = self._pieces[place].break_
            if mark is not None and found.get(self._syllables[place]) is not Break.SENTENCE:
                found[self._syllables[place]] = mark
        if self._has_ended and self._total > begin:
            found[self._total] = Break.END
        return [Mark(syllables, break_) for syllables, break_ in found.items()]

    def _pauses(self) -> list[Pause]:
        """The pauses behind what is settled; the last is where the sound ends, once that is known."""
        begin, spoken = self._pairs[-1].spoken, self._sound.spoken
        pauses = [pause for pause in self._sound.pauses if pause.spoken > begin]
        if self._has_ended and (not pauses or pauses[-1].spoken < spoken):
            pauses.append(Pause(spoken, 0))
        silence = self._sound.silence
        if silence is not None and spoken > begin:  # it goes on, most likely for a while
            pauses.append(Pause(spoken, max(silence.steps, LEAST_LONG_STEPS)))
        return pauses

    def _settle(self, seconds: float) -> None:
        heard = bisect_right(self._pairs, seconds, key=lambda pair: self._sound.seconds_of(pair.spoken))
        self._settled = max(self._settled, heard - DOUBTFUL)


def _breaks(pieces: list[Spoken]) -> list[Spoken]:
    return [piece for piece in pieces if piece.break_ is not None]
