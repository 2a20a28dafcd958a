"""Sessions at the pace of speech without a client: an epoll loop that receives, and reads the stamps.

No client can do with less.  It shows, too, that the server keeps its pace.
"""

from __future__ import annotations

import select
import socket
import time
from binascii import a2b_base64
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from side_by_side.bare_sockets import RECEIVED_AT_ONCE
from side_by_side.crowd import SESSION_EVENTS, Notes, Spent, beginnings
from side_by_side.pacing import BYTES, STAMP_CHARACTERS
from side_by_side.server import HEAD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from side_by_side.crowd import Look

_FIRST_STAMP_AT = len(HEAD) + len(BYTES.beginning) + BYTES.stamp_at


class BareCrowd:
    """Sessions of nobody; what waits for them waits in the kernel, so that nothing else runs meanwhile."""

    def __init__(self, server: str) -> None:
        address = urlsplit(server)
        self._address = (address.hostname, address.port)
        path = f"/p{SESSION_EVENTS}/v1"
        self._request = f"POST {path} HTTP/1.1\r\nHost: it\r\nContent-Length: 0\r\n\r\n".encode()
        self._space = memoryview(bytearray(RECEIVED_AT_ONCE))
        self._epoll = select.epoll()
        self._sessions: dict[int, socket.socket] = {}
        self._stamp_in: dict[int, int] = {}  # bytes until a session's next stamp
        self._notes = Notes()
        self._polls = 0

    async def resize(self, sessions: int) -> None:
        """Let some more begin, or some leave, so that there are so many."""
        while len(self._sessions) > sessions:
            file, connection = self._sessions.popitem()
            self._epoll.unregister(file)
            connection.close()
        begun = time.monotonic()
        for wait in beginnings(sessions - len(self._sessions)):
            self._read(until=begun + wait)
            self._begin()

    def _begin(self) -> None:
        connection = socket.create_connection(self._address, timeout=60)
        connection.sendall(self._request)
        connection.setblocking(False)
        self._sessions[connection.fileno()] = connection
        self._stamp_in[connection.fileno()] = _FIRST_STAMP_AT
        self._epoll.register(connection.fileno(), select.EPOLLIN)

    async def look(self, seconds: float) -> Look:
        """Watch them for that long."""
        self._notes.clear()
        spent, polls = Spent(), self._polls
        self._read(until=time.monotonic() + seconds)
        return self._notes.look(len(self._sessions), spent, self._polls - polls)

    def _read(self, *, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            self._polls += 1
            for file, _ in self._epoll.poll(left):
                self._take(file, self._sessions[file].recv_into(self._space))

    def _take(self, file: int, count: int) -> None:
        if not count:
            raise EOFError("the server hung up in the middle of a reply")
        at = self._stamp_in[file]
        while at < count:
            encoded = self._space[at : min(count, at + STAMP_CHARACTERS)]
            if len(encoded) == STAMP_CHARACTERS:  # else it came in two parts, which few do
                self._notes.append(a2b_base64(encoded))
            at += len(BYTES.event)
        self._stamp_in[file] = at - count


@asynccontextmanager
async def bare_crowd(server: str) -> AsyncIterator[BareCrowd]:
    """Nobody yet."""
    crowd = BareCrowd(server)
    try:
        yield crowd
    finally:
        await crowd.resize(0)
