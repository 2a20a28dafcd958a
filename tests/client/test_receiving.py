"""Connections that are polled: read together, each as if it were alone."""

import asyncio
import contextvars
import gc
import os
import resource
import socket
import sys
from pathlib import Path

import pytest
from peers import Authority, Peer, chat

from omni_stream._native import ChunkedReceiver, Space, Waiter
from omni_stream.client import Client
from omni_stream.errors import StreamTruncated

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has epoll; elsewhere see test_direct"
)


@pytest.fixture(autouse=True)
def _polled_at_once(monkeypatch):
    monkeypatch.setattr("omni_stream.client.direct.WAITS_ALONE", 0)


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def is_polled(reply):
    return not reply._incoming.response._direct._transport.is_reading()


class Told:
    """A script that tells pieces of text when it is asked to."""

    def __init__(self):
        self._pieces = asyncio.Queue()

    async def __call__(self, call):
        await call.head()
        while (piece := await self._pieces.get()) is not None:
            await call.chunk(chat.text(piece))
        await call.chunk(chat.STOP + chat.DONE)
        await call.end()

    def tell(self, *pieces):
        for piece in pieces:
            self._pieces.put_nowait(piece)


async def test_sessions_that_wait_are_read_together_and_each_gets_its_own(client_of):
    scripts = [Told() for _ in range(70)]  # more than are read in one turn
    async with Peer(*scripts) as peer:
        client = client_of(peer)

        async def listen(script):
            async with client.ask("hi") as reply:
                pieces = []
                async for piece in reply.text():
                    pieces.append(piece)
                    polled.append(is_polled(reply))
                return "".join(pieces)

        polled = []
        listening = []
        for number, script in enumerate(scripts):
            listening.append(asyncio.create_task(listen(script)))
            script.tell(f"{number}:")
            await peer_has(peer, number + 1)
        for turn in range(5):
            for number, script in enumerate(scripts):
                script.tell(f" {number}-{turn}")
            await asyncio.sleep(0.02)
        for script in scripts:
            script.tell(None)
        heard = await asyncio.gather(*listening)
    expected = [f"{n}:" + "".join(f" {n}-{turn}" for turn in range(5)) for n in range(len(scripts))]
    assert heard == expected
    assert sum(polled) > len(polled) / 2


async def peer_has(peer, calls):
    while len(peer.calls) < calls:  # noqa: ASYNC110 -- a test may poll
        await asyncio.sleep(0)


async def test_one_that_breaks_off_is_truncated_and_the_others_go_on(client_of):
    told = Told()

    async def breaks(call):
        await call.head()
        await call.chunk(chat.text("a"))
        await asyncio.sleep(0.05)
        await call.chunk(chat.text("b"))
        await asyncio.sleep(0.05)
        call.reset()

    async with Peer(breaks, told) as peer:
        client = client_of(peer)
        told.tell("c")
        async with client.ask("hi") as broken, client.ask("hi") as whole:
            words = aiter(whole.text())
            assert await anext(words) == "c"
            waiting = asyncio.create_task(anext(words))
            pieces = aiter(broken.text())
            assert [await anext(pieces), await anext(pieces)] == ["a", "b"]
            with pytest.raises(StreamTruncated) as truncated:
                await anext(pieces)
            assert truncated.value.partial.text == "ab"
            told.tell("d", None)
            assert await waiting == "d"


async def test_a_cancel_while_it_waits_loses_nothing_and_keeps_its_message(client_of):
    told = Told()
    told.tell("a")
    async with Peer(told) as peer, client_of(peer).ask("hi") as reply:
        events = aiter(reply)
        assert (await anext(events)).text == "a"
        waiting = asyncio.create_task(anext(events))
        await asyncio.sleep(0.02)
        assert is_polled(reply)
        waiting.cancel("enough")
        with pytest.raises(asyncio.CancelledError, match="enough"):
            await waiting
        told.tell("b", None)
        assert (await anext(events)).text == "b"


async def test_who_is_cancelled_by_one_that_was_read_with_it_is_cancelled_and_loses_nothing(client_of):
    told = [Told(), Told()]
    async with Peer(*told) as peer:
        client = client_of(peer)
        for script in told:
            script.tell("a")
        async with client.ask("hi") as first, client.ask("hi") as second:
            events = [aiter(first), aiter(second)]
            for each in events:
                assert (await anext(each)).text == "a"
            waiting = []

            async def wait_and_cancel(mine):
                event = await anext(events[mine])
                waiting[1 - mine].cancel()
                return event

            waiting += [asyncio.create_task(wait_and_cancel(each)) for each in (0, 1)]
            await asyncio.sleep(0.02)
            for script in told:
                script.tell("b", None)
            outcomes = await asyncio.gather(*waiting, return_exceptions=True)
            for each, found in zip(events, outcomes, strict=True):
                event = await anext(each) if isinstance(found, asyncio.CancelledError) else found
                assert event.text == "b"


