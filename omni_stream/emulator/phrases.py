"""What answers are made of, in each language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from omni_stream.emulator.medium import MediumKind
    from omni_stream.emulator.scripts import Language


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language; of the lists, an answer takes one member each."""

    greeting: Sequence[str]
    quoting: Sequence[str]  # with {quote}
    wordless: str  # for a prompt without text
    role: str  # with {quote}
    media: str  # with {names}
    not_fetched: str  # for media behind a URL
    media_kinds: Mapping[MediumKind, str]
    film_of_pictures: str  # with {count}
    more_media: str  # with {count}
    facts: str  # with {facts}
    bytes: str  # with {count}
    pixels: str  # with {width} and {height}
    seconds: str  # with {seconds}
    tokens: str  # with {count}
    sound_tokens: str  # with {count}
    between_names: str
    between_facts: str
    between_sentences: str
    remark: Sequence[str]
    invitation: Sequence[str]
    reasoning: str  # with {quote}
    quote_characters: int


@cache
def phrases(of: Language) -> Phrases:
    """The phrases of a language."""
    file = resources.files("omni_stream.emulator").joinpath("phrases.json")
    return Phrases(**json.loads(file.read_bytes())[of])
