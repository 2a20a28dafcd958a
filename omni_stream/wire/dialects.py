"""The dialects by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.errors import UsageError
from omni_stream.wire.audio_body import AUDIO_BODY
from omni_stream.wire.dialect import Dialect
from omni_stream.wire.openai_chat import OPENAI_CHAT

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIALECTS = {dialect.name: dialect for dialect in (OPENAI_CHAT, AUDIO_BODY)}


def dialects() -> Iterable[Dialect]:
    """All dialects; of those that claim a document as their own, the first is meant."""
    return _DIALECTS.values()


def find_dialect(dialect: object) -> Dialect:
    """The dialect of that name, or the one given.

    Raises:
        UsageError: There is none.
    """
    if isinstance(dialect, Dialect):
        return dialect
    found = _DIALECTS.get(dialect) if isinstance(dialect, str) else None
    if found is None:
        raise UsageError(
            f"dialect is a Dialect, or one of {', '.join(map(repr, _DIALECTS))}, not {dialect!r:.60}"
        )
    return found
