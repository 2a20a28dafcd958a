"""The API key, which is shown nowhere.

A key is wrapped as soon as it enters, and from then on its text exists in two
places only: inside ``Key``, and in the header value that is sent.  Both
hide it from ``repr``, and so from logs, errors and tracebacks with locals.
A peer may still echo it: ``Key.hide`` removes it from what a peer said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import final

from omni_stream.errors import ApiError, OmniStreamError, ProtocolError, UsageError

MAX_KEY_CHARACTERS = 4096
"""Half of what servers take as one header; keys have some 30 to 200 characters."""

SECRET_CHARACTERS = 8
"""What is shorter is guessed in no time, and no service gives it out."""

HIDDEN = "[key]"
"""No key has brackets, so what hides one is never taken for another's beginning."""


class _HeaderValue(str):
    """A ``str`` to send and not to show."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{HIDDEN}'"


@final
class Key:
    """An API key."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return f"Key({HIDDEN})"

    def check(self, origin: str) -> None:
        """Refuse what cannot be sent in a header.

        Args:
            origin: Where the key is from, for the error: an argument or a variable.

        Raises:
            UsageError: The key is empty, too long, or has a character that keys do not have.
        """
        if not isinstance(self._text, str):
            raise UsageError(f"{origin} is a text, not {type(self._text).__name__}")
        if not self._text:
            raise UsageError(f"{origin} is empty; give the key, or leave it out")
        if len(self._text) > MAX_KEY_CHARACTERS:
            raise UsageError(
                f"{origin} is no key: it has {len(self._text)} characters of at most {MAX_KEY_CHARACTERS}"
            )
        wrong = [place for place, character in enumerate(self._text) if not "!" <= character <= "~"]
        if wrong:
            raise UsageError(
                f"{origin} is no key: its character {wrong[0] + 1} of {len(self._text)} is a blank, a control"
                " character or not ASCII; copy the key anew, without line breaks"
            )

    def authorization(self) -> str:
        """The value of the ``Authorization`` header; its ``repr`` hides it."""
        return _HeaderValue(f"Bearer {self._text}")

    def bare(self) -> str:
        """The key as the whole value of a header; its ``repr`` hides it."""
        return _HeaderValue(self._text)

    def hide(self, text: str) -> str:
        """``text`` without the key, nor the beginning of it where an excerpt was cut."""
        if len(self._text) < SECRET_CHARACTERS:
            return text  # a stand-in such as "none", which servers without keys are given and errors may say
        beginning = self._text[:SECRET_CHARACTERS]
        at = text.find(beginning)
        while at != -1:
            length = len(beginning)
            while length < len(self._text) and text.startswith(self._text[: length + 1], at):
                length += 1
            text = f"{text[:at]}{HIDDEN}{text[at + length :]}"
            at = text.find(beginning, at + len(HIDDEN))
        return text

    def hide_bytes(self, content: bytes) -> bytes:
        """``content`` without the key."""
        return self.hide(content.decode("latin-1")).encode("latin-1")

    def hide_in(self, error: OmniStreamError) -> None:
        """Remove the key from what ``error`` says."""
        error.args = tuple(self.hide(part) if isinstance(part, str) else part for part in error.args)
        if error.partial is not None:
            said = error.partial
            error.partial = replace(
                said,
                text=self.hide(said.text),
                transcript=self.hide(said.transcript),
                reasoning=self.hide(said.reasoning),
            )
        if isinstance(error, ApiError):
            error.message = self.hide(error.message)
            error.code = self.hide(error.code)
            error.request_id = None if error.request_id is None else self.hide(error.request_id)
        elif isinstance(error, ProtocolError):
            error.excerpt = self.hide_bytes(error.excerpt)
