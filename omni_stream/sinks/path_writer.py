"""PCM into a new file under a path, playable at any moment.

The PCM is written first and the head after it, so that the head never claims more
than there is; a kill between the two leaves some PCM that no head speaks of.
"""

# ruff: noqa: D102 -- `Writer` says what each call is for
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from omni_stream.audio import AudioFormat
from omni_stream.sinks.part_file import PartFile, write_all

if TYPE_CHECKING:
    from pathlib import Path

    from omni_stream.sinks.layout import Layout

PLACEHOLDER: Final = AudioFormat(24_000)
"""Of a file without PCM yet; the first frame says what it is."""


class PathWriter:
    """A `Writer` for a path."""

    def __init__(self, path: Path, layout: Layout, *, folder: Path | None, overwrite: bool) -> None:
        self.written_bytes = 0
        self._file = PartFile(path, folder=folder, overwrite=overwrite)
        self._head = layout.head
        self._head_bytes = len(layout.head(PLACEHOLDER, 0))
        self._end = self._head_bytes
        self._begun = False

    @property
    def path(self) -> Path | None:
        return self._file.path

    def open(self) -> None:
        self._file.open(self._head(PLACEHOLDER, 0))

    def write(self, content: bytes, format: AudioFormat | None) -> None:
        fd = self._file.fd
        self._begun = True
        try:
            write_all(fd, content, self._end)
        finally:
            self._end = os.fstat(fd).st_size  # with what an error has let through
            written = self._end - self._head_bytes
            if format is not None:
                written -= written % format.frame_bytes
                write_all(fd, self._head(format, written), 0)
            self.written_bytes = written

    def amend(self, offset: int, content: bytes) -> None:
        write_all(self._file.fd, content, self._head_bytes + offset)

    def sync(self) -> None:
        os.fsync(self._file.fd)

    def complete(self) -> None:
        if not self._begun:
            self._file.remove()
            return
        self.sync()  # or a power cut could leave the final name on a file without its PCM
        self._file.complete()

    def abandon(self) -> None:
        if not self._begun and self._file.fd >= 0:
            self._file.remove()
        self._file.close()
