"""Whoever leaves early, however, leaves nothing behind."""

import asyncio
import time

import aiohttp
import anyio
import pytest
from canary import CANARY
from peers import Authority, Peer, chat
from torture import cancelled_at_every_await

from omni_stream.client import Timeouts
from omni_stream.errors import ConnectError, UsageError
from omni_stream.events import TextDelta
from omni_stream.sinks import NullSink

CLOSED_WITHIN = 1.0
"""Seconds until a peer sees the connection closed; 0.1 s is promised, the rest is a busy machine's."""


async def endless(call):
    await call.head()
    while True:
        await call.chunk(chat.text("na "))
        await call.chunk(chat.audio(chat.PCM))
        await asyncio.sleep(0.001)


async def in_steps(call):
    """A whole answer with a pause before each piece, so that there is much to wait for."""
    await call.head()
    for piece in chat.ANSWER:
        await asyncio.sleep(0.002)
        await call.chunk(piece[:10])
        await asyncio.sleep(0.002)
        await call.chunk(piece[10:])
    await asyncio.sleep(0.002)
    await call.end()


class StoppedError(Exception):
    pass


async def leave_by_break(reply):
    async for _ in reply:
        break


async def leave_by_break_of_a_pipeline(reply):
    async for _ in reply.audio():
        break


async def leave_by_error(reply):
    async for _ in reply.decoded():
        raise StoppedError


async def leave_unread(reply):
    pass


async def leave_by_break_behind_a_buffer(reply):
    async for _ in reply.audio().buffered(0.5):
        break


@pytest.mark.parametrize(
    "leave",
    [
        leave_by_break,
        leave_by_break_of_a_pipeline,
        leave_by_error,
        leave_unread,
        leave_by_break_behind_a_buffer,
    ],
)
async def test_the_connection_is_closed_at_once(client_of, leave):
    async with Peer(endless) as peer:
        client = client_of(peer)
        try:
            async with client.ask("hi") as reply:
                await leave(reply)
                began = time.monotonic()
        except StoppedError:
            began = time.monotonic()
        await peer.closed(seconds=CLOSED_WITHIN)
        assert time.monotonic() - began < CLOSED_WITHIN
        assert "0 replies open" in repr(client)


async def test_over_tls_too(client_of):
    authority = Authority()
    connector = aiohttp.TCPConnector(ssl=authority.trusting())
    async with (
        Peer(endless, tls=authority.server()) as peer,
        aiohttp.ClientSession(connector=connector) as session,
    ):
        async with client_of(peer, api_key=CANARY, session=session).ask("hi") as reply:
            await leave_by_break(reply)
            began = time.monotonic()
        assert time.monotonic() - began < CLOSED_WITHIN
        await peer.closed(seconds=CLOSED_WITHIN)


async def test_a_users_stage_is_closed_by_leaving_the_reply(client_of):
    closed = []

    async def stage(frames):
        try:
            async for frame in frames:
                yield frame
        finally:
            closed.append("stage")

    async with Peer(endless) as peer, client_of(peer).ask("hi") as reply:
        async for _ in reply.audio().through(stage):
            break
        assert closed == []
    assert closed == ["stage"]


@pytest.mark.parametrize("scope", ["asyncio", "anyio"])
async def test_a_time_limit_of_the_callers_own_closes_it(client_of, scope):
    async with Peer(endless) as peer:
        client = client_of(peer)
        began = time.monotonic()
        limit = asyncio.timeout(0.1) if scope == "asyncio" else _fail_after(0.1)
        with pytest.raises(TimeoutError):
            await within(limit, frames_of(client))
        await peer.closed(seconds=CLOSED_WITHIN)
        assert time.monotonic() - began < 0.1 + CLOSED_WITHIN


async def within(limit, reading):
    async with limit:
        await reading


class _fail_after:  # noqa: N801 -- anyio's, as an async context manager
    def __init__(self, seconds):
        self._scope = anyio.fail_after(seconds)

    async def __aenter__(self):
        self._scope.__enter__()

    async def __aexit__(self, *error):
        return self._scope.__exit__(*error)


