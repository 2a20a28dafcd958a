"""What is asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Callable

    from omni_stream.cli.attached import Media
    from omni_stream.emulator import RecordingWriter

MAX_PROMPT_BYTES = 4 * 1024 * 1024
"""More than any model takes; standard input may never end."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, as ``Client.ask`` takes it; None is for the client to decide.

    Attributes:
        conversation: What was said so far, and takes the answer.
        model: The model's name.
        voice: The voice's name.
        text_only: Whether no speech is asked for.
        thinking: Whether the model is to think first, in text alone.
        check: Whether what the model is known not to take is refused before it is sent.
    """

    conversation: omni.Conversation
    model: str | None = None
    voice: str | None = None
    text_only: bool = False
    thinking: bool = False
    check: bool = True

    @property
    def speaks(self) -> bool:
        """Whether the answer is to have speech."""
        return not (self.text_only or self.thinking)

    def followed_by(self, text: str, *media: Media) -> Self:
        """The same, with ``text`` about ``media`` said next by the user, in a conversation of its own.

        Raises:
            UsageError: The conversation is too long.
        """
        further = omni.Conversation.from_json(self.conversation.to_json())
        return replace(self, conversation=further.user(*media, text))

    def prepared(
        self,
        client: omni.Client,
        *,
        record: RecordingWriter | None = None,
        on_upload: Callable[[int, int], None] | None = None,
    ) -> omni.Reply:
        """The reply of ``client`` to it; entering it asks.

        Raises:
            UsageError: The question breaks a rule.
        """
        return client.ask(
            self.conversation,
            model=self.model,
            voice=self.voice,
            modalities=["text"] if self.text_only else None,
            thinking=self.thinking or None,
            check=self.check,
            on_upload=on_upload,
            record=record,
        )


def prompt_text(argument: str) -> str:
    """The prompt that ``argument`` stands for: itself, or standard input for "-".

    Raises:
        UsageError: It is empty, too long, or not UTF-8.
    """
    prompt = decoded(sys.stdin.buffer.read(MAX_PROMPT_BYTES + 1)) if argument == "-" else argument
    if not prompt.strip():
        raise omni.UsageError("the prompt is empty; say what to ask")
    return prompt


def decoded(content: bytes) -> str:
    """The prompt that was read as ``content``, by one byte more than may be.

    Raises:
        UsageError: It is too long, or not UTF-8.
    """
    if len(content) > MAX_PROMPT_BYTES:
        raise omni.UsageError(
            f"the prompt on standard input is over the limit of {MAX_PROMPT_BYTES} bytes; shorten it"
        )
    try:
        return content.decode().removesuffix("\n")
    except UnicodeDecodeError as error:
        raise omni.UsageError(
            f"the prompt on standard input is not UTF-8 at byte {error.start}; convert it"
        ) from None
