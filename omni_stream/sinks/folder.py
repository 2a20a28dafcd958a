"""The folder that a file is made in, held open: no renaming and no link leads a sink elsewhere later.

Rules.
1. A path given without `folder` is its caller's to answer for, up to its last
   part; that one is never followed where it is a link.
2. With `folder`, the path stays inside of it: it has no `..`, and no part of it
   below `folder` is a symbolic link.  `folder` itself may be reached through one.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, Self

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

# O_PATH asks for no more than the right to go through a folder; where there is none, it has to be readable.
_AS_FOLDER: Final = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC


class Folder:
    """An open folder.

    Attributes:
        fd: Its descriptor, for the `dir_fd` of others.
    """

    def __init__(self, path: str | Path, *, within: Folder | None = None) -> None:
        self.fd = -1
        if within is None:
            self.fd = os.open(path, _AS_FOLDER)
        else:
            self.fd = os.open(path, _AS_FOLDER | os.O_NOFOLLOW, dir_fd=within.fd)

    def close(self) -> None:
        """Close it; again, it does nothing."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def status_of(self, name: str) -> os.stat_result | None:
        """The status of what `name` is in it, a link not followed; None if there is nothing."""
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


def path_below(target: Path, folder: Path | None) -> Path:
    """The whole path of `target`, which is relative to `folder` where there is one.

    Raises:
        UsageError: It names no file, or leads out of `folder`.
    """
    if not target.name or target.name == "..":
        raise UsageError(f"{os.fspath(target)!r} names no file; give a file name, such as answer.wav")
    if "\0" in os.fspath(target):
        raise UsageError("a path holds no NUL character; take it out")
    if folder is None:
        return target
    whole = folder / target
    if ".." in target.parts or not whole.is_relative_to(folder):
        raise UsageError(
            f"{os.fspath(target)!r} leads out of the folder {os.fspath(folder)!r}; name a file inside of it"
        )
    return whole


def open_parent(path: Path, folder: Path | None) -> Folder:
    """Open the folder that `path`, made by `path_below`, is in.

    Raises:
        UsageError: A part of it below `folder` is a symbolic link.
        OSError: It does not exist, or may not be opened.
    """
    if folder is None:
        return Folder(path.parent)
    here = Folder(folder)
    try:
        for part in path.relative_to(folder).parts[:-1]:
            with here:
                check_no_link(here, part, path)
                below = Folder(part, within=here)  # follows no link, whatever has happened since
            here = below
    except BaseException:
        here.close()
        raise
    return here


def check_no_link(folder: Folder, name: str, path: Path) -> None:
    """Refuse `name`, a part of `path`, where it is a symbolic link."""
    status = folder.status_of(name)
    if status is not None and stat.S_ISLNK(status.st_mode):
        raise UsageError(
            f"{name!r} in {os.fspath(path)!r} is a symbolic link, and a sink follows none;"
            " give the path that it leads to"
        )
