"""The media type of a local medium, for services that want one beside its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from omni_stream.media import MediaFacts, Medium


def media_type_of(medium: Medium, facts: MediaFacts) -> str:
    """What the caller says, else what the content shows.

    Raises:
        UsageError: Neither says it.
    """
    stated = medium.media_type or facts.media_type
    if stated is None:
        raise UsageError(
            f'the type of the {medium} is not known; say it, as in media_type="{medium.kind}/..."'
        )
    return stated
