"""The text of an answer, out of its content and its transcript.

Services tell the words of a spoken answer as ``content``, as the audio's
``transcript``, or as both, in the same events or in different ones.  Both are
tellings of the same words, so:

* Whichever tells a word first gives it, content before transcript where both
  come at once.  The other's telling of it is passed over.
* The two are compared by letters and digits alone, in any case: spacing and
  marks are not always the same.  They are taken from whichever told last.
* Where they differ they are not the same words, and both are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from omni_stream.events import TextDelta, TranscriptDelta

if TYPE_CHECKING:
    from omni_stream.wire.decoder import Item

Telling: TypeAlias = TextDelta | TranscriptDelta

OWED_LETTERS = 16_384
"""How far one telling may run ahead of the other: a quarter of an hour of speech."""


class SpokenText:
    """Takes the items of one answer, gives the pieces of text that are new, as ``Reply.text()`` does."""

    __slots__ = ("_leads", "_owed")

    def __init__(self) -> None:
        self._leads: type[Telling] | None = None
        # Letters that the other telling gave, and that this one may still repeat.
        self._owed: dict[type[Telling], str] = {TextDelta: "", TranscriptDelta: ""}

    def __call__(self, items: list[Item]) -> list[str]:
        """The new text in ``items``, none of it empty."""
        pieces = [self._new(item) for item in items if isinstance(item, TextDelta | TranscriptDelta)]
        return [piece for piece in pieces if piece]

    def _new(self, words: Telling) -> str:
        telling = type(words)
        letters, owed = _letters(words.text), self._owed[telling]
        if not letters:
            return words.text if self._leads in {telling, None} else ""
        if owed.startswith(letters):
            self._owed[telling] = owed[len(letters) :]
            return ""
        repeated = len(owed) if letters.startswith(owed) else 0
        other = TranscriptDelta if telling is TextDelta else TextDelta
        self._owed[telling] = ""
        self._owed[other] = (self._owed[other] + letters[repeated:])[-OWED_LETTERS:]
        self._leads = telling
        return _after(words.text, repeated)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _after(text: str, letters: int) -> str:
    """``text`` behind its first ``letters``, as ``_letters`` counts them."""
    at = 0
    while letters > 0:
        letters -= len(_letters(text[at]))
        at += 1
    return text[at:]
