"""Voices: what they are called, what they sound like, what they speak."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from omni_stream.catalog.language import languages
from omni_stream.catalog.rows import read_rows
from omni_stream.catalog.voice_set import voice_set

if TYPE_CHECKING:
    from collections.abc import Collection

    from omni_stream.catalog.model import Model


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice.

    Attributes:
        name: The name to send.
        chinese_name: Its name in the Chinese guide; None if it has none.
        description: What it is like, in a few words; None if the source does not say.
        languages: Codes of the languages that it speaks; empty if they are not known.
        dialect: The code of the dialect that its Chinese is; None for Mandarin, or if it is not known.
    """

    name: str
    chinese_name: str | None
    description: str | None
    languages: tuple[str, ...]
    dialect: str | None


@cache
def voices() -> tuple[Voice, ...]:
    """Every voice of the catalog, in the order of its data file; it speaks what it does in any model."""
    sets = [voice_set(name) for name in read_rows("voices.json")["sets"]]
    return tuple(
        _voice(name, {code for one in sets if name in one.voices for code in one.languages})
        for name in _rows()
    )


def voices_of(model: Model) -> tuple[Voice, ...]:
    """The voices of ``model``, in the order of ``model.voices``; each speaks what it does in that model."""
    return tuple(_voice(name, model.languages) for name in model.voices)


def find_voice(name: str) -> Voice | None:
    """The voice of that name, exactly as it is sent; None if it is not in the catalog."""
    return next((voice for voice in voices() if voice.name == name), None)


@cache
def _rows() -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in read_rows("voices.json")["voices"]}


def _voice(name: str, codes: Collection[str]) -> Voice:
    spoken = tuple(language.code for language in languages() if language.code in codes)
    return Voice(**_rows()[name], languages=spoken)
