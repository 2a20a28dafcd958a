"""Which dialect a stream is of, by its first documents.

Used only where nobody has said it.  The first document that can be of one
dialect alone decides; where none does within bounds, it is the most common one.
Nothing is given out before, and nothing is lost: what came is read anew.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from omni_stream.sse import SSEParser
from omni_stream.wire.dialects import dialects
from omni_stream.wire.lines import LinesAsEvents
from omni_stream.wire.openai_chat import OPENAI_CHAT

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from omni_stream.wire.dialect import Dialect

MOST_BYTES = 1 << 20
"""Services say who they are in their first document; this is a second and more of speech."""


class Choosing:
    """The choice of a dialect.

    Attributes:
        beginning: All that was fed.
    """

    __slots__ = ("_lines", "_parser", "beginning")

    def __init__(self) -> None:
        self.beginning = b""
        self._lines: LinesAsEvents | None = None
        self._parser = SSEParser()

    def feed(self, content: Buffer) -> Dialect | None:
        """The dialect, None if it takes more to know it."""
        content = bytes(content)
        if not self.beginning.strip() and content.lstrip().startswith(b"{"):
            self._lines = LinesAsEvents()
        self.beginning += content
        for event in self._parser.feed(content if self._lines is None else self._lines.feed(content)):
            with suppress(ValueError, RecursionError):
                document = json.loads(event.data)
                if isinstance(document, dict):
                    for dialect in dialects():
                        if dialect.is_own is not None and dialect.is_own(document):
                            return dialect
        return OPENAI_CHAT if len(self.beginning) > MOST_BYTES else None
