"""The way past aiohttp's reader of bodies, which costs more than all that is made of what it reads.

Rules.
1. Every byte of an answer goes to aiohttp but the content of a chunked body whose head is plain, as
   services send it: HTTP/1.1, 200, chunked, not compressed.  The head goes to it, and so does the last
   chunk: to aiohttp the body was empty, and the connection is free again.
2. Where anything is not as expected, aiohttp gets what follows, from there on, and the body is read from it:
   a head that does not come whole or is not plain, a chunk with extensions, broken framing.
3. So whoever reads takes what is here, and asks aiohttp once nothing more will come here.  How a body
   ends, well or not, is aiohttp's word.
4. For who waits it is decoded where it was received, before the next connection receives there.  For
   who does not it is copied and held, within bounds: over ``HELD_BYTES`` the socket is not read.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp.client_proto import ResponseHandler

from omni_stream._native import ChunkedReceiver

if TYPE_CHECKING:
    from typing import Self

    from omni_stream._native import Polling
    from omni_stream.client.receiving import Receiving

HELD_BYTES = 256 * 1024
"""What a slow consumer may hold before the socket is left unread: as much as of aiohttp's reader."""

WAITS_ALONE = 4
"""How often it is waited for an answer before its connection is polled: to begin and to end that costs as
much as some events do, and a short answer has no more."""

MOST_HEAD_BYTES = 4096
"""A head that is longer is not plain."""

_STATUS = b"HTTP/1.1 200 "
_END_OF_HEAD = b"\r\n\r\n"
_CHUNKED = b"\r\ntransfer-encoding: chunked\r\n"
_NOT_PLAIN = (b"\r\ncontent-encoding:", b"\r\ncontent-length:", b"\r\nupgrade:", b"\r\ntrailer:")


class DirectBody(ChunkedReceiver, asyncio.BufferedProtocol):
    """Stands before aiohttp's protocol on a connection, for one answer.

    Args:
        transport: The connection.
        protocol: What aiohttp reads it with.
        receiving: Where it receives.
    """

    __slots__ = ("_is_paused", "_polled_as", "_polling", "_protocol", "_receiving", "_transport")
    _transport: asyncio.Transport
    _protocol: asyncio.Protocol
    _receiving: Receiving
    _is_paused: bool
    _polling: Polling | None
    """What reads it instead of the event loop, None for nothing."""
    _polled_as: int

    def __new__(cls, transport: asyncio.Transport, protocol: asyncio.Protocol, receiving: Receiving) -> Self:
        """Receive what is read of ``transport``, once it is told to."""
        loop = asyncio.get_running_loop()
        direct = super().__new__(
            cls,
            receiving.space,
            receiving.view,
            loop,
            most_held_bytes=HELD_BYTES,
            waits_alone=WAITS_ALONE,
        )
        direct._transport = transport
        direct._protocol = protocol
        direct._receiving = receiving
        direct._is_paused = False
        direct._polling = None
        return direct

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

    def take_held(self) -> bytes:
        """What is held; b"" if that is nothing."""
        held = super().take_held()
        if self._is_paused:
            self._resume()
        return held

    async def wait(self) -> None:
        """Wait until there is something, or nothing more comes here. Cancelling loses nothing."""
        waiter = self.waiter()
        if waiter is not None:
            await waiter

    def join(self) -> None:
        """Have the connection polled, if it can be, until ``leave``."""
        if self._is_paused or self._transport.is_closing():
            return
        try:
            polling = self._receiving.polling_of(self._transport)
            if polling is None:
                return
            self._polled_as = polling.add(self._transport.get_extra_info("socket").fileno(), self)
        except OSError:  # the system has no more descriptors or watches: the event loop goes on reading
            return
        self._transport.pause_reading()
        self._polling = polling

    def leave(self) -> None:
        """Have the event loop read the connection again."""
        if self._polling is None:
            return
        self._polling.remove(self._polled_as)
        self._polling = None
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def abandon(self) -> None:
        """Drop the connection: what was received of it could not be taken."""
        self._transport.abort()

    def stop(self) -> None:
        """Let nobody wait any more for what comes here."""
        self.is_over = True
        self.wake()

    def step_aside(self, rest: bytes = b"") -> None:
        """Let aiohttp read the connection, from ``rest`` on."""
        if self._is_paused:
            self._resume()
        self.leave()
        self._transport.set_protocol(self._protocol)
        if rest:
            self._protocol.data_received(rest)
        self.stop()

    def pause(self) -> None:
        """Leave the socket unread until ``take_held``."""
        if not self._is_paused:
            self.leave()
            self._is_paused = True
            self._transport.pause_reading()

    def receive_head(self, nbytes: int) -> None:
        """Have the head of what was received read by aiohttp, and take the content behind it."""
        received = self._receiving.view[:nbytes]
        end = _end_of_plain_head(received)
        if not end:
            self.step_aside(bytes(received))
            return
        self.begin()
        self._protocol.data_received(bytes(received[:end]))
        self.receive(end, nbytes)

    def eof_received(self) -> bool | None:
        """The peer sends nothing more."""
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone, in the middle of the body or before it."""
        self.leave()
        self._protocol.connection_lost(exc)
        self.stop()

    def pause_writing(self) -> None:
        """The request is taken more slowly than it is sent."""
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """It is taken again."""
        self._protocol.resume_writing()

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
