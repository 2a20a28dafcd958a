"""The body of a request on its way, and the time limits while it is sent and answered.

Rules.
1. aiohttp limits the connecting itself.  From then on each part has to be taken
   within ``idle``, and each piece of a medium to be read within it; once the last
   has gone, the answer has to begin within ``first_event``.  To go on from limit to limit only moves
   a deadline, which is a number: the one timer looks at it when its own time has come.
2. What a system holds of what was sent is kept short, so that a part that was
   taken is all but on its way: progress and limits then speak of the network.
3. A service may answer before it has taken the whole body; what is left is then
   sent without a limit, as long as the answer is read.
4. One that refuses a body may hang up on it: what it said is then in the socket, and is read.
5. What the caller's side does wrong while it sends (a file that shrinks, a callback
   that raises) is kept as ``fault``: aiohttp would make it a broken connection.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager, suppress
from math import inf
from typing import TYPE_CHECKING, Protocol, TypeAlias

import aiohttp

from omni_stream.client.direct import DirectBody

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from aiohttp.abc import AbstractStreamWriter

    from omni_stream.client.ahead import Ahead
    from omni_stream.client.connecting import Connections
    from omni_stream.client.limits import Limit
    from omni_stream.client.receiving import Receiving
    from omni_stream.client.timeouts import Timeouts

PART_BYTES = 64 * 1024
"""How much is sent between two looks at progress: what asyncio buffers before it makes a writer wait."""

PIECE_BYTES = 256 * 1024
"""How much of a medium is read at once.  Less has more changes of thread than reading (64 KiB: half as
fast again), more has the event loop wait for the interpreter while a piece is encoded (4 MiB: 18 ms)."""

LONG_BYTES = 1024 * 1024
"""A body from which on the system is asked to hold little: what is shorter fits into what it holds anyway."""

UNSENT_BYTES = 128 * 1024
"""How much of a long body the system holds before it is on its way; left alone it takes megabytes."""

LAST_WORDS_BYTES = 64 * 1024
"""How much is read of what a server said before it hung up: as much of an error as is shown."""

TELL_SECONDS = 0.05
"""Between two tellings of progress: nobody sees more than twenty a second."""

OnUpload: TypeAlias = "Callable[[int, int], object]"
"""Told the bytes of the request's body that were sent, and how many there are: 0 where that is not known."""


class Part(Protocol):
    """What a body is made of beside bytes."""

    @property
    def size(self) -> int | None:
        """How many bytes it is; None if that is seen only when it was read."""

    def pieces(self, most_bytes: int) -> Generator[bytes, None, None]:
        """Its bytes from the first on, none of them empty."""


