"""Text by script: what is Chinese and what is not.

Splitting never loses a character: the pieces of a text, joined, are the text.
"""

from __future__ import annotations

import math
import re
from typing import Literal

Language = Literal["chinese", "english"]

# CJK ideographs with extension A, the compatibility block and the supplementary planes.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_IS_HAN = re.compile(f"[{_HAN}]")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_RUN = re.compile(f"[{_HAN}]+|[^{_HAN}]+")
# A Han character takes the marks after it along, any other word its trailing blanks.
_PIECE = re.compile(rf"[{_HAN}][^\w\s]*|[^\s{_HAN}]+\s*|\s+")
_LATIN_CHARACTERS_PER_TOKEN = 4


def language(text: str) -> Language:
    """The language to answer ``text`` in: Chinese if it has a Han character."""
    return "chinese" if _IS_HAN.search(text) else "english"


def language_runs(text: str) -> list[tuple[Language, str]]:
    """``text`` cut where the language changes; digits, marks and blanks stay with what they follow."""
    runs: list[tuple[Language, str]] = []
    for match in _RUN.finditer(text):
        part = match[0]
        spoken: Language = "chinese" if _IS_HAN.match(part) else "english"
        if runs and (runs[-1][0] == spoken or not _HAS_LETTER.search(part)):
            runs[-1] = (runs[-1][0], runs[-1][1] + part)
        elif len(runs) == 1 and not _HAS_LETTER.search(runs[0][1]):
            runs[0] = (spoken, runs[0][1] + part)
        else:
            runs.append((spoken, part))
    return runs


def written_pieces(text: str) -> list[str]:
    """``text`` in pieces of about a token each, as a service streams it."""
    return _PIECE.findall(text)


def token_count(text: str) -> int:
    """About how many tokens ``text`` has: one for a Han character, one for every four others begun."""
    han = len(_IS_HAN.findall(text))
    return han + math.ceil((len(text) - han) / _LATIN_CHARACTERS_PER_TOKEN)
