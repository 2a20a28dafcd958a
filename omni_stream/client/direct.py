"""The way past aiohttp's reader of bodies, which costs more than all that is made of what it reads.

Rules.
1. Every byte of an answer goes to aiohttp but the content of a chunked body whose head is plain, as
   services send it: HTTP/1.1, 200, chunked, not compressed.  The head goes to it, and so does the last
   chunk: to aiohttp the body was empty, and the connection is free again.
2. Where anything is not as expected, aiohttp gets what follows, from there on, and the body is read from it:
   a head that does not come whole or is not plain, a chunk with extensions, broken framing.
3. So whoever reads takes what is here, and asks aiohttp once nothing more will come here.  How a body
   ends, well or not, is aiohttp's word.
4. Who waits reads where it was received, before the next connection receives there.  For who does
   not it is copied and held, within bounds: over ``HELD_BYTES`` the socket is not read.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp.client_proto import ResponseHandler

from omni_stream._native import ChunkedBody, Space

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from omni_stream._native import Content

SPACE_BYTES = 120 * 1024
"""What is taken from a socket at once.  Half of what asyncio takes: copies of it are of a size that the
allocator keeps, where larger ones are got from the system, and cleared by it, each time."""

HELD_BYTES = 256 * 1024
"""What a slow consumer may hold before the socket is left unread: as much as of aiohttp's reader."""

MOST_HEAD_BYTES = 4096
"""A head that is longer is not plain."""

_STATUS = b"HTTP/1.1 200 "
_END_OF_HEAD = b"\r\n\r\n"
_CHUNKED = b"\r\ntransfer-encoding: chunked\r\n"
_NOT_PLAIN = (b"\r\ncontent-encoding:", b"\r\ncontent-length:", b"\r\nupgrade:", b"\r\ntrailer:")


class Receiving:
    """Where the connections of one event loop receive, one after the other."""

    __slots__ = ("space", "view")

    def __init__(self) -> None:
        self.space = Space(SPACE_BYTES)
        self.view = memoryview(self.space)


class DirectBody(asyncio.BufferedProtocol):
    """Stands before aiohttp's protocol on a connection, for one answer.

    Args:
        transport: The connection.
        protocol: What aiohttp reads it with.
        receiving: Where it receives.

    Attributes:
        is_over: Whether nothing more comes here.
        received_bytes: Bytes of the body that came here, read or not.
    """

    __slots__ = (
        "_chunks",
        "_held",
        "_held_bytes",
        "_is_paused",
        "_protocol",
        "_read",
        "_receiving",
        "_transport",
        "_waiter",
        "is_over",
        "received_bytes",
    )

    def __init__(
        self, transport: asyncio.Transport, protocol: asyncio.Protocol, receiving: Receiving
    ) -> None:
        self._transport = transport
        self._protocol = protocol
        self._receiving = receiving
        self._chunks: ChunkedBody | None = None  # None until the head has come
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._is_paused = False
        self.is_over = False
        self._waiter: asyncio.Future[bool] | None = None
        self._read: Callable[[Content], None] | None = None
        self.received_bytes = 0

    @classmethod
    def before(cls, transport: asyncio.BaseTransport | None, receiving: Receiving) -> Self | None:
        """Stand on ``transport``, before any byte of the answer; None if it is not one of aiohttp's own."""
        if not isinstance(transport, asyncio.Transport):
            return None
        protocol = transport.get_protocol()
        if type(protocol) is not ResponseHandler:
            return None
        direct = cls(transport, protocol, receiving)
        transport.set_protocol(direct)
        return direct

    def take(self) -> bytes:
        """What is held; b"" if that is nothing."""
        held = self._held
        if not held:
            return b""
        content = held[0] if len(held) == 1 else b"".join(held)
        held.clear()
        self._held_bytes = 0
        if self._is_paused:
            self._resume()
        return content

    async def wait(self, read: Callable[[Content], None] | None = None) -> bytes | None:
        """Wait for more, nothing being held; b"" if nothing more comes here, or on ``wake``.

        Cancelling loses nothing.

        Args:
            read: Is given what comes next, in place: None is returned then, or what it raises is raised.
        """
        if not self.is_over:
            self._read = read
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                if await self._waiter:
                    return None
            finally:
                self._waiter = self._read = None
        return self.take()

    def wake(self) -> None:
        """End the ``wait``."""
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(False)

    def step_aside(self, rest: bytes = b"") -> None:
        """Let aiohttp read the connection, from ``rest`` on."""
        self.is_over = True
        if self._is_paused:
            self._resume()
        self._transport.set_protocol(self._protocol)
        if rest:
            self._protocol.data_received(rest)
        self.wake()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes are to be received."""
        del sizehint  # there is one place for all
        return self._receiving.view

    def buffer_updated(self, nbytes: int) -> None:
        """Have the content of what was received read, or hold it, and hand on the rest."""
        if self._chunks is not None:
            self._receive(self._chunks, 0, nbytes)
            return
        received = self._receiving.view[:nbytes]
        end = _end_of_plain_head(received)
        if not end:
            self.step_aside(bytes(received))
            return
        self._chunks = ChunkedBody()
        self._protocol.data_received(bytes(received[:end]))
        self._receive(self._chunks, end, nbytes)

    def eof_received(self) -> bool | None:
        """The peer sends nothing more."""
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone, in the middle of the body or before it."""
        self.is_over = True
        self._protocol.connection_lost(exc)
        self.wake()

    def pause_writing(self) -> None:
        """The request is taken more slowly than it is sent."""
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """It is taken again."""
        self._protocol.resume_writing()

    def _receive(self, chunks: ChunkedBody, start: int, end: int) -> None:
        content = chunks.feed(self._receiving.space, start, end)
        rest = chunks.rest
        if content is not None:
            self.received_bytes += len(content)
            self._give(content)
        if rest is not None:
            self.step_aside(rest)

    def _give(self, content: Content) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():
            self._hold(bytes(content))
        elif self._read is None:
            self._hold(bytes(content))
            waiter.set_result(False)
        else:
            try:
                self._read(content)
            except Exception as error:  # noqa: BLE001 -- it is raised where it is waited for
                waiter.set_exception(error)
            else:
                waiter.set_result(True)

    def _hold(self, content: bytes) -> None:
        self._held.append(content)
        self._held_bytes += len(content)
        if self._held_bytes > HELD_BYTES and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        self._is_paused = False
        self._transport.resume_reading()


def _end_of_plain_head(received: memoryview) -> int:
    """Where the head ends with which ``received`` begins, if it is a plain one; else 0."""
    start = bytes(received[:MOST_HEAD_BYTES])
    end = start.find(_END_OF_HEAD) + len(_END_OF_HEAD)
    head = start[:end].lower()
    is_plain = (
        start.startswith(_STATUS)
        and head.endswith(_END_OF_HEAD)
        and head.count(b"\n") == head.count(b"\r\n") == head.count(b"\r")
        and _CHUNKED in head
        and head.count(b"transfer-encoding") == 1
        and not any(field in head for field in _NOT_PLAIN)
    )
    return end if is_plain else 0
