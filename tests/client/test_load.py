"""Many replies at once, and readers that are slower than the service."""

import asyncio
import gc
import resource
import time
from pathlib import Path

import pytest
from peers import Peer, chat

from omni_stream.client import Client, Timeouts
from omni_stream.errors import ConnectError
from omni_stream.sinks import NullSink


def resident_bytes():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.mark.parametrize("way", ["events", "audio()", "audio().buffered()"])
async def test_a_slow_reader_stops_the_service_and_holds_no_memory(client_of, way):
    """The service would send 200 MB as fast as it can; the reader takes a few frames a moment."""
    piece = chat.audio(chat.PCM * 4)
    total = 200_000_000 // len(piece)

    async def flood(call):
        await call.head()
        for _ in range(total):
            await call.chunk(piece)
        await call.end()

    async with Peer(flood, send_buffer_bytes=64 * 1024) as peer, client_of(peer).ask("hi") as reply:
        if way == "events":
            items = aiter(reply)
        else:
            items = aiter(reply.audio() if way == "audio()" else reply.audio().buffered(0.5))
        await anext(items)
        gc.collect()
        before, taken = resident_bytes(), 0
        began = time.monotonic()
        while time.monotonic() - began < 2:
            for _ in range(3):
                await anext(items)
                taken += len(piece)
            await asyncio.sleep(0.05)
        grown = resident_bytes() - before
        # What was taken, and what two sockets' buffers, aiohttp's and a read hold.
        assert peer.sent_bytes - taken < 16 * 1024 * 1024
        assert peer.sent_bytes < 30_000_000
        assert grown < 16 * 1024 * 1024
    await peer.closed()


async def test_a_reply_that_is_entered_and_not_read_stops_the_service(client_of):
    async def flood(call):
        await call.head()
        while True:
            await call.chunk(chat.audio(chat.PCM * 4))

    async with Peer(flood, send_buffer_bytes=64 * 1024) as peer, client_of(peer).ask("hi"):
        sent = -1
        while sent != peer.sent_bytes:
            sent = peer.sent_bytes
            await asyncio.sleep(0.2)
        assert sent < 16 * 1024 * 1024


async def test_a_hundred_replies_at_once(client_of):
    async def counted(call):
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await call.head()
        for piece in chat.ANSWER:
            await call.chunk(piece)
            await asyncio.sleep(0.001)
        open_now -= 1
        await call.end()

    async def ask():
        async with client.ask("hi") as reply:
            return (await reply.audio().into(NullSink())).seconds

    open_now = most = 0
    async with Peer(counted) as peer:
        client = client_of(peer)
        seconds = await asyncio.gather(*[ask() for _ in range(100)])
        assert seconds == [pytest.approx(0.1)] * 100
        assert most > 20
        most = 0
        client = client_of(peer, max_connections=7)
        await asyncio.gather(*[ask() for _ in range(100)])
        assert most == 7


async def test_waiting_for_a_connection_is_no_connecting(client_of):
    """With one connection the second asker waits longer than `connect`, which does not count it."""

    async def slow(call):
        await asyncio.sleep(0.3)
        await chat.answer(call)

    async def ask():
        async with client.ask("hi") as reply:
            return [event async for event in reply]

    async with Peer(slow) as peer:
        client = client_of(peer, max_connections=1, timeouts=Timeouts(connect=0.2))
        assert len(await asyncio.gather(ask(), ask(), ask())) == 3


async def test_a_hundred_failures_at_once_leave_nothing(client_of):
    async def reset(call):
        await call.head()
        await call.chunk(chat.text("Hi"))
        call.reset()

    async def ask():
        async with client.ask("hi") as reply:
            async for _ in reply:
                pass

    async with Peer(reset) as peer:
        client = client_of(peer)
        failures = await asyncio.gather(*[ask() for _ in range(100)], return_exceptions=True)
        assert {type(failure).__name__ for failure in failures} == {"StreamTruncated"}
        await peer.closed()


def test_clients_come_and_go_without_a_trace():
    async def once():
        async with Client(base_url="http://127.0.0.1:1/v1", retries=0) as client:
            with pytest.raises(ConnectError):
                async with client.ask("hi"):
                    pass

    for _ in range(20):
        asyncio.run(once())
