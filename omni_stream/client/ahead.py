"""The pieces of a medium, each read in a thread while the one before it is sent.

Rules.
1. A disk may take its time, and so does encoding: neither is done in the event loop.
2. One piece is sent and one is read ahead, so that two are held, however long the medium is.
3. A read that is under way cannot be stopped.  Nobody waits for it, neither who closes nor
   the end of the program: the thread that reads closes the medium when it is done.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from omni_stream.client.aside import aside
from omni_stream.errors import UsageError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Generator


class Ahead:
    """Reads ``pieces``, which it takes over.

    Args:
        pieces: The pieces, none of them empty.
    """

    __slots__ = ("_closed", "_pieces", "_reading", "_using")

    def __init__(self, pieces: Generator[bytes, None, None]) -> None:
        self._pieces = pieces
        self._using = threading.Lock()  # a generator runs in one thread at a time
        self._closed = False
        self._reading: asyncio.Future[bytes] | None = None

    async def next(self) -> bytes:
        """The next piece; ``b""`` at the end.

        Cancelling leaves the medium to be closed.

        Raises:
            UsageError: The medium cannot be read.
        """
        if self._reading is None:
            self._reading = aside(self._take)
        piece = await self._reading
        if piece:
            self._reading = aside(self._take)
        return piece

    def close(self) -> None:
        """Close the medium, at the latest when the read that is under way is done. Idempotent."""
        self._closed = True
        if self._reading is not None:
            self._reading.cancel()  # whatever comes of it, or has come, is not asked for any more
        self._close_unused()

    def _take(self) -> bytes:
        try:
            with self._using:
                return b"" if self._closed else next(self._pieces, b"")
        finally:
            if self._closed:  # looked at behind the lock, which who closed may have found taken
                self._close_unused()

    def _close_unused(self) -> None:
        if self._using.acquire(blocking=False):
            try:
                with suppress(UsageError):  # such as of a file object that its owner has closed
                    self._pieces.close()
            finally:
                self._using.release()
