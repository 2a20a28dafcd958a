"""Finds what an argument names in the catalog, or says what it may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_NEAR = 3
_COMPARED_CHARACTERS = 60  # longer than any name


def known_model(name: str) -> omni.catalog.Model:
    """The model of that name or alias.

    Raises:
        UsageError: The catalog has none.
    """
    model = omni.catalog.find_model(name)
    if model is None:
        names = [known for row in omni.catalog.models() for known in (row.name, *row.aliases)]
        raise omni.UsageError(f"{_unknown('model', name, names)}; `omni-stream models` lists all")
    return model


def known_language(name: str) -> omni.catalog.Language:
    """The language or dialect of that code or name.

    Raises:
        UsageError: The catalog has none.
    """
    language = omni.catalog.find_language(name)
    if language is None:
        rows = omni.catalog.languages()
        names = [known for row in rows for known in (row.name, row.code, row.chinese_name)]
        codes = ", ".join(row.code for row in rows)
        raise omni.UsageError(f"{_unknown('language', name, names)}; it has {codes}")
    return language


def _unknown(kind: str, name: str, names: Iterable[str]) -> str:
    by_lower = {known.lower(): known for known in names}
    asked = name[:_COMPARED_CHARACTERS]
    near = [by_lower[match] for match in get_close_matches(asked.lower(), by_lower, _MOST_NEAR)]
    near_it = f"; near it: {', '.join(near)}" if near else ""
    return f"the catalog has no {kind} {asked!r}{near_it}"
