"""The lines of data in a stream, as an engineer splits them by hand who knows the service.

Lines end in LF and a document is one line; a line that lies within one read is not copied,
and one that does not is joined once.  Nothing is bounded, checked or reported.
"""

from __future__ import annotations

_MARK = b"data: {"
_DOCUMENT_AT = len(_MARK) - 1


class DataLines:
    """The JSON documents of one stream."""

    def __init__(self) -> None:
        self._pieces: list[bytes | memoryview] = []

    def feed(self, content: bytes) -> list[memoryview]:
        """The documents that these bytes complete."""
        documents: list[memoryview] = []
        end = content.find(b"\n")
        if end < 0:
            self._pieces.append(content)
            return documents
        view = memoryview(content)
        start = 0
        if self._pieces:
            line = b"".join((*self._pieces, view[:end]))
            self._pieces.clear()
            if line.startswith(_MARK):
                documents.append(memoryview(line)[_DOCUMENT_AT:])
            start = end + 1
            end = content.find(b"\n", start)
        while end >= 0:
            if content.startswith(_MARK, start):
                documents.append(view[start + _DOCUMENT_AT : end])
            start = end + 1
            end = content.find(b"\n", start)
        if start < len(content):
            self._pieces.append(view[start:])
        return documents
