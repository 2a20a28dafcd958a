"""Languages and dialects that models speak, by code, English name and Chinese name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from omni_stream.catalog.rows import read_rows


@dataclass(frozen=True, slots=True)
class Language:
    """A language, or a dialect of one.

    Attributes:
        code: Its ISO 639-1 code; a dialect has a word of this package, such as "cantonese".
        name: Its English name.
        chinese_name: Its Chinese name.
        dialect_of: The code of the language that it is a dialect of; None for a language.
    """

    code: str
    name: str
    chinese_name: str
    dialect_of: str | None


@cache
def languages() -> tuple[Language, ...]:
    """Every language and dialect of the catalog, in the order of its data file."""
    return tuple(Language(**row) for row in read_rows("languages.json")["languages"])


def find_language(name: str) -> Language | None:
    """The language of that code, English or Chinese name, in any case; None if it is not in the catalog."""
    wanted = name.casefold()
    return next(
        (
            language
            for language in languages()
            if wanted in {language.code, language.name.casefold(), language.chinese_name}
        ),
        None,
    )
