"""When the emulator sent what: the truth that a measurement can be held to.

A line of the file is a reply, told once it has ended::

    {"request_id": "...", "asked_at": 5123.1, "sent": [[5123.4, 0.08], [5123.5, 0.16]]}

Times are those of the system's monotonic clock, in seconds, which other programs of this machine have
too (``time.monotonic()``).  Of each write there is when it had been handed to the system, and the
seconds of speech sent up to then; null where a write ended within an event.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence


class SendLog:
    """Writes a line for each reply.

    Args:
        path: The file; what it has is kept.

    Raises:
        UsageError: It cannot be made.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        try:
            self._file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115 -- `close` closes it
        except OSError as error:
            raise omni.UsageError(f"{path} cannot be written: {error.strerror}; name another file") from error

    def tell(self, request_id: str, *, asked_at: float, sent: Sequence[tuple[float, float | None]]) -> None:
        """A reply has ended, or its client has gone away.

        Args:
            request_id: Its request.
            asked_at: When that came.
            sent: When each write was done, and the seconds of speech sent by then.
        """
        self._file.write(json.dumps({"request_id": request_id, "asked_at": asked_at, "sent": sent}) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._file.close()
