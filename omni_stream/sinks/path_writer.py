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
        self.pcm_bytes = 0
        self._file = PartFile(path, folder=folder, overwrite=overwrite)
        self._head = layout.head
        self._head_bytes = len(layout.head(PLACEHOLDER, 0))
        self._end = self._head_bytes

    @property
    def path(self) -> Path | None:
        return self._file.path

    def open(self) -> None:
        self._file.open(self._head(PLACEHOLDER, 0))

    def write(self, pcm: bytes, format: AudioFormat) -> None:
        fd = self._file.fd
        try:
            write_all(fd, pcm, self._end)
        finally:
            self._end = os.fstat(fd).st_size  # with what an error has let through
            whole = (self._end - self._head_bytes) // format.frame_bytes * format.frame_bytes
            write_all(fd, self._head(format, whole), 0)
            self.pcm_bytes = whole

    def sync(self) -> None:
        os.fsync(self._file.fd)

    def complete(self, format: AudioFormat | None) -> None:
        if format is None:
            self._file.remove()
            return
        self.sync()  # or a power cut could leave the final name on a file without its PCM
        self._file.complete()

    def abandon(self, format: AudioFormat | None) -> None:
        if format is None and self._file.fd >= 0:
            self._file.remove()
        self._file.close()
