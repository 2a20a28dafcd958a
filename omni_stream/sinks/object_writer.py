"""PCM into a file object, which its owner opens and closes.

The head says that the end is not known.  Where the object can go back, it is put right
at the end.
"""

# ruff: noqa: D102 -- `Writer` says what each call is for
from __future__ import annotations

import errno
import fcntl
import io
import os
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from omni_stream.audio import AudioFormat
    from omni_stream.sinks.layout import Layout


@runtime_checkable
class BinaryFile(Protocol):
    """A file object for bytes, such as `open(path, "wb")`, `io.BytesIO()` or `sys.stdout.buffer`."""

    def write(self, content: bytes, /) -> object: ...
    def flush(self) -> object: ...


class ObjectWriter:
    """A `Writer` for a file object."""

    path = None

    def __init__(self, target: BinaryFile, layout: Layout) -> None:
        self.written_bytes = 0
        self._target: Any = target
        self._layout = layout
        self._seeks = _can_correct(self._target)
        self._start: int | None = None
        self._format: AudioFormat | None = None

    def open(self) -> None:
        flush_before(self._target)

    def write(self, content: bytes, format: AudioFormat | None) -> None:
        if self._start is None:
            self._start = self._target.tell() if self._seeks else 0
            self._format = format
            if format is not None:
                self._write(
                    self._layout.head(format, None) if self._seeks else self._layout.stream_head(format)
                )
        self._write(content)
        self._target.flush()
        self.written_bytes += len(content)

    def amend(self, offset: int, content: bytes) -> None:
        if self._start is not None and self._seeks:
            self._write_over(self._start + offset, content)

    def sync(self) -> None:
        """Nothing: how the bytes go on from the object is its owner's."""

    def complete(self) -> None:
        if self._start is not None and self._format is not None and self._seeks:
            self._write_over(self._start, self._layout.head(self._format, self.written_bytes))

    def abandon(self) -> None:
        self.complete()

    def _write_over(self, start: int, content: bytes) -> None:
        end = self._target.tell()
        try:
            self._target.seek(start)
        except OSError:  # it seeks, but only forward, as gzip does
            return
        self._write(content)
        self._target.seek(end)
        self._target.flush()

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            count = self._target.write(rest)
            if count is None:
                if isinstance(self._target, io.RawIOBase):
                    raise BlockingIOError(errno.EAGAIN, "it is full and does not block; give one that blocks")
                return  # an object of the user's own that takes everything
            rest = rest[count:]


def flush_before(target: BinaryFile) -> None:
    """Let what the owner wrote to `target` come first.

    Raises:
        OSError: The file failed, or was closed since it was given.
    """
    try:
        target.flush()
    except ValueError as error:
        raise OSError(errno.EBADF, str(error)) from error


def _can_correct(target: Any) -> bool:  # noqa: ANN401 -- a file object has what it has
    if not getattr(target, "seekable", bool)():
        return False
    try:
        flags = fcntl.fcntl(target.fileno(), fcntl.F_GETFL)
    except (AttributeError, OSError):  # in memory
        return True
    return not flags & os.O_APPEND  # or what is meant for the head lands behind the PCM
