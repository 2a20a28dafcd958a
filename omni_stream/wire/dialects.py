"""The dialects by name.

The dialect ``vllm-omni`` is ``VLLM_OMNI`` in the file ``vllm_omni``, and so is each: a program imports
those that it uses, and not those of services that nobody asked.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from omni_stream.errors import UsageError
from omni_stream.wire.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream.wire.dialect import Framing

# Of those that own a document the first is meant: vLLM-Omni's own what chat completions do, and more.
_NAMES = (
    "openai-chat",
    "vllm-omni",
    "openai-speech",
    "gemini",
    "qwen-tts",
    "minimax",
    "voxtral",
    "elevenlabs",
    "audio-body",
)


def dialects() -> Iterable[Dialect]:
    """All dialects."""
    return map(_named, _NAMES)


@cache
def _named(name: str) -> Dialect:
    file = name.replace("-", "_")
    dialect: Dialect = getattr(import_module(f"omni_stream.wire.{file}"), file.upper())
    return dialect


def owner_of(document: object, *, framing: Framing | None = None) -> Dialect | None:
    """The dialect that owns ``document``, of those of a framing if one is given; None if none does."""
    if isinstance(document, dict):
        for dialect in dialects():
            if framing in {None, dialect.framing} and dialect.is_own is not None and dialect.is_own(document):
                return dialect
    return None


def find_dialect(dialect: object) -> Dialect:
    """The dialect of that name, or the one given.

    Raises:
        UsageError: There is none.
    """
    if isinstance(dialect, Dialect):
        return dialect
    if not isinstance(dialect, str) or dialect not in _NAMES:
        raise UsageError(
            f"dialect is a Dialect, or one of {', '.join(map(repr, _NAMES))}, not {dialect!r:.60}"
        )
    return _named(dialect)
