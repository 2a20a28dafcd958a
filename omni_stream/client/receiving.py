"""Where the connections of a client receive, and how those that are waited for are read together.

asyncio calls a dozen functions for each connection that is ready, each time that an event comes, and
turns its loop twice for who waits.  So a connection may be polled instead: by a descriptor that is ready
as soon as any of many connections is, whose one callback reads them all and runs who waits for them.  It is
for Linux (epoll), and for connections that are sockets and nothing else: TLS is asyncio's.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from omni_stream._native import Space

if TYPE_CHECKING:
    from omni_stream._native import Polling

SPACE_BYTES = 120 * 1024
"""What is taken from a socket at once.  Half of what asyncio takes: copies of it are of a size that the
allocator keeps, where larger ones are got from the system, and cleared by it, each time."""


class Receiving:
    """Where the connections of one event loop receive, one after the other.

    Attributes:
        space: Where.
        view: The same, to be written to.
    """

    __slots__ = ("_loop", "_polling", "space", "view")

    def __init__(self) -> None:
        self.space = Space(SPACE_BYTES)
        self.view = memoryview(self.space)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._polling: Polling | None = None

    def polling_of(self, transport: asyncio.Transport) -> Polling | None:
        """What may read ``transport`` instead of the event loop; None if nothing can."""
        if transport.get_extra_info("socket") is None or transport.get_extra_info("sslcontext") is not None:
            return None
        if self._polling is None and sys.platform == "linux":
            from omni_stream._native import Polling  # noqa: PLC0415 -- there is none elsewhere

            self._polling = Polling(self.space)
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._polling.fileno(), self._polling.turn)
        return self._polling

    def close(self) -> None:
        """Read nothing more. Idempotent."""
        if self._polling is not None and self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._polling.fileno())
        self._polling = None
