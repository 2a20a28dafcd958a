"""A loopback server that answers each request by a script."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from peers.call import Call, Request

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable
    from types import TracebackType

    Script = Callable[[Call], Awaitable[object]]
else:
    Script = object


class Peer:
    """An HTTP/1.1 server of scripts.

    Args:
        scripts: The answer to the first request, to the second, and so on; the last answers all
            that follow.
        tls: A server-side context, for https.
        send_buffer_bytes: The socket's send buffer, where a test counts what a client takes.
        reads_bodies: Whether a request's body is read before its script runs; else the script does it
            with `call.read`, and on the request it is empty.

    Attributes:
        requests: Every request that was read, in order.
        calls: Their answers.
        connections: How many connections were accepted.
        open_connections: How many are open.
    """

    def __init__(
        self,
        *scripts: Script,
        tls: ssl.SSLContext | None = None,
        send_buffer_bytes: int | None = None,
        reads_bodies: bool = True,
    ) -> None:
        self._scripts = scripts
        self._tls = tls
        self._send_buffer_bytes = send_buffer_bytes
        self._reads_bodies = reads_bodies
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[Request] = []
        self.calls: list[Call] = []
        self.connections = 0
        self.open_connections = 0

    @property
    def port(self) -> int:
        """The port of 127.0.0.1."""
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    @property
    def base_url(self) -> str:
        """What a client is given."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def sent_bytes(self) -> int:
        """Bytes written to all connections."""
        return sum(call.sent_bytes for call in self.calls)

    async def called(self, *, seconds: float = 5.0) -> None:
        """Wait until a request has come."""
        async with asyncio.timeout(seconds):
            while not self.calls:  # noqa: ASYNC110 -- a test may poll
                await asyncio.sleep(0.001)

    async def closed(self, *, seconds: float = 5.0) -> None:
        """Wait until no connection is open."""
        async with asyncio.timeout(seconds):
            while self.open_connections:  # noqa: ASYNC110 -- a test may poll
                await asyncio.sleep(0.001)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls, backlog=512)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._send_buffer_bytes is not None:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._send_buffer_bytes)
            writer.transport.set_write_buffer_limits(high=self._send_buffer_bytes)
        number, self.connections = self.connections, self.connections + 1
        self.open_connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answer(number, reader, writer):
                    pass
        finally:
            self.open_connections -= 1
            writer.transport.close()

    async def _answer(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read a request and answer it; whether another may follow on the connection."""
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0)) if self._reads_bodies else 0
        body = await reader.readexactly(length)
        method, target, _ = first.split(" ")
        call = Call(Request(method, target, headers, body, number), reader, writer)
        script = self._scripts[min(len(self.calls), len(self._scripts) - 1)]
        self.requests.append(call.request)
        self.calls.append(call)
        await script(call)
        return call.keeps_open
