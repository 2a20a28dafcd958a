"""How long text takes to say, in syllables, and where a speaker pauses.

An estimate, from the letters alone: nothing here knows how a word is pronounced.  It need only be right
on average, since pauses tie text to sound again and again.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

DIGIT_SYLLABLES: Final = 1.6
"""Of one digit on average, over years, counts and numbers read digit by digit in Chinese and English."""

PIECE_SYLLABLES: Final = {"han": 1.0, "dot": 1.0, "sign": 2.0}
"""Of a Han character, of a mark within a name (it is said, mostly), of a sign of percent or of money."""

LETTER_SYLLABLES: Final = {"HANGUL": 1.0, "HIRAGANA": 0.7, "KATAKANA": 0.7, "THAI": 0.5, "DEVANAGARI": 0.6}
"""Of scripts without blanks or vowels of their own, by the beginning of the letters' names."""

OTHER_LETTER_SYLLABLES: Final = 0.42
"""Of all other letters: European languages have two to three letters a syllable."""

# A Han character, a number with its points, a word with its apostrophes, a mark within a name (as of a file),
# any other mark, a sign that is said, or anything else.
_TOKEN = re.compile(
    "(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af])"
    "|(?P<number>\\d+(?:[.,:]\\d+)*)"
    "|(?P<latin>[A-Za-z]+(?:['\u2019][A-Za-z]+)*)"
    "|(?P<dot>[.:/@](?=[A-Za-z\\d]))"
    "|(?P<stop>[.?!;:\u3002\uff1f\uff01\uff1b\uff1a\u2026]+)"
    "|(?P<comma>[,\uff0c\u3001\u2014()\uff08\uff09\u2013\n]+)"
    "|(?P<sign>[%\uff05$\u20ac\u00a3\u00a5])"
    "|(?P<other>.)",
    re.DOTALL,
)
_VOWELS = re.compile("[aeiouy]+")


class Break(Enum):
    """Where a speaker may pause."""

    COMMA = "comma"
    SENTENCE = "stop"
    END = "end"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A piece of text that is said as one: a word, a number, a Han character, or a mark.

    Attributes:
        begin: Its first character.
        end: The character behind it.
        syllables: How long it takes.
        break_: What it is if a speaker may pause at it.
    """

    begin: int
    end: int
    syllables: float
    break_: Break | None


def spoken(text: str, begin: int) -> Iterator[Spoken]:
    """The pieces of ``text`` from a character on."""
    for match in _TOKEN.finditer(text, begin):
        kind, piece = match.lastgroup or "", match[0]
        break_ = Break(kind) if kind in {"comma", "stop"} else None
        yield Spoken(match.start(), match.end(), _syllables(kind, piece), break_)


@lru_cache(4096)
def _syllables(kind: str, piece: str) -> float:
    if kind in PIECE_SYLLABLES:
        return PIECE_SYLLABLES[kind]
    match kind:
        case "number":
            return DIGIT_SYLLABLES * sum(map(str.isdigit, piece))
        case "latin":
            return _latin_syllables(piece)
        case "other" if piece.isalpha():
            script = unicodedata.name(piece, "").partition(" ")[0]
            return LETTER_SYLLABLES.get(script, OTHER_LETTER_SYLLABLES)
    return 0.0


def _latin_syllables(word: str) -> float:
    if len(word) > 1 and not _VOWELS.search(word.lower()):
        return float(len(word))  # it is spelt
    lower = word.lower()
    count = len(_VOWELS.findall(lower))
    if (
        count > 1
        and lower.endswith(("e", "ed", "es"))
        and not lower.endswith(("le", "dred", "ted", "ded", "ee"))
    ):
        count -= 1
    return max(count, 1) * 0.7 + 0.06 * len(word)  # consonants take time, too
