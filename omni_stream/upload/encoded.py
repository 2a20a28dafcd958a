"""Content as it stands in a request: base64, read and encoded piece by piece."""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

from omni_stream.errors import UsageError
from omni_stream.upload.content import is_seekable, opened, read_from

if TYPE_CHECKING:
    from collections.abc import Generator

    from omni_stream.media import MediaFacts, Medium
    from omni_stream.upload.content import State

Form = Literal["data-uri", "bare"]
"""How base64 is written: ``data:image/png;base64,...``, or alone."""

PIECE_BYTES = 256 * 1024
"""192 KiB of a file: large enough that the calls cost nothing, small enough to be held by the thousand."""

LEAST_PIECE_BYTES = 1024
"""The head of a data URI is one piece, and is never longer."""


class Encoded:
    """The content of a local medium, encoded.

    It opens a file for a moment, to see that it is still what was inspected, and
    then anew each time that its pieces are read.

    Args:
        medium: What is sent; it is local.
        facts: What ``inspect`` found in it.
        form: As a data URI, or as base64 alone.

    Attributes:
        size: The bytes that all pieces are together; None where a file object cannot seek.
        is_repeatable: Whether the pieces can be read more than once; a file object that cannot seek
            is read once.

    Raises:
        UsageError: It is at a URL, has changed since it was inspected or cannot be read; or it is to be a
            data URI, and its media type is not known.
    """

    __slots__ = ("_head", "_is_read", "_medium", "_state", "is_repeatable", "size")

    def __init__(self, medium: Medium, facts: MediaFacts, form: Form) -> None:
        if medium.url is not None:
            raise UsageError(f"{medium} is sent as its URL, which the service fetches; encode what is local")
        self._medium = medium
        self._head = _head(medium, facts) if form == "data-uri" else b""
        self._state: State | None = None
        self._is_read = False
        self.size: int | None = None
        self.is_repeatable = is_seekable(medium.source)
        if self.is_repeatable:
            with opened(medium.source, str(medium)) as content:
                self._state = content.state
            if facts.bytes not in (None, content.size):
                raise self._changed()
            self.size = len(self._head) + (content.size + 2) // 3 * 4

    def pieces(self, most_bytes: int = PIECE_BYTES) -> Generator[bytes, None, None]:
        """All of it from the beginning, in order; close the iterator to leave early.

        Args:
            most_bytes: How long a piece is at most, 1024 or more.

        Raises:
            UsageError: The content has changed, cannot be read, or was read before and cannot be again;
                or ``most_bytes`` is out of range.
        """
        if most_bytes < LEAST_PIECE_BYTES:
            raise UsageError(f"a piece is of {LEAST_PIECE_BYTES} bytes or more, not of {most_bytes}")
        wanted = most_bytes // 4 * 3
        if self.is_repeatable:
            return self._pieces(wanted)
        if self._is_read:
            raise UsageError(f"{self._medium} cannot seek and was read already; give bytes to send it again")
        self._is_read = True
        return self._pieces_once(wanted)

    def _pieces(self, wanted: int) -> Generator[bytes, None, None]:
        with opened(self._medium.source, str(self._medium)) as content:
            if content.state != self._state:
                raise self._changed()
            if self._head:
                yield self._head
            while (left := content.size - content.tell()) > 0:
                part = content.read(min(left, wanted))
                if len(part) < min(left, wanted) or (left <= wanted and content.has_changed()):
                    raise self._changed()
                yield b2a_base64(part, newline=False)

    def _pieces_once(self, wanted: int) -> Generator[bytes, None, None]:
        file, name = cast("BinaryIO", self._medium.source), str(self._medium)
        part = read_from(file, wanted, name)
        if not part:
            raise UsageError(f"{name} has nothing left to read; give one with content")
        if self._head:
            yield self._head
        held = b""  # what is no whole quantum of three bytes yet
        while part:
            held += part
            whole = len(held) - len(held) % 3
            if whole:
                yield b2a_base64(held[:whole], newline=False)
            held = held[whole:]
            part = read_from(file, wanted - len(held), name)
        if held:
            yield b2a_base64(held, newline=False)

    def _changed(self) -> UsageError:
        return UsageError(
            f"{self._medium} is another now than when it was looked at; send it when it is written to its end"
        )


def _head(medium: Medium, facts: MediaFacts) -> bytes:
    if facts.media_type is None:
        raise UsageError(
            f"the media type of {medium} is not known; say it, as in"
            f' omni.{type(medium).__name__}(..., media_type="{medium.kind}/...")'
        )
    return f"data:{facts.media_type};base64,".encode("ascii")
