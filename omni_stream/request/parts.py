"""A message, and the parts of its content: texts, media, and what is in the service's own words.

A message is a mapping with a role and something to say; what a role may say is the service's to judge,
but that media values stand in user messages, where every service takes media.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, Video
from omni_stream.request.shown import shown

Media: TypeAlias = Image | Audio | Video | Frames
"""What may stand beside text."""


def checked_message(message: object, name: str) -> dict[str, Any]:
    """A message whose content is a text or a list of parts; ``name`` is what an error calls it.

    Raises:
        UsageError: It is no message.
    """
    if not isinstance(message, Mapping):
        raise UsageError(
            f'{name} is a mapping such as {{"role": "user", "content": "Hi"}}, not {type(message).__name__}'
        )
    role = message.get("role")
    if not isinstance(role, str) or not role:
        raise UsageError(
            f'{name} needs a "role" such as "system", "user" or "assistant", and has {shown(role)}'
        )
    if "content" not in message and "tool_calls" not in message:
        raise UsageError(f'{name} says nothing; give it a "content"')
    checked = dict(message)
    content = message.get("content")
    if not isinstance(content, str) and content is not None:
        checked["content"] = _content(content, role, name)
    return checked


def checked_part(part: object, name: str) -> Mapping[str, Any] | Media:
    """A part of what is said: a text as the part that it is, anything else as it is.

    Raises:
        UsageError: It is empty, or no part.
    """
    if isinstance(part, str):
        if not part.strip():
            raise UsageError(f"{name} is empty; leave it out")
        return {"type": "text", "text": part}
    if isinstance(part, Image | Audio | Video | Frames):
        return part
    if isinstance(part, Mapping) and isinstance(part.get("type"), str):
        return dict(part)
    raise UsageError(
        f"{name} is a text, an Image, Audio, Video or Frames, or a mapping with its type,"
        f" not {type(part).__name__}"
    )


def _content(content: object, role: str, name: str) -> list[Mapping[str, Any] | Media]:
    if isinstance(content, Image | Audio | Video | Frames):
        raise UsageError(
            f"the content of {name} is a text or a list; put the {type(content).__name__} into a list"
        )
    if isinstance(content, bytes | bytearray | memoryview | Mapping) or not isinstance(content, Sequence):
        raise UsageError(f"the content of {name} is a text or a list of parts, not {type(content).__name__}")
    parts = [checked_part(part, f"part {number} of {name}") for number, part in enumerate(content)]
    misplaced = next((part for part in parts if role != "user" and not isinstance(part, Mapping)), None)
    if misplaced is not None:
        raise UsageError(
            f"only user messages hold media, and {name} is of the {role} with {type(misplaced).__name__};"
            " put it into a user message"
        )
    return parts
