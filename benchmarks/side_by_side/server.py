"""A server that costs next to nothing: bytes made beforehand, as fast as they are taken.

Any POST to ``http://127.0.0.1:PORT/EVENTS/...`` is answered by a reply of so many audio events,
each an HTTP chunk, on a connection that is kept open; to ``/tEVENTS/...`` by so many of text.  To
``/pEVENTS/...`` the audio events come at the pace of speech, one every 100 ms, each with the time at
which it was written in its first samples.  Other replies that run at once are sent in turn,
some events each.  So the server keeps ahead of a lone client too.  A client that catches up waits for
every next event, which costs it more than to decode one, and a slower client would gain by that.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from side_by_side.cores import go_first, pin
from side_by_side.files import allow_many_files
from side_by_side.pacing import PacedReply, Pacing
from side_by_side.reply import as_chunk, spoken_reply, told_reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

MAX_EVENTS = 10_000
"""17 minutes of speech: what one request may ask for."""

MAX_REQUEST_BYTES = 1 << 20
"""A prompt is short: more is not what this server is for."""

BACKLOG = 4096
"""All sessions of a measurement may connect at once."""

EVENTS_A_WRITE = 8
"""54 KB, which a socket takes at once: one by one they would cost the server more than some clients."""

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=UTF-8\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
)
_REFUSAL = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_REQUEST = re.compile(rb"POST /([tp]?)(\d+)/\S* HTTP/1\.1\r\n")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked\r\n", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"


@cache
def _writes(kind: bytes, events: int) -> list[bytes]:
    reply = told_reply(events) if kind == b"t" else spoken_reply(events)
    chunks = [as_chunk(content) for content in reply.writes()]
    joined = [b"".join(chunks[at : at + EVENTS_A_WRITE]) for at in range(0, len(chunks), EVENTS_A_WRITE)]
    return [HEAD, *joined, _LAST_CHUNK]


class _Turns:
    """Lets each reply that has something to send write once, and again."""

    def __init__(self) -> None:
        self._ready: dict[_Exchange, None] = {}
        self._loop = asyncio.get_running_loop()

    def add(self, exchange: _Exchange) -> None:
        if not self._ready:
            self._loop.call_soon(self._take)
        self._ready[exchange] = None

    def remove(self, exchange: _Exchange) -> None:
        self._ready.pop(exchange, None)

    def _take(self) -> None:
        for exchange in list(self._ready):
            exchange.write_next()
        if self._ready:
            self._loop.call_soon(self._take)


class _Exchange(asyncio.Protocol):
    """One connection: requests and their replies, one after the other."""

    def __init__(self, turns: _Turns, pacing: Pacing) -> None:
        self._turns = turns
        self._pacing = pacing
        self._paced: PacedReply | None = None
        self._request = b""
        self._left: Iterator[bytes] = iter(())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._turns.remove(self)
        if self._paced is not None:
            self._pacing.remove(self._paced)

    def data_received(self, data: bytes) -> None:
        self._request += data
        head, blank, body = self._request.partition(b"\r\n\r\n")
        if not blank and len(head) <= MAX_REQUEST_BYTES:
            return
        request = _REQUEST.match(head)
        if request is None or not 1 <= int(request[2]) <= MAX_EVENTS or len(body) > MAX_REQUEST_BYTES:
            self._transport.write(_REFUSAL)
            self._transport.close()
        elif _is_whole(head + b"\r\n", body):
            self._request = b""
            if request[1] == b"p":
                self._paced = PacedReply(self._transport, int(request[2]), head=HEAD, tail=_LAST_CHUNK)
                self._pacing.add(self._paced)
                return
            self._left = iter(_writes(request[1], int(request[2])))
            self._turns.add(self)

    def pause_writing(self) -> None:
        self._turns.remove(self)

    def resume_writing(self) -> None:
        self._turns.add(self)

    def write_next(self) -> None:
        content = next(self._left, None)
        if content is None:
            self._turns.remove(self)
        else:
            self._transport.write(content)


def _is_whole(head: bytes, body: bytes) -> bool:
    if _CHUNKED.search(head):
        return body.endswith(_LAST_CHUNK)
    length = _LENGTH.search(head)
    return len(body) >= (int(length[1]) if length else 0)


async def _listen(port: int) -> asyncio.Server:
    turns, pacing = _Turns(), Pacing()
    return await asyncio.get_running_loop().create_server(
        lambda: _Exchange(turns, pacing), "127.0.0.1", port, backlog=BACKLOG
    )


async def _serve_until_hung_up(line: Connection) -> None:
    async with await _listen(0) as server:
        line.send(server.sockets[0].getsockname()[1])
        hung_up = asyncio.Event()
        asyncio.get_running_loop().add_reader(line.fileno(), hung_up.set)
        await hung_up.wait()


def _run(line: Connection, core: int | None) -> None:
    pin(core)
    go_first()
    allow_many_files()
    asyncio.run(_serve_until_hung_up(line))


@contextmanager
def running_server(core: int | None) -> Iterator[str]:
    """A server in a process of its own, on ``core``, that ends with this block; its address."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    server = spawning.Process(target=_run, args=(theirs, core), name="benchmark server", daemon=True)
    server.start()
    theirs.close()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        ours.close()
        server.join(5)


async def serve_forever(port: int) -> None:
    """Serve at ``port``, 0 for a free one, and print the address, until it is cancelled."""
    async with await _listen(port) as server:
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/EVENTS/v1", flush=True)
        await server.serve_forever()
