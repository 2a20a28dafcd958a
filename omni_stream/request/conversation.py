"""A conversation: what was said so far, turn by turn.

Rules.
1. The user speaks, then the assistant; a second message of the user before the
   answer belongs to the same turn.
2. It is asked when the user has spoken last.  While its answer streams in it is
   not changed, so that the answer follows what it answers.
3. An answer is added when its reply has ended; of one that was interrupted, as much
   as ``reply.heard`` says.  One that failed or was left early adds nothing else: the
   question may be asked again, or ``assistant`` says what was heard of the answer.
4. The reasoning behind an answer is no part of what was said.
5. Media stay values: they are read when the conversation is asked, each time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, Self

from omni_stream.errors import UsageError
from omni_stream.request.kept import kept, restored
from omni_stream.request.parts import checked_message, checked_part
from omni_stream.request.shown import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.request.parts import Media

MOST_MESSAGES = 10_000
"""Far more than the context of any model takes; a loop that adds without asking is noticed."""

_VERSION = 1


_ACKNOWLEDGED = "好的，我记住了你的设定。"  # noqa: RUF001 -- the words of the guide's own sample
_ACKNOWLEDGED_IN_ENGLISH = "All right, I will keep to that."
_HAN = ("\u3400", "\u9fff")


class Conversation:
    """Messages of several turns, to be asked with ``client.ask``.

    Args:
        system: What the assistant is to be; None for nothing.
        system_as: How ``system`` is told.  "message" is the system message.  "turns" are a first
            message of the user that says it and an answer that takes note of it, for models that
            take no system message when they speak, as the Qwen-Omni-Turbo ones: the second of the
            two ways that Alibaba Cloud's Qwen-Omni guide gives, of which the first is to ask a
            Qwen3-Omni-Flash model.

    Raises:
        UsageError: ``system`` is empty, or no text; or ``system_as`` is neither.
    """

    __slots__ = ("_is_open", "_messages")

    def __init__(
        self, *, system: str | None = None, system_as: Literal["message", "turns"] = "message"
    ) -> None:
        self._messages: list[dict[str, Any]] = []
        self._is_open = False
        if system_as not in ("message", "turns"):
            raise UsageError(f'system_as is "message" or "turns", not {shown(system_as)}')
        if system is None:
            return
        text = _text("system", system)
        if system_as == "message":
            self._add("system", text)
        else:
            acknowledged = _ACKNOWLEDGED if _is_chinese(text) else _ACKNOWLEDGED_IN_ENGLISH
            self.user(text).assistant(acknowledged)

    def __repr__(self) -> str:
        return f"<Conversation of {len(self._messages)} messages>"

    @property
    def messages(self) -> tuple[Mapping[str, Any], ...]:
        """The messages so far; media in them are the values that were given."""
        return tuple(dict(message) for message in self._messages)

    def user(self, *parts: str | Media | Mapping[str, Any]) -> Self:
        """Add what the user says.

        Most models take one kind of media in a message; different messages may have different ones.

        Args:
            parts: A text; or several texts, ``Image``, ``Audio``, ``Video`` and ``Frames``, in the order in
                which they are sent.  Parts of content as the service documents them, such as
                ``{"type": "image_url", "image_url": {"url": ...}}``, are sent as they are.

        Raises:
            UsageError: There is none, one is empty or neither, or an answer is streaming in.
        """
        if len(parts) == 1 and isinstance(parts[0], str):
            return self._add("user", _text("what the user says", parts[0]))
        return self._add("user", [checked_part(part, "a part of what the user says") for part in parts])

    def assistant(self, text: str) -> Self:
        """Add what the assistant said, or as much of it as was heard.

        Raises:
            UsageError: It is empty or no text, the assistant spoke last, or an answer is streaming in.
        """
        return self._add("assistant", _text("what the assistant says", text))

    def withdraw(self) -> Self:
        """Take back what the user said since the last answer, such as a picture that was refused.

        Raises:
            UsageError: An answer is streaming in.
        """
        self._check_closed()
        while self._messages and self._messages[-1]["role"] == "user":
            self._messages.pop()
        return self

    def to_json(self) -> str:
        """The conversation as a JSON object, for ``from_json``.

        Of media a URL is kept as that URL, a path as that path, and bytes as base64.

        Raises:
            UsageError: A medium is in an open file object, which cannot be kept.
        """
        document = {"omni_stream_conversation": _VERSION, "messages": list(map(_kept, self._messages))}
        return json.dumps(document, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The conversation that ``to_json`` gave.

        Files that it names are opened when it is asked, so take one only from where you would
        take the names of files to send.

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
            checked = checked_message(_restored(message), f"messages[{index}]")
            conversation._add(checked["role"], checked.get("content") or "")
        return conversation

    def begins_with(self, other: Conversation) -> bool:
        """Whether all that was said in ``other`` was said first here.

        Local media are the same if they are the same bytes, or have the same path.

        Raises:
            UsageError: A medium is in an open file object.
        """
        there = list(map(_kept, other._messages))
        return there == list(map(_kept, self._messages[: len(there)]))

    def question(self) -> tuple[Mapping[str, Any], ...]:
        """The messages, to be asked; the client calls it, and then ``begin`` and ``end``.

        Raises:
            UsageError: The user has not spoken last, there is no room for the answer, or an answer is
                streaming in.
        """
        self._check_closed()
        if not self._messages or self._messages[-1]["role"] != "user":
            raise UsageError("a conversation is asked when the user has spoken last; add it with user(...)")
        self._check_room()  # for the answer, which comes when it is too late to refuse it
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
        """The reply is over; ``answer`` is what it said or was heard of it, None to add nothing."""
        self._is_open = False
        if answer:
            self._add("assistant", answer)

    def _add(self, role: str, content: str | list[Mapping[str, Any] | Media]) -> Self:
        self._check_closed()
        if not content:
            raise UsageError("a message says something; give it a text")
        last = self._messages[-1]["role"] if self._messages else None
        if role == "assistant" and last != "user":
            raise UsageError("the assistant answers the user; add what the user says first")
        if role == "system" and last is not None:
            raise UsageError("the system message comes first, and is given as Conversation(system=...)")
        self._check_room()
        self._messages.append({"role": role, "content": content})
        return self

    def _check_room(self) -> None:
        if len(self._messages) >= MOST_MESSAGES:
            raise UsageError(
                f"a conversation has at most {MOST_MESSAGES} messages, answers included; begin a new one,"
                " with its gist"
            )

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


def _is_chinese(text: str) -> bool:
    first, last = _HAN
    return any(first <= character <= last for character in text)


def _kept(message: Mapping[str, Any]) -> dict[str, Any]:
    content = message["content"]
    return {**message, "content": content if isinstance(content, str) else list(map(kept, content))}


def _restored(message: object) -> object:
    if isinstance(message, dict) and isinstance(message.get("content"), list):
        return {**message, "content": list(map(restored, message["content"]))}
    return message
