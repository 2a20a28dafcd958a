"""A prompt -> the ``messages`` of a request.

A text is one user message.  A list is taken as it is: a message is a mapping
with a role and something to say; what a role may say is the service's to judge.
A prompt is never quoted in an error: errors are logged, prompts are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omni_stream.errors import UsageError
from omni_stream.request.shown import shown

Prompt = str | Sequence[Mapping[str, Any]]
"""A text, or a list of chat messages as the service documents them."""


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
    return [checked_message(message, f"messages[{index}]") for index, message in enumerate(prompt)]


def checked_message(message: object, name: str) -> dict[str, Any]:
    """A message as it is sent; ``name`` is what an error calls it.

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
    return dict(message)
