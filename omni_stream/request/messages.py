"""A prompt -> the messages of a request, media and all.

A text is one user message.  A list is taken as it is, once each message is checked (see ``parts``).
A prompt is never quoted in an error: errors are logged, prompts are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from omni_stream.errors import UsageError

Prompt: TypeAlias = str | Sequence[Mapping[str, Any]]
"""A text, or a list of chat messages as the service documents them, in whose content texts and
``Image``, ``Audio``, ``Video`` and ``Frames`` may stand too."""


def messages_of(prompt: Prompt) -> list[dict[str, Any]]:
    """The messages that ``prompt`` stands for.

    Raises:
        UsageError: It is empty, or something else than a text or a list of messages.
    """
    if isinstance(prompt, str):
        if not prompt.strip():
            raise UsageError("a prompt must not be empty; give a text or a list of messages")
        return [{"role": "user", "content": prompt}]
    return _checked(prompt)


def _checked(prompt: object) -> list[dict[str, Any]]:
    if isinstance(prompt, bytes) or not isinstance(prompt, Sequence):
        raise UsageError(f"a prompt is a text or a list of messages, not {type(prompt).__name__}")
    if not prompt:
        raise UsageError("a list of messages must not be empty; give at least a user message")
    from omni_stream.request.parts import checked_message  # noqa: PLC0415 -- a text needs no media

    return [checked_message(message, f"messages[{index}]") for index, message in enumerate(prompt)]
