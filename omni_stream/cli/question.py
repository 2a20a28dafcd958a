"""What is asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import omni_stream as omni

MAX_PROMPT_BYTES = 4 * 1024 * 1024
"""More than any model takes; standard input may never end."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, as ``Client.ask`` takes it; None is for the client to decide.

    Attributes:
        prompt: The user's message.
        system: The system message.
        model: The model's name.
        voice: The voice's name.
        text_only: Whether no speech is asked for.
        thinking: Whether the model is to think first, in text alone.
    """

    prompt: str
    system: str | None = None
    model: str | None = None
    voice: str | None = None
    text_only: bool = False
    thinking: bool = False

    @property
    def messages(self) -> str | list[dict[str, str]]:
        """The prompt, or the conversation that it ends."""
        if self.system is None:
            return self.prompt
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.prompt}]


def prompt_text(argument: str) -> str:
    """The prompt that ``argument`` stands for: itself, or standard input for "-".

    Raises:
        UsageError: It is empty, too long, or not UTF-8.
    """
    if argument == "-":
        content = sys.stdin.buffer.read(MAX_PROMPT_BYTES + 1)
        if len(content) > MAX_PROMPT_BYTES:
            raise omni.UsageError(
                f"the prompt on standard input is over the limit of {MAX_PROMPT_BYTES} bytes; shorten it"
            )
        try:
            prompt = content.decode().removesuffix("\n")
        except UnicodeDecodeError as error:
            raise omni.UsageError(
                f"the prompt on standard input is not UTF-8 at byte {error.start}; convert it"
            ) from None
    else:
        prompt = argument
    if not prompt.strip():
        raise omni.UsageError("the prompt is empty; say what to ask")
    return prompt