@pytest.mark.parametrize("wait", ["before the head", "before the first event", "between two events"])
async def test_cancelling_a_wait_closes_it(client_of, wait):
    arrived = asyncio.Event()

    async def stalling(call):
        if wait != "before the head":
            await call.head()
        if wait == "between two events":
            await call.chunk(chat.text("Hi"))
        arrived.set()
        await call.gone()

    async def ask(client):
        async with client.ask("hi") as reply:
            async for _ in reply:
                pass

    async with Peer(stalling) as peer:
        task = asyncio.create_task(ask(client_of(peer)), name="test_ask")
        await arrived.wait()
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        await peer.closed(seconds=CLOSED_WITHIN)


async def test_cancelling_the_wait_for_one_item_loses_nothing(client_of):
    async with Peer(in_steps) as peer, client_of(peer).ask("hi") as reply:
        events, got = aiter(reply), []
        while True:
            try:
                got.append(await asyncio.wait_for(anext(events), 0.001))
            except TimeoutError:
                continue
            except StopAsyncIteration:
                break
    assert got[:2] == [TextDelta("Hel"), TextDelta("lo")]
    assert len(got) == 5


async def events_of(client):
    async with client.ask("hi") as reply:
        async for _ in reply:
            await asyncio.sleep(0)


async def frames_of(client):
    async with client.ask("hi") as reply, NullSink() as sink:
        await reply.audio().into(sink)


async def buffered_frames_of(client):
    async with client.ask("hi") as reply:
        await reply.audio().buffered(0.2).into(NullSink())


async def first_text_of(client):
    async with client.ask("hi") as reply:
        async for _ in reply.text():
            break


@pytest.mark.parametrize("use", [events_of, frames_of, buffered_frames_of, first_text_of])
async def test_cancelled_at_any_await_nothing_is_left(client_of, use):
    async def checked():
        assert "0 replies open" in repr(client)
        async with asyncio.timeout(5):  # the only connection is free again
            async with client.ask("hi") as reply:
                assert len([frame async for frame in reply.audio()]) == 1

    async with Peer(in_steps) as peer:
        client = client_of(peer, max_connections=1, retries=0)
        awaits = await cancelled_at_every_await(lambda: use(client), checked)
        assert awaits >= 4
        await client.aclose()
        await peer.closed(seconds=CLOSED_WITHIN)


async def test_cancelled_at_any_await_of_retrying_nothing_is_left(client_of, quick_retries):
    async def busy(call):
        await call.refuse(503, b'{"error":"busy"}')

    async def use():
        with pytest.raises(Exception, match="busy"):
            async with client.ask("hi"):
                pass

    async def checked():
        assert "0 replies open" in repr(client)

    async with Peer(busy) as peer:
        client = client_of(peer, max_connections=1, retries=1)
        assert await cancelled_at_every_await(use, checked) >= 4


class TestClosingTheClient:
    async def test_it_closes_the_replies_that_are_open(self, client_of):
        async with Peer(endless) as peer:
            client = client_of(peer)
            replies = [await client.ask("hi").__aenter__() for _ in range(3)]
            await client.aclose()
            await peer.closed(seconds=CLOSED_WITHIN)
            assert all("closed" in repr(reply) for reply in replies)

    async def test_a_task_that_reads_is_told(self, client_of):
        async def read():
            async with client.ask("hi") as reply:
                async for _ in reply:
                    pass

        async def stalling(call):
            await call.head()
            await call.chunk(chat.text("Hi"))
            await call.gone()

        async with Peer(stalling) as peer:
            client = client_of(peer)
            task = asyncio.create_task(read(), name="test_read")
            await peer.called()
            await asyncio.sleep(0.05)
            await client.aclose()
            with pytest.raises(UsageError, match="closed before its end"):
                await task

    async def test_a_task_that_is_being_answered_is_told(self, client_of):
        async def ask():
            async with client.ask("hi"):
                pytest.fail("it was entered")

        async def silent(call):
            await call.gone()

        async with Peer(silent) as peer:
            client = client_of(peer, retries=0, timeouts=Timeouts(first_event=2))
            task = asyncio.create_task(ask(), name="test_ask")
            await peer.called()
            await client.aclose()
            with pytest.raises((UsageError, ConnectError)):
                await task
            await peer.closed(seconds=CLOSED_WITHIN)

    async def test_a_session_that_was_given_stays_open(self, client_of):
        async with Peer(chat.answer) as peer, aiohttp.ClientSession() as session:
            for _ in range(2):
                client = client_of(peer, session=session)
                async with client, client.ask("hi") as reply:
                    async for _ in reply:
                        pass
            assert not session.closed
            assert peer.connections == 1