class Sending(aiohttp.Payload):
    """A body on its way.

    Args:
        body: What to send.
        scope: The timeout around the request, which has no time of its own: it is ended here.
        timeouts: The limits.
        total_deadline: When everything must be done, in the loop's time; ``inf`` for no limit.
        on_upload: Told the progress: at the begin, at the end, and up to 20 times a second between.

    Attributes:
        limit: The limit that runs now.
        sent_at: When the last byte was sent, in the loop's time; None as long as it is not.
        fault: What ended the sending and is not the connection's fault; None for nothing.
        direct: What reads the body of the answer, as far as it is not read by aiohttp.
        connect_seconds: What connecting took, 0 for a connection that was there; None if nobody knows.
    """

    _value: Sequence[bytes | Part]

    def __init__(
        self,
        body: Sequence[bytes | Part],
        *,
        scope: asyncio.Timeout,
        timeouts: Timeouts,
        total_deadline: float,
        on_upload: OnUpload | None = None,
        receiving: Receiving,
        connections: Connections | None,
    ) -> None:
        super().__init__(body)
        self._size = _size(body)
        self._scope = scope
        self._timeouts = timeouts
        self._total_deadline = total_deadline
        self._loop = asyncio.get_running_loop()
        self._deadline = inf
        self._timer: asyncio.TimerHandle | None = None
        self._is_answered = False
        self._on_upload = on_upload
        self._receiving = receiving
        self._connections = connections
        self._begun_at = self._loop.time()
        self.connect_seconds: float | None = None
        self._sent_bytes = 0
        self._tell_at = 0.0
        self._transport: asyncio.WriteTransport | None = None
        self.limit: Limit = "total"
        self.sent_at: float | None = None
        self.fault: Exception | None = None
        self.direct: DirectBody | None = None
        if total_deadline < inf:
            self._run("total", None)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The body as text, without its media."""
        return b"".join(part for part in self._value if isinstance(part, bytes)).decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send the body, from limit to limit."""
        self._transport = writer.transport
        if self._connections is not None and writer.transport is not None:
            protocol = writer.transport.get_protocol()
            self.connect_seconds = self._connections.seconds(protocol, since=self._begun_at)
        self.direct = DirectBody.before(writer.transport, self._receiving)
        if self._size is None or self._size >= LONG_BYTES:
            _hold_little(writer.transport)
        self._tell()
        for part in self._value:
            if isinstance(part, bytes):
                await self._send(writer, part)
            else:
                await self._send_part(writer, part)
        self.sent_at = self._run("first_event", self._timeouts.first_event)

    def answered(self) -> float:
        """The answer has begun, and the timeout ends; when the request was sent, as far as it was."""
        self._end()
        return self._loop.time() if self.sent_at is None else self.sent_at

    def abort(self) -> None:
        """Drop the connection at once, with what is still unsent."""
        self._end()
        if self._transport is not None:
            self._transport.abort()

    async def _send_part(self, writer: AbstractStreamWriter, part: Part) -> None:
        from omni_stream.client.ahead import Ahead  # noqa: PLC0415 -- text needs none of it

        with self._at_fault():
            ahead = Ahead(part.pieces(PIECE_BYTES))
        try:
            while piece := await self._read(ahead):
                await self._send(writer, piece)
        finally:
            ahead.close()

    async def _read(self, ahead: Ahead) -> bytes:
        self._run("read", self._timeouts.idle)
        with self._at_fault():
            return await ahead.next()

    async def _send(self, writer: AbstractStreamWriter, content: bytes) -> None:
        for part in (content,) if len(content) <= PART_BYTES else _parts(content):
            self._run("send", self._timeouts.idle)
            await writer.write(part)
            if self._transport is not None and self._transport.is_closing():
                if self.direct is not None:
                    self.direct.step_aside()
                _hear_out(self._transport)
            self._sent_bytes += len(part)
            self._tell()

    def _tell(self) -> None:
        if self._on_upload is None:
            return
        now = self._loop.time()
        if now < self._tell_at and self._sent_bytes != self._size:
            return
        self._tell_at = now + TELL_SECONDS
        with self._at_fault():
            self._on_upload(self._sent_bytes, self._size or 0)

    @contextmanager
    def _at_fault(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.fault = error
            raise

    def _run(self, limit: Limit, seconds: float | None) -> float:
        """Let ``limit`` run from now; when that is."""
        now = self._loop.time()
        if self._is_answered:
            return now
        deadline = inf if seconds is None else now + seconds
        self.limit = limit if deadline < self._total_deadline else "total"
        self._deadline = min(deadline, self._total_deadline)
        if self._deadline < inf and (self._timer is None or self._deadline < self._timer.when()):
            self._arm()
        return now

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._deadline <= self._loop.time():
            self._scope.reschedule(self._deadline)
        elif self._deadline < inf:
            self._arm()

    def _end(self) -> None:
        self._is_answered = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _size(body: Sequence[bytes | Part]) -> int | None:
    """The bytes of ``body``; None where not all of its parts know theirs: it is then sent in chunks."""
    size = 0
    for part in body:
        part_bytes = len(part) if isinstance(part, bytes) else part.size
        if part_bytes is None:
            return None
        size += part_bytes
    return size


def _parts(content: bytes) -> Iterator[memoryview]:
    view = memoryview(content)
    for start in range(0, len(content), PART_BYTES):
        yield view[start : start + PART_BYTES]


def _hold_little(transport: asyncio.WriteTransport | None) -> None:
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # not every system has it
    connection = None if transport is None else transport.get_extra_info("socket")
    if option is not None and connection is not None:
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)


def _hear_out(transport: asyncio.WriteTransport) -> None:
    """Read what a server said before it hung up: asyncio, which could not write, would drop it unread.

    Over TLS it is not readable any more; but there, hanging up takes both sides, and it was read before.
    """
    connection, protocol = transport.get_extra_info("socket"), transport.get_protocol()
    is_tls = transport.get_extra_info("sslcontext") is not None
    if connection is None or is_tls or not isinstance(protocol, asyncio.Protocol):
        return
    with (
        suppress(OSError),
        socket.fromfd(connection.fileno(), connection.family, connection.type) as same,
    ):
        same.setblocking(False)
        protocol.data_received(same.recv(LAST_WORDS_BYTES))
