"""Bodies of bytes and media on their way to servers that take them, do not, or answer early."""

import asyncio
import fcntl
import socket
import struct
import sys
import threading
import time
from contextlib import asynccontextmanager

import aiohttp
import pytest
from canary import CANARY
from peers import Authority, Peer
from torture import cancelled_at_every_await

from omni_stream.client.endpoint import find_endpoint
from omni_stream.client.key import Key
from omni_stream.client.sending import PIECE_BYTES, UNSENT_BYTES
from omni_stream.client.timeouts import Timeouts
from omni_stream.client.transport import Transport
from omni_stream.errors import TimeoutError, UsageError

HEADERS = {"Content-Type": "application/json"}
SIOCOUTQNSD = 0x894B
"""Asks Linux how many bytes of a socket were not sent yet (linux/sockios.h)."""

LONG = 12_000_000
"""More than two sockets hold between them."""


class Film:
    """A medium of `size` bytes; says who reads it, how far it was read, and how often it is open."""

    def __init__(self, size, *, fails_at=None, waits=None):
        self.size = size
        self.fails_at = fails_at
        self.waits = waits
        self.read_bytes = 0
        self.opened = self.closed = 0
        self.threads = set()

    def pieces(self, most_bytes):
        self.opened += 1
        try:
            for start in range(0, self.size, most_bytes):
                self.threads.add(threading.get_ident())
                if self.fails_at is not None and start >= self.fails_at:
                    raise UsageError("the film was cut while it was sent")
                if self.waits is not None:
                    self.waits.wait(5)
                piece = bytes([65 + start // most_bytes % 26]) * min(most_bytes, self.size - start)
                self.read_bytes += len(piece)
                yield piece
        finally:
            self.closed += 1

    @property
    def content(self):
        return b"".join(Film(self.size).pieces(PIECE_BYTES))


@asynccontextmanager
async def transport_to(peer, *, authority=None, sockets=None, **limits):
    """A transport; it adds the sockets that it makes to `sockets`."""

    def make(address):
        made = socket.socket(*address[:3])
        made.setblocking(False)
        if sockets is not None:
            sockets.append(made)
        return made

    endpoint = find_endpoint(key=Key(CANARY), base_url=peer.base_url)
    tls = authority.trusting() if authority else True
    connector = aiohttp.TCPConnector(ssl=tls, socket_factory=make)
    async with aiohttp.ClientSession(connector=connector) as session:
        transport = Transport(endpoint, session=session, timeouts=Timeouts(**limits), max_connections=None)
        yield transport
        await transport.aclose()


async def post(transport, peer, *body, **options):
    response = await transport.post(f"{peer.base_url}/chat/completions", body, HEADERS, **options)
    try:
        return response.status, await response.read()
    finally:
        response.close()


async def taken(call):
    await call.refuse(200, b"taken")


async def left_unread(call):
    await asyncio.sleep(30)


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 -- a test may poll
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("size", [1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 12_345])
async def test_a_body_arrives_as_it_is(size):
    one, two = Film(size), Film(7)
    async with Peer(taken) as peer, transport_to(peer) as transport:
        sent = await post(transport, peer, b'{"a":"', one, b'","b":"', two, b'"}')
        [request] = peer.requests
    assert sent == (200, b"taken")
    assert request.body == b'{"a":"' + one.content + b'","b":"' + two.content + b'"}'
    assert request.headers["content-length"] == str(len(request.body))
    assert "transfer-encoding" not in request.headers
    assert [one.closed, two.closed] == [1, 1]


async def test_media_are_read_in_threads_and_two_pieces_at_most_are_held(monkeypatch):
    monkeypatch.setattr("omni_stream.client.sending.TELL_SECONDS", 0)
    film = Film(LONG)
    async with Peer(left_unread, reads_bodies=False) as peer, transport_to(peer) as transport:
        told = []
        sending = asyncio.create_task(
            post(transport, peer, film, on_upload=lambda *progress: told.append(progress)), name="test_post"
        )
        await peer.called()
        read = -1
        while read != film.read_bytes:
            read = film.read_bytes
            await asyncio.sleep(0.1)
        assert film.read_bytes < LONG
        assert film.read_bytes - told[-1][0] <= 2 * PIECE_BYTES
        sending.cancel()
        await asyncio.wait({sending})
        await until(lambda: film.closed)
    assert threading.get_ident() not in film.threads


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what it holds")
async def test_what_was_sent_is_on_its_way(monkeypatch):
    monkeypatch.setattr("omni_stream.client.sending.TELL_SECONDS", 0)
    sockets = []
    async with (
        Peer(left_unread, reads_bodies=False) as peer,
        transport_to(peer, sockets=sockets) as transport,
    ):
        sending = asyncio.create_task(post(transport, peer, Film(LONG)), name="test_post")
        await peer.called()
        await asyncio.sleep(0.2)
        [used] = sockets
        held = struct.unpack("i", fcntl.ioctl(used, SIOCOUTQNSD, bytes(4)))[0]
        sending.cancel()
        await asyncio.wait({sending})
    assert held <= 2 * UNSENT_BYTES


async def test_progress_is_told_from_nothing_to_all_and_not_too_often():
    async def slowly(call):
        left = int(call.request.headers["content-length"])
        while left:
            left -= len(await call.read())
            await asyncio.sleep(0.002)
        await taken(call)

    told = []
    async with Peer(slowly, reads_bodies=False) as peer, transport_to(peer) as transport:
        began = time.monotonic()
        await post(
            transport, peer, b"12", Film(LONG), b"34", on_upload=lambda *progress: told.append(progress)
        )
        seconds = time.monotonic() - began
    assert told[0] == (0, LONG + 4)
    assert told[-1] == (LONG + 4, LONG + 4)
    assert told == sorted(set(told))
    assert 3 <= len(told) <= 2 + seconds * 20


async def test_who_is_told_may_stop_it():
    film = Film(LONG)

    def tell(sent_bytes, total_bytes):
        if sent_bytes > total_bytes / 4:
            raise BrokenPipeError("nobody looks")

    async with Peer(left_unread, reads_bodies=False) as peer, transport_to(peer) as transport:
        peer_reads = asyncio.create_task(drained(peer), name="test_drained")
        with pytest.raises(BrokenPipeError, match="nobody looks"):
            await post(transport, peer, film, on_upload=tell)
        await until(lambda: film.closed)
        peer_reads.cancel()


async def drained(peer):
    await peer.called()
    while await peer.calls[0].read():
        pass


async def test_a_medium_that_fails_is_told_as_it_is_and_the_connection_dropped():
    film = Film(LONG, fails_at=LONG // 2)

    async def reads(call):
        while await call.read():
            pass

    async with Peer(reads, reads_bodies=False) as peer, transport_to(peer) as transport:
        with pytest.raises(UsageError, match="the film was cut while it was sent"):
            await post(transport, peer, b"{", film, b"}")
        await peer.closed(seconds=1)
    assert film.closed == 1


async def test_a_medium_that_gives_nothing_trips_a_limit_of_its_own():
    film = Film(LONG, waits=threading.Event())
    async with Peer(left_unread, reads_bodies=False) as peer, transport_to(peer, idle=0.2) as transport:
        with pytest.raises(TimeoutError, match=r"nothing of a medium could be read for 0\.2 s"):
            await post(transport, peer, film)
        assert film.closed == 0  # it is still being read, and closed by who reads it
        film.waits.set()
        await until(lambda: film.closed == 1)
        await peer.closed(seconds=1)


async def test_a_server_that_takes_nothing_trips_the_limit():
    async with Peer(left_unread, reads_bodies=False) as peer, transport_to(peer, idle=0.2) as transport:
        with pytest.raises(TimeoutError, match=r"took no byte of the request for 0\.2 s"):
            await post(transport, peer, film := Film(LONG))
        await until(lambda: film.closed == 1)


async def test_a_server_that_takes_it_slowly_does_not():
    async def slowly(call):
        left = int(call.request.headers["content-length"])
        while left:
            left -= len(await call.read(1_000_000))
            await asyncio.sleep(0.05)
        await taken(call)

    async with Peer(slowly, reads_bodies=False) as peer, transport_to(peer, idle=1) as transport:
        began = time.monotonic()
        assert await post(transport, peer, Film(LONG)) == (200, b"taken")
        assert time.monotonic() - began > 1


async def and_go(call):
    await call.refuse(413, b"too large")
    call.keeps_open = False


async def and_leave_it_unread(call):
    await call.refuse(413, b"too large")
    await call.gone()


async def after_some_of_it(call):
    for _ in range(40):
        await call.read()
    await call.refuse(413, b"too large")
    await call.gone()


async def after_some_of_it_and_go(call):
    for _ in range(40):
        await call.read()
    await and_go(call)


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("script", [and_go, and_leave_it_unread, after_some_of_it, after_some_of_it_and_go])
async def test_an_answer_that_comes_early_is_the_answer(script, tls):
    authority = Authority()
    async with (
        Peer(script, reads_bodies=False, tls=authority.server() if tls else None) as peer,
        transport_to(peer, authority=authority if tls else None) as transport,
    ):
        for _ in range(20):
            film = Film(LONG)
            assert await post(transport, peer, film) == (413, b"too large")
            await until(lambda film=film: film.opened == film.closed)


async def test_an_answer_is_read_while_the_body_is_still_sent():
    async def at_once(call):
        await call.head()
        await call.chunk(b"one ")
        left = int(call.request.headers["content-length"])
        while left:
            left -= len(await call.read())
        await call.chunk(b"two")
        await call.end()

    film = Film(LONG)
    async with Peer(at_once, reads_bodies=False) as peer, transport_to(peer) as transport:
        response = await transport.post(f"{peer.base_url}/chat/completions", [film], HEADERS)
        assert await response.read() == b"one "
        assert await response.read() == b"two"
        response.close()


async def test_cancelled_at_any_await_nothing_is_left():
    films = []

    async def reads(call):
        left = int(call.request.headers["content-length"])
        while left and (read := await call.read()):
            left -= len(read)
        await taken(call)

    async with Peer(reads, reads_bodies=False) as peer, transport_to(peer) as transport:

        async def send():
            films.append(Film(3 * PIECE_BYTES))
            await post(transport, peer, b"{", films[-1], b"}")

        async def check():
            await until(lambda: films[-1].opened == films[-1].closed)

        assert await cancelled_at_every_await(send, check) >= 2
        await transport.aclose()
