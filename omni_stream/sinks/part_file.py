"""A new file under a temporary name, until it is whole and gets its own.

Rules.
1. `story.wav` is written as `story.part.wav`, next to it.  The final name is given
   in one step (`rename`), to a file that is whole and on the disk.
2. An existing file is replaced only if asked to, and then in that same step.  Of
   two that write the same name one gets it; the other keeps its temporary file.
3. Who writes a temporary file holds a lock on it (flock), which ends with its
   process, however that ends.  So a locked one is in use, and refused; one without
   a lock is what a killed run has left, and a new run takes its name and starts
   clean.  What was left is removed, not emptied: it may have a second name by now.
4. Only the holder of the lock on the file that has the temporary name may take that
   name away.
5. Where the file system can do so (O_TMPFILE), the temporary name appears with the
   head in place, so that at any moment of a kill the file can be played.  Where it
   cannot, a kill between the two, some microseconds, leaves an empty file.

All calls block, and come one at a time.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from typing import TYPE_CHECKING, Final

from omni_stream.errors import UsageError
from omni_stream.sinks.folder import Folder, check_no_link, open_parent
from omni_stream.sinks.rename import rename_new

if TYPE_CHECKING:
    from pathlib import Path

ATTEMPTS: Final = 8
"""At a temporary name that others take and leave meanwhile; each attempt loses to one of them."""

_CANNOT: Final = {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL, errno.EPERM, errno.EXDEV}
"""What a file system says that has no O_TMPFILE or no links, or a system without /proc."""


class PartFile:
    """A file that is being written.

    Attributes:
        fd: Its descriptor, -1 when it is not open.
        path: The temporary name; the final one once complete; None before it is made and if it was removed.
    """

    def __init__(self, path: Path, *, folder: Path | None, overwrite: bool) -> None:
        self.fd = -1
        self._folder: Folder | None = None
        if ".part" in path.suffixes[-2:]:
            raise UsageError(
                f"{os.fspath(path)!r} has the form of a temporary name, and such a file is removed when"
                " another is written; leave out the .part"
            )
        self.path: Path | None = None
        self._final = path
        self._part = path.with_name(f"{path.stem}.part{path.suffix}")
        self._within = folder
        self._overwrite = overwrite

    def open(self, head: bytes) -> None:
        """Make the file, holding `head`.

        Raises:
            UsageError: The final name exists and is not to be replaced, or is no plain file.
            OSError: The file system refuses, or another sink writes the file (`BlockingIOError`).
        """
        self._folder = open_parent(self._final, self._within)
        try:
            self._check_final(self._folder)
            self._take_name(self._folder, head)
            self._check_final_again(self._folder)
        except BaseException:
            self.close()
            raise
        self.path = self._part

    def complete(self) -> None:
        """Give the file, which is on the disk by now, its final name.

        Raises:
            OSError: It could not be; the file keeps its temporary name.
        """
        folder = self._held()
        if not self._leads_here(folder):
            raise OSError(
                errno.ESTALE,
                f"{self._part} was moved or removed while it was written, so it gets no other name",
            )
        part, final = self._part.name, self._final.name
        if self._overwrite:
            os.replace(part, final, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
        else:
            try:
                rename_new(part, final, dir_fd=folder.fd)
            except FileExistsError as error:
                raise FileExistsError(
                    errno.EEXIST,
                    f"{self._final} was made by another meanwhile; choose another name or say overwrite=True",
                ) from error
        self.path = self._final
        self.close()

    def remove(self) -> None:
        """Take the file away: it holds nothing worth keeping."""
        folder = self._held()
        if self._leads_here(folder):
            os.unlink(self._part.name, dir_fd=folder.fd)
        self.path = None
        self.close()

    def close(self) -> None:
        """Close the file under the name that it has; again, it does nothing."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            with contextlib.suppress(OSError):  # a fork's child would hold it on
                fcntl.flock(fd, fcntl.LOCK_UN)
            os.close(fd)
        if self._folder is not None:
            self._folder.close()

    def __del__(self) -> None:
        self.close()

    def _held(self) -> Folder:
        assert self._folder is not None  # noqa: S101 -- it is open
        return self._folder

    def _check_final(self, folder: Folder) -> None:
        name = self._final.name
        check_no_link(folder, name, self._final)
        status = folder.status_of(name)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode):
            raise UsageError(f"{os.fspath(self._final)!r} is a folder; name a file inside of it")
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(
                f"{os.fspath(self._final)!r} is a pipe or a device, which no file can replace;"
                " open it and give the file object"
            )
        if not self._overwrite:
            raise UsageError(
                f"{os.fspath(self._final)!r} exists and is not overwritten; choose another name,"
                " or say overwrite=True"
            )

    def _check_final_again(self, folder: Folder) -> None:
        """A sink that had the temporary name until just now may have finished; no other can any more."""
        try:
            self._check_final(folder)
        except UsageError:
            os.unlink(self._part.name, dir_fd=folder.fd)
            raise

    def _take_name(self, folder: Folder, head: bytes) -> None:
        for _ in range(ATTEMPTS):
            if self._make(folder, head):
                return
            self._clear(folder)
        raise self._in_use()

    def _make(self, folder: Folder, head: bytes) -> bool:
        """Make the file and hold its lock; False if its name is taken."""
        try:
            try:
                self._make_whole(folder, head)
            except OSError as error:
                if error.errno not in _CANNOT:
                    raise
                self._close_fd()
                self._make_by_name(folder, head)
        except FileExistsError:
            self._close_fd()
            return False
        # Made by name, it may have been taken for a leftover before it was locked.
        if self._leads_here(folder):
            return True
        self._close_fd()
        return False

    def _make_whole(self, folder: Folder, head: bytes) -> None:
        flags: int = getattr(os, "O_TMPFILE", 0)  # where there is none, a folder cannot be opened for writing
        self.fd = os.open(".", os.O_RDWR | flags | os.O_CLOEXEC, 0o666, dir_fd=folder.fd)
        self._lock(self.fd)
        write_all(self.fd, head, 0)
        os.link(f"/proc/self/fd/{self.fd}", self._part.name, dst_dir_fd=folder.fd, follow_symlinks=True)

    def _make_by_name(self, folder: Folder, head: bytes) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self.fd = os.open(self._part.name, flags, 0o666, dir_fd=folder.fd)
        self._lock(self.fd)
        try:
            write_all(self.fd, head, 0)
        except OSError:
            os.unlink(self._part.name, dir_fd=folder.fd)
            raise

    def _clear(self, folder: Folder) -> None:
        """Take the temporary name from what a killed run has left."""
        name = self._part.name
        check_no_link(folder, name, self._part)
        status = folder.status_of(name)
        if status is None:
            return
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(
                f"{os.fspath(self._part)!r} is no file and in the way; move it, or choose another name"
            )
        try:
            left = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder.fd)
        except FileNotFoundError:
            return
        try:
            self._lock(left)
            if _same_file(os.fstat(left), folder.status_of(name)):
                os.unlink(name, dir_fd=folder.fd)
        finally:
            os.close(left)

    def _lock(self, fd: int) -> None:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise self._in_use() from error

    def _in_use(self) -> BlockingIOError:
        return BlockingIOError(
            errno.EWOULDBLOCK,
            f"another sink is writing {self._part}; wait until it is done, or choose another name",
        )

    def _leads_here(self, folder: Folder) -> bool:
        return _same_file(os.fstat(self.fd), folder.status_of(self._part.name))

    def _close_fd(self) -> None:
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)


def write_all(fd: int, content: bytes, offset: int) -> None:
    """Write `content` at `offset`; an error leaves what came before it."""
    rest = memoryview(content)
    while rest:
        count = os.pwrite(fd, rest, offset)
        offset += count
        rest = rest[count:]


def _same_file(one: os.stat_result, other: os.stat_result | None) -> bool:
    return other is not None and (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
