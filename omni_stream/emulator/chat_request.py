"""What a chat request asks, whichever service it is meant for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.answers import Prompt
from omni_stream.emulator.fields import clean, full_list
from omni_stream.emulator.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from omni_stream.emulator.medium import Medium

MAX_ANSWER_TOKENS = 2_048
"""The least of the services' own limits on an answer (qwen-omni-turbo): ten minutes of speech."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A chat request that the service would take.

    Attributes:
        model: The model's name as it was written, which the answer repeats.
        prompt: What the answer depends on.
        input_text: The text of all messages, one each.
        input_media: The media of all messages.
        speaks: Whether the answer is to be spoken too.
        thinks: Whether reasoning is to precede it.
        voice: The voice asked for; "" where nothing is spoken.
        voices: The model's voices, empty where it takes any; checked only when the answer is begun, as
            the service does.
        audio_format: How the speech is written, as the service calls it.
        seed: The request's own seed, None if it has none.
        max_tokens: The most tokens of text to answer with.
        include_usage: Whether the answer ends with its usage.
    """

    model: str
    prompt: Prompt
    input_text: tuple[str, ...]
    input_media: tuple[Medium, ...]
    speaks: bool
    thinks: bool
    voice: str
    voices: tuple[str, ...]
    audio_format: str
    seed: int | None
    max_tokens: int
    include_usage: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation."""

    role: str
    text: str
    media: tuple[Medium, ...] = ()


def read_messages(
    asked: dict[str, Any], roles: Sequence[str], read_part: Callable[[dict[str, Any]], Medium]
) -> list[Message]:
    """The messages of a request, one of them the user's.

    Args:
        asked: The request.
        roles: Those that there are.
        read_part: The medium of a part of a user message; refuses what is none.

    Raises:
        Refusal: They are none.
    """
    messages = [
        _message(message, roles, read_part) for message in full_list(asked.get("messages"), "messages")
    ]
    if not any(message.role == "user" for message in messages):
        raise Refusal("messages must contain a message with role user.")
    return messages


def prompt_of(messages: Sequence[Message], *, model: str, takes_system: bool = True) -> Prompt:
    """What the answer to the messages depends on: the last one of the user's, and the system's."""
    last = next(message for message in reversed(messages) if message.role == "user")
    system = "\n".join(message.text for message in messages if message.role in {"system", "developer"})
    return Prompt(last.text, last.media, system if takes_system else "", model)


def _message(message: object, roles: Sequence[str], read_part: Callable[[dict[str, Any]], Medium]) -> Message:
    if not isinstance(message, dict) or message.get("role") not in roles:
        raise Refusal(f"Each message must have a role, one of {', '.join(roles)}.")
    role, content = message["role"], message.get("content")
    if isinstance(content, str):
        return Message(role, clean(content))
    texts: list[str] = []
    media: list[Medium] = []
    for part in full_list(content, f"the content of a {role} message"):
        if isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str):
            texts.append(clean(part["text"]))
        elif role == "user" and isinstance(part, dict):
            media.append(read_part(part))
        else:
            raise Refusal(f"The content of a {role} message must be text.")
    return Message(role, "\n".join(texts), tuple(media))
