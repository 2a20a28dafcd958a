"""Words as any file and terminal takes them: JSON can say half of a surrogate pair, which none does."""

from __future__ import annotations

import re
from typing import TypeAlias

from omni_stream.events import ReasoningDelta, TextDelta, TranscriptDelta

Words: TypeAlias = TextDelta | TranscriptDelta | ReasoningDelta

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def mended(words: Words) -> tuple[Words, int]:
    """``words`` with U+FFFD for each half of a pair that is there alone, and how many there are."""
    if words.text.isascii():
        return words, 0
    text, count = _LONE_SURROGATE.subn("\ufffd", words.text)
    return (type(words)(text, words.raw), count) if count else (words, 0)
