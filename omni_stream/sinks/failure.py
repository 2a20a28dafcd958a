"""How an error of the operating system becomes a sink's error: what failed, what is safe, what to do."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

from omni_stream.errors import SinkError

if TYPE_CHECKING:
    from pathlib import Path

_SPACE: Final = "; free some space, or write elsewhere"
_PLACE: Final = "; write to a folder where you may"

REMEDIES: Final = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: "; raise the limit on file sizes (`ulimit -f`), or start a new file earlier",
    errno.EROFS: _PLACE,
    errno.EACCES: _PLACE,
    errno.EPERM: _PLACE,
    errno.ENOENT: "; make the folder first",
    errno.ENOTDIR: "; name a folder",
    errno.ENAMETOOLONG: "; choose a shorter name",
    errno.EMFILE: "; raise the limit on open files (`ulimit -n`), or run fewer sessions at once",
    errno.EPIPE: "; the program that read it has ended",
}


def sink_error(error: OSError, sink: str, *, unit: str, written_bytes: int, path: Path | None) -> SinkError:
    """The error to raise from `error`; `sink` is what its sink calls itself, `unit` what it counts."""
    reason = error.strerror or str(error)
    remedy = REMEDIES.get(error.errno or 0, "")
    safe = f"{written_bytes:,} {unit} are safely written"
    if written_bytes and path is not None:
        safe += f", in {path}"
    return SinkError(f"{sink} failed: {reason}{remedy}; {safe}", written_bytes=written_bytes)
