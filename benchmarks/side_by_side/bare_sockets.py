"""Sockets whose bytes nobody looks at: one that blocks, or many that are waited for by epoll."""

from __future__ import annotations

import select
import socket
from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from side_by_side.contender import Append, Turn

RECEIVED_AT_ONCE = 256 * 1024
"""What asyncio asks a socket for."""

_LAST_CHUNK = b"0\r\n\r\n"


class _Sockets:
    """Connections to one server, all of which ask for the same reply."""

    def __init__(self, base_url: str, streams: int, opened: ExitStack) -> None:
        address = urlsplit(base_url)
        asked = f"POST {address.path}/ HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 0\r\n\r\n"
        self._request = asked.encode()
        self._space = memoryview(bytearray(RECEIVED_AT_ONCE))
        self._epoll = opened.enter_context(select.epoll())
        self._sockets: dict[int, socket.socket] = {}
        for _ in range(streams):
            one = opened.enter_context(socket.create_connection((address.hostname, address.port), timeout=60))
            self._sockets[one.fileno()] = one
            self._epoll.register(one.fileno(), select.EPOLLIN)
        self._reply_bytes = self._read_one(one)

    def _receive(self, one: socket.socket) -> int:
        count = one.recv_into(self._space)
        if not count:
            raise EOFError("the server hung up in the middle of a reply")
        return count

    def _read_one(self, one: socket.socket) -> int:
        one.sendall(self._request)
        count, tail = 0, b""
        while tail != _LAST_CHUNK:
            came = self._receive(one)
            count += came
            tail = (tail + self._space[:came][-len(_LAST_CHUNK) :])[-len(_LAST_CHUNK) :]
        return count

    async def ask_one(self, append: Append) -> None:
        """One reply."""
        del append
        [one] = self._sockets.values()
        one.sendall(self._request)
        left = self._reply_bytes
        while left:
            left -= self._receive(one)

    async def ask_all(self, append: Append) -> None:
        """A reply on each connection."""
        del append
        for one in self._sockets.values():
            one.sendall(self._request)
        left = dict.fromkeys(self._sockets, self._reply_bytes)
        while left:
            for file, _ in self._epoll.poll():
                left[file] -= self._receive(self._sockets[file])
                if not left[file]:
                    del left[file]


@asynccontextmanager
async def connect_sockets(base_url: str, streams: int = 1) -> AsyncIterator[Turn]:
    """So many connections, each of which each turn asks for a reply."""
    with ExitStack() as opened:
        sockets = _Sockets(base_url, streams, opened)
        yield sockets.ask_one if streams == 1 else sockets.ask_all
