"""Which text is heard at which second of the sound."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from omni_stream.captions.alignment import Mark, Pair, paired
from omni_stream.captions.sound import Pause, Sound
from omni_stream.captions.weights import Break, Spoken, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

USUAL_PACE: Final = 23.0
"""Steps of speech that a syllable takes, as long as nothing is known of the speaker."""

TRUST: Final = 12.0
"""How many syllables the usual pace counts for."""


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
        self._pairs = [Pair(0.0, 0.0)]
        self._settled = 1  # so many pairs are behind what was heard, and do not change
        self._is_aligned = True
        self._has_ended = False
        self._heard = 0

    @property
    def seconds(self) -> float:
        """How much sound has come."""
        return self._sound.seconds

    def add_text(self, piece: str) -> None:
        """More text has come."""
        self.text += piece
        begin = 0
        if self._pieces:  # a word may go on
            begin = self._pieces.pop().begin
            self._total = self._syllables.pop()
        for each in spoken(self.text, begin):
            self._pieces.append(each)
            self._syllables.append(self._total)
            self._total += each.syllables
        self._is_aligned = False

    def add_sound(self, levels: Iterable[float]) -> None:
        """More sound has come: the loudness of each step of 10 ms, on any linear scale."""
        pauses = len(self._sound.pauses)
        self._sound.feed(levels)
        if len(self._sound.pauses) > pauses:
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
        low = bisect_right(range(len(self._pieces)), seconds, key=self._seconds_of_piece)
        self._settle(seconds)
        self._heard = max(self._heard, self._pieces[low - 1].end if low else 0)
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
        return (TRUST * USUAL_PACE + last.spoken) / (TRUST + last.syllables)

    def _align(self) -> None:
        if self._is_aligned:
            return
        self._is_aligned = True
        del self._pairs[self._settled :]
        last = self._pairs[-1]
        pauses = [pause for pause in self._sound.pauses if pause.spoken > last.spoken]
        if self._has_ended and (not pauses or pauses[-1].spoken < self._sound.spoken):
            pauses.append(Pause(self._sound.spoken, 0))
        self._pairs += paired(last, self._marks(), pauses, pace=self._pace())

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

    def _settle(self, seconds: float) -> None:
        heard = bisect_right(self._pairs, seconds, key=lambda pair: self._sound.seconds_of(pair.spoken))
        self._settled = max(self._settled, heard - DOUBTFUL)
