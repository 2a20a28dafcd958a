"""Sets of voices, as models have them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from omni_stream.catalog.rows import read_rows


class VoiceSet(NamedTuple):
    """The voices of some models, as they are sent, and the codes of the languages that each speaks."""

    voices: tuple[str, ...]
    languages: tuple[str, ...]


@cache
def voice_set(name: str) -> VoiceSet:
    """The set ``name`` of the data file."""
    row = read_rows("voices.json")["sets"][name]
    return VoiceSet(tuple(row["voices"]), tuple(row["languages"]))