async def test_over_tls_it_is_left_to_the_event_loop(client_of):
    import aiohttp  # noqa: PLC0415 -- one test

    authority, told = Authority(), Told()
    told.tell("a")
    async with (
        Peer(told, tls=authority.server("127.0.0.1")) as peer,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=authority.trusting())) as session,
        client_of(peer, session=session).ask("hi") as reply,
    ):
        words = aiter(reply.text())
        assert await anext(words) == "a"
        waiting = asyncio.create_task(anext(words))
        await asyncio.sleep(0.02)
        assert not is_polled(reply)
        told.tell("b", None)
        assert await waiting == "b"


async def test_where_the_system_has_no_more_descriptors_the_event_loop_reads_on(client_of, monkeypatch):
    monkeypatch.setattr("omni_stream.client.direct.WAITS_ALONE", 1000)
    told = Told()
    told.tell("a")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with Peer(told) as peer, client_of(peer).ask("hi") as reply:
        words = aiter(reply.text())
        assert await anext(words) == "a"
        free = os.dup(0)
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, limits[1]))
        try:
            reply._incoming.response._direct.join()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        assert not is_polled(reply)
        told.tell("b", None)
        assert await anext(words) == "b"


async def test_a_closed_client_leaves_no_descriptor():
    told = Told()
    told.tell("a")
    async with Peer(told) as peer:
        gc.collect()
        before = descriptors()
        async with Client(base_url=peer.base_url, retries=0) as client, client.ask("hi") as reply:
            words = aiter(reply.text())
            assert await anext(words) == "a"
            waiting = asyncio.create_task(anext(words))
            await asyncio.sleep(0.02)
            assert is_polled(reply)
            waiting.cancel()
            await asyncio.wait({waiting})
        told.tell("b", None)
        await peer.closed()
        assert descriptors() <= before


async def test_a_waiter_is_awaited_again_and_again():
    waiter = Waiter(asyncio.get_running_loop())
    kept = contextvars.ContextVar("kept", default=0)
    seen = []

    async def wait():
        kept.set(1)
        for _ in range(3):
            waiter.begin()
            await waiter
            seen.append(kept.get())

    task = asyncio.create_task(wait())
    for count in range(3):
        await asyncio.sleep(0)
        assert (len(seen), waiter.done()) == (count, False)
        waiter.end()
        assert waiter.done()
        await asyncio.sleep(0)
    await task
    assert seen == [1, 1, 1]
    await waiter  # which is done, and holds nobody up
    waiter.end()


async def test_a_waiter_has_one_who_waits():
    waiter = Waiter(asyncio.get_running_loop())
    waiter.begin()

    async def wait():
        await waiter

    first, second = asyncio.create_task(wait()), asyncio.create_task(wait())
    with pytest.raises(RuntimeError, match="awaited already"):
        await second
    assert first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


class Bare(ChunkedReceiver):
    """A receiver of a body whose head has come."""

    def join(self):
        """It is polled by the test."""


async def test_an_interrupt_of_one_leaves_the_others_to_the_event_loop():
    from omni_stream._native import Polling  # noqa: PLC0415 -- there is none elsewhere

    loop, space = asyncio.get_running_loop(), Space(1024)
    polling, ran, pairs = Polling(space), [], [socket.socketpair() for _ in range(3)]

    def run(waiter):
        ran.append(waiter)
        if len(ran) == 1:
            raise KeyboardInterrupt

    try:
        for ours, theirs in pairs:
            receiver = Bare(space, memoryview(space), loop, most_held_bytes=1024, waits_alone=0)
            receiver.begin()
            polling.add(ours.fileno(), receiver)
            receiver.waiter().add_done_callback(run)
            theirs.sendall(b"3\r\nabc\r\n")
        with pytest.raises(KeyboardInterrupt):
            polling.turn()
        assert len(ran) == 1
        await asyncio.sleep(0)
        assert len(set(map(id, ran))) == 3
    finally:
        for pair in pairs:
            for end in pair:
                end.close()
