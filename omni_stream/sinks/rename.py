"""A rename that replaces nothing, in one step.

Python has none; Linux does (renameat2, of glibc 2.28 and musl 1.2.5), and so have most of
its file systems.  Elsewhere a link is made and the old name taken away, and a kill between
the two leaves both names on the file.  Where there are no links either, the new name is
looked for first, which another may take in between.
"""

from __future__ import annotations

import ctypes
import errno
import os
from typing import Final

_NO_REPLACE: Final = 1  # RENAME_NOREPLACE of linux/fs.h
_CANNOT: Final = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}

_renameat2: Final = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)


def rename_new(old: str, new: str, *, dir_fd: int) -> None:
    """Rename `old` to `new`, both in the folder `dir_fd`.

    Raises:
        FileExistsError: There is a `new`; nothing has changed.
        OSError: It failed otherwise.
    """
    for rename in (_rename, _link, _look_and_rename):
        try:
            rename(old, new, dir_fd)
        except OSError as error:
            if error.errno not in _CANNOT or rename is _look_and_rename:
                raise
        else:
            return


def _rename(old: str, new: str, dir_fd: int) -> None:
    if _renameat2 is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if _renameat2(dir_fd, os.fsencode(old), dir_fd, os.fsencode(new), _NO_REPLACE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), new)


def _link(old: str, new: str, dir_fd: int) -> None:
    os.link(old, new, src_dir_fd=dir_fd, dst_dir_fd=dir_fd, follow_symlinks=False)
    os.unlink(old, dir_fd=dir_fd)


def _look_and_rename(old: str, new: str, dir_fd: int) -> None:
    try:
        os.stat(new, dir_fd=dir_fd, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(old, new, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    else:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
