"""A request's body: JSON, with holes where the content of local media goes.

Rules.
1. All JSON is written by ``json``, once, media or not; nothing is pasted into it that needs an escape.
2. A hole is within the quotes of a JSON string and stands for text of base64, media types and
   names of formats alone, which mean the same inside JSON and outside.
3. While JSON is written a hole is a marker of 128 random bits, so that no text of a caller is taken for one.
4. A body without media is one run of bytes.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from omni_stream.errors import UsageError
from omni_stream.request.media_type import media_type_of
from omni_stream.request.sound_format import format_of_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.media import MediaFacts, Medium


_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class Inline(NamedTuple):
    """A hole: what stands there comes from a local medium.

    Attributes:
        medium: The medium.
        form: "data-uri" for its content as a data URI; "bare" for its content as base64 alone;
            "format" for the word that ``input_audio.format`` says, such as wav; "media-type" for its
            media type, such as image/png.
    """

    medium: Medium
    form: Literal["data-uri", "bare", "format", "media-type"]


@dataclass(frozen=True, slots=True)
class Body:
    """A body to send, in order.

    Attributes:
        pieces: Runs of JSON in UTF-8, and the holes between them.
    """

    pieces: tuple[bytes | Inline, ...] = field(repr=False)

    @property
    def media(self) -> tuple[Medium, ...]:
        """The local media whose content goes into it, each once, in order."""
        return tuple(dict.fromkeys(piece.medium for piece in self.pieces if isinstance(piece, Inline)))

    def filled(self, facts: Mapping[Medium, MediaFacts]) -> Body:
        """The body with the formats and types of its media written in: holes for content alone are left.

        Args:
            facts: What was found in each of ``media``.

        Raises:
            UsageError: Nobody says what format or type a medium has.
        """
        pieces: list[bytes | Inline] = []
        for piece in self.pieces:
            part = piece
            if isinstance(part, Inline) and part.form == "format":
                part = format_of_facts(part.medium, facts[part.medium]).encode()
            elif isinstance(part, Inline) and part.form == "media-type":
                part = media_type_of(part.medium, facts[part.medium]).encode()
            if isinstance(part, bytes) and pieces and isinstance(pieces[-1], bytes):
                pieces[-1] += part
            else:
                pieces.append(part)
        return Body(tuple(pieces))


class Holes:
    """The holes of a body that is being made."""

    __slots__ = ("_holes", "_mark")

    def __init__(self) -> None:
        self._holes: list[Inline] = []
        self._mark = ""

    def text(self, hole: Inline) -> str:
        """What to write in the place of ``hole``, alone or within a text."""
        if not self._mark:
            self._mark = os.urandom(16).hex()
        self._holes.append(hole)
        return f"{self._mark}{len(self._holes) - 1:08x}"

    def split(self, written: bytes) -> tuple[bytes | Inline, ...]:
        """``written`` cut at its holes."""
        if not self._holes:
            return (written,)
        runs = re.split(self._mark.encode() + rb"([0-9a-f]{8})", written)
        return tuple(self._holes[int(run, 16)] if number % 2 else run for number, run in enumerate(runs))


def encoded(body: Mapping[str, Any], holes: Holes) -> Body:
    """``body`` as it is sent.

    Raises:
        UsageError: It cannot be said in JSON.
    """
    try:
        written = _JSON.encode(body).encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"a text holds the lone surrogate U+{ord(error.object[error.start]):04X}, which is no character;"
            " decode it anew or leave it out"
        ) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"the messages or extra_body cannot be said in JSON: {error}") from error
    return Body(holes.split(written))
