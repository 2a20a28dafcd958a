"""A reply as a turn of a conversation: open while its answer streams in, ended by what was said.

What was heard counts more than what was said: who was interrupted and is asked
on must not refer to what nobody heard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_stream.audio import Heard
    from omni_stream.errors import Partial
    from omni_stream.request import Conversation


class Turn:
    """The turn of ``conversation`` that a question of ``asked`` messages is."""

    __slots__ = ("_asked", "_conversation", "_heard", "_is_open")

    def __init__(self, conversation: Conversation, *, asked: int) -> None:
        self._conversation = conversation
        self._asked = asked
        self._heard: Heard | None = None
        self._is_open = False

    def begin(self) -> None:
        """The question is sent.

        Raises:
            UsageError: The conversation has changed since it was asked, or another answer is streaming in.
        """
        self._conversation.begin(self._asked)
        self._is_open = True

    def hear(self, heard: Heard) -> None:
        """As much as ``heard`` reached the listener, and no more will."""
        self._heard = heard

    def end(self, said: Partial | None) -> None:
        """The reply is over; ``said`` is what it said, None if it did not end by itself. Idempotent."""
        if not self._is_open:
            return
        self._is_open = False
        if self._heard is not None:
            self._conversation.end(self._heard.text.strip() or None)
        else:
            self._conversation.end(None if said is None else said.text or said.transcript)
