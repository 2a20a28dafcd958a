"""What a caller adds to a request's body.

A mapping within a mapping is merged key by key, so that one setting of a voice
does not take away the others; anything else replaces what was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omni_stream.errors import UsageError


def checked_extra(extra_body: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What a caller adds; empty for None.

    Raises:
        UsageError: It is no mapping.
    """
    if extra_body is None:
        return {}
    if not isinstance(extra_body, Mapping):
        raise UsageError(f"extra_body is a mapping of the body's own keys, not {type(extra_body).__name__}")
    return extra_body


def merged(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """``body`` with ``extra`` in it."""
    both = dict(body)
    for key, value in extra.items():
        own = both.get(key)
        both[key] = merged(own, value) if isinstance(own, Mapping) and isinstance(value, Mapping) else value
    return both
