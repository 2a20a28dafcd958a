"""The bytes of a local medium, wherever they are, read from any place in them.

A file object has one position, and may be in several questions at once.  So each read
goes to its own place, with nothing between, and where the file object stood before
the first of those who read it at a time is where it begins for all of them.
"""

from __future__ import annotations

import os
import stat
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from omni_stream.errors import UsageError
from omni_stream.media import memory_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from omni_stream.media import Source

State = tuple[int, ...]
"""The size of the content, then all else that shows whether it has changed."""


class Content:
    """Content from its beginning to its end, with a position.

    Attributes:
        state: What it was when it was opened.
        size: Its bytes.
    """

    __slots__ = ("_look", "_position", "_read_at", "size", "state")

    def __init__(self, read_at: Callable[[int, int], bytes], look: Callable[[], State]) -> None:
        self._read_at = read_at
        self._look = look
        self._position = 0
        self.state = look()
        self.size = self.state[0]

    def read(self, wanted: int) -> bytes:
        """The next ``wanted`` bytes, fewer at the end only.

        Raises:
            UsageError: They cannot be read.
        """
        parts = []
        while wanted and (part := self._read_at(self._position, wanted)):
            parts.append(part)
            self._position += len(part)
            wanted -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a byte, counted from the beginning, from here or from the end."""
        self._position = offset + (0, self._position, self.size)[whence]
        return self._position

    def tell(self) -> int:
        """The byte that is read next."""
        return self._position

    def has_changed(self) -> bool:
        """Whether it is another by now than when it was opened.

        Raises:
            UsageError: That cannot be told.
        """
        return self._look() != self.state


def is_seekable(source: Source) -> bool:
    """Whether the content can be read more than once."""
    if isinstance(source, str | os.PathLike) or memory_of(source) is not None:
        return True
    seekable = getattr(source, "seekable", None)
    try:
        return callable(seekable) and bool(seekable())
    except ValueError:  # closed, which is told where it is opened
        return True


@contextmanager
def opened(source: Source, name: str) -> Iterator[Content]:
    """The content of a local medium that is seekable, open for reading.

    Args:
        source: Where it is; no URL.
        name: What it is called in an error.

    Raises:
        UsageError: It is missing, empty, no regular file, or cannot be read.
    """
    if isinstance(source, str | os.PathLike):
        opening = _opened_path(os.fspath(source), name)
    elif (memory := memory_of(source)) is not None:
        opening = _opened_memory(memory)
    else:
        opening = _opened_file(cast("BinaryIO", source), name)
    with opening as content:
        yield content


@contextmanager
def _opened_path(path: str, name: str) -> Iterator[Content]:
    with _told(name):
        file = open(path, "rb", buffering=0, opener=_without_waiting)  # noqa: SIM115 -- closed below
    with file:
        with _told(name):
            is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        if not is_regular:
            raise UsageError(
                f"{name} is no regular file, so that its size is not known; read it first, and give its bytes"
            )

        def look() -> State:
            with _told(name):
                found = os.fstat(file.fileno())
            return found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino

        def read_at(position: int, wanted: int) -> bytes:
            with _told(name):
                return os.pread(file.fileno(), wanted, position)

        content = Content(read_at, look)
        if not content.size:
            raise UsageError(f"{name} is empty; give a file with content")
        yield content


def _without_waiting(path: str, flags: int) -> int:
    """Opens a path; a FIFO would else wait for somebody to write into it."""
    return os.open(path, flags | os.O_NONBLOCK)


@contextmanager
def _opened_memory(memory: memoryview) -> Iterator[Content]:
    with memory:
        yield Content(
            lambda position, wanted: bytes(memory[position : position + wanted]), lambda: (memory.nbytes,)
        )


class _Standing:
    """Where one file object stood, as long as somebody reads it."""

    __slots__ = ("lock", "origin", "readers")

    def __init__(self) -> None:
        self.lock = threading.Lock()  # of the file object's position
        self.origin: int | None = None
        self.readers = 0


_standing: dict[int, _Standing] = {}
"""By the identity of the file object, which its reader holds."""

_standing_lock = threading.Lock()


@contextmanager
def _read_together(file: BinaryIO) -> Iterator[_Standing]:
    with _standing_lock:
        standing = _standing.setdefault(id(file), _Standing())
        standing.readers += 1
    try:
        yield standing
    finally:
        with _standing_lock:
            standing.readers -= 1
            if not standing.readers:
                del _standing[id(file)]


@contextmanager
def _opened_file(file: BinaryIO, name: str) -> Iterator[Content]:
    with _read_together(file) as standing:
        with standing.lock, _told(name):
            origin = standing.origin = file.tell() if standing.origin is None else standing.origin

        def look() -> State:
            with standing.lock, _told(name):
                return (file.seek(0, os.SEEK_END) - origin,)

        def read_at(position: int, wanted: int) -> bytes:
            with standing.lock, _told(name):
                file.seek(origin + position)
                return read_from(file, wanted, name)

        try:
            content = Content(read_at, look)
            if content.size <= 0:
                remedy = "go to where it begins with seek(0)" if origin else "give one with content"
                raise UsageError(f"{name} has nothing left to read; {remedy}")
            yield content
        finally:
            with standing.lock, _told(name):
                file.seek(origin)


def read_from(file: BinaryIO, wanted: int, name: str) -> bytes:
    """At most ``wanted`` bytes of a file object of the caller, none at its end.

    Raises:
        UsageError: It gives something else, or fails.
    """
    with _told(name):
        part: object = file.read(wanted)
    if not isinstance(part, bytes | bytearray) or len(part) > wanted:
        given = f"{len(part)} bytes" if isinstance(part, bytes | bytearray) else f"a {type(part).__name__}"
        raise UsageError(
            f"{name} was asked for at most {wanted} bytes and gave {given}; give its bytes instead"
        )
    return bytes(part)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Says whose file it is that the system or the caller's file object refuses."""
    try:
        yield
    except UsageError:
        raise
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{name} cannot be read: {said}") from error
