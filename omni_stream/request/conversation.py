"""A conversation: what was said so far, turn by turn.

Rules.
1. The user speaks, then the assistant; a second message of the user before the
   answer belongs to the same turn.
2. It is asked when the user has spoken last.  While its answer streams in it is
   not changed, so that the answer follows what it answers.
3. An answer is added when its reply has ended.  One that failed or was left early
   adds nothing: the question may be asked again, or ``assistant`` says what was
   heard of the answer.
4. The reasoning behind an answer is no part of what was said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

from omni_stream.errors import UsageError
from omni_stream.request.messages import checked_message
from omni_stream.request.shown import shown

MOST_MESSAGES = 10_000
"""Far more than the context of any model takes; a loop that adds without asking is noticed."""

_VERSION = 1


class Conversation:
    """Messages of several turns, to be asked with ``client.ask``.

    Args:
        system: What the assistant is to be, as its system message; None for none.

    Raises:
        UsageError: ``system`` is empty, or no text.
    """

    __slots__ = ("_is_open", "_messages")

    def __init__(self, *, system: str | None = None) -> None:
        self._messages: list[dict[str, Any]] = []
        self._is_open = False
        if system is not None:
            self._add("system", _text("system", system))

    def __repr__(self) -> str:
        return f"<Conversation of {len(self._messages)} messages>"

    @property
    def messages(self) -> tuple[Mapping[str, Any], ...]:
        """The messages so far, as they are sent."""
        return tuple(dict(message) for message in self._messages)

    def user(self, *parts: str | Mapping[str, Any]) -> Self:
        """Add what the user says.

        Args:
            parts: A text; or several texts and parts of content as the service documents them,
                such as ``{"type": "image_url", "image_url": {"url": ...}}``.

        Raises:
            UsageError: There is none, one is empty or neither, or an answer is streaming in.
        """
        if len(parts) == 1 and isinstance(parts[0], str):
            return self._add("user", _text("what the user says", parts[0]))
        return self._add("user", [_part(part) for part in parts])

    def assistant(self, text: str) -> Self:
        """Add what the assistant said, or as much of it as was heard.

        Raises:
            UsageError: It is empty or no text, the assistant spoke last, or an answer is streaming in.
        """
        return self._add("assistant", _text("what the assistant says", text))

    def to_json(self) -> str:
        """The conversation as a JSON object, for ``from_json``."""
        document = {"omni_stream_conversation": _VERSION, "messages": self._messages}
        return json.dumps(document, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The conversation that ``to_json`` gave.

        Raises:
            UsageError: ``text`` is no such JSON.
        """
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"a conversation is kept as JSON, and this is none: {error}") from None
        if not isinstance(document, dict) or document.get("omni_stream_conversation") != _VERSION:
            raise UsageError(f"this JSON is no conversation of version {_VERSION}; make it with to_json")
        messages = document.get("messages")
        if not isinstance(messages, list):
            raise UsageError(f"the messages of a conversation are a list, not {shown(messages)}")
        conversation = cls()
        for index, message in enumerate(messages):
            checked = checked_message(message, f"messages[{index}]")
            conversation._add(checked["role"], checked["content"])
        return conversation

    def question(self) -> tuple[Mapping[str, Any], ...]:
        """The messages, to be asked; the client calls it, and then ``begin`` and ``end``.

        Raises:
            UsageError: The user has not spoken last, or an answer is streaming in.
        """
        self._check_closed()
        if not self._messages or self._messages[-1]["role"] != "user":
            raise UsageError("a conversation is asked when the user has spoken last; add it with user(...)")
        return self.messages

    def begin(self, asked: int) -> None:
        """A question of ``asked`` messages is sent: nothing is added until ``end``.

        Raises:
            UsageError: There are others by now, or an answer is streaming in.
        """
        self._check_closed()
        if len(self._messages) != asked:
            raise UsageError("the conversation has gone on since it was asked; ask it again")
        self._is_open = True

    def end(self, answer: str | None) -> None:
        """The reply is over; ``answer`` is what it said, None if it did not end by itself."""
        self._is_open = False
        if answer:
            self._add("assistant", answer)

    def _add(self, role: str, content: str | list[dict[str, Any]]) -> Self:
        self._check_closed()
        if not content:
            raise UsageError("a message says something; give it a text")
        last = self._messages[-1]["role"] if self._messages else None
        if role == "assistant" and last != "user":
            raise UsageError("the assistant answers the user; add what the user says first")
        if role == "system" and last is not None:
            raise UsageError("the system message comes first, and is given as Conversation(system=...)")
        if len(self._messages) >= MOST_MESSAGES:
            raise UsageError(
                f"a conversation has at most {MOST_MESSAGES} messages; begin a new one, with its gist"
            )
        self._messages.append({"role": role, "content": content})
        return self

    def _check_closed(self) -> None:
        if self._is_open:
            raise UsageError(
                "an answer to this conversation is streaming in; leave its reply first, or use a copy"
                " (Conversation.from_json(chat.to_json()))"
            )


def _text(name: str, text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise UsageError(f"{name} is a text that is not empty, not {shown(text) if text else 'an empty one'}")
    return text


def _part(part: object) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": _text("a part of what the user says", part)}
    if isinstance(part, Mapping) and isinstance(part.get("type"), str):
        return dict(part)
    raise UsageError(f"a part is a text, or a mapping with its type, not {type(part).__name__}")
