"""Names, and how a caller's value is shown in an error.

A name goes into logs and errors as it is, so it has no control characters.
"""

from __future__ import annotations

SHOWN_CHARACTERS = 60
"""Enough to recognise an argument; an error is one sentence, and never a whole prompt."""


def is_name(value: object) -> bool:
    """Whether ``value`` can be the name of a model or a voice: text, printable, not blank."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def shown(value: object) -> str:
    """``repr(value)``, cut to ``SHOWN_CHARACTERS``."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
