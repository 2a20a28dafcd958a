"""The dialects by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.errors import UsageError
from omni_stream.wire.openai_chat import OPENAI_CHAT

if TYPE_CHECKING:
    from omni_stream.wire.dialect import Dialect

_DIALECTS = {dialect.name: dialect for dialect in (OPENAI_CHAT,)}


def find_dialect(name: str) -> Dialect:
    """The dialect of that name.

    Raises:
        UsageError: There is none.
    """
    found = _DIALECTS.get(name)
    if found is None:
        raise UsageError(f"dialect is one of {', '.join(map(repr, _DIALECTS))}, not {name!r}")
    return found
