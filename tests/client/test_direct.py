"""The direct way to a body gives what aiohttp's own gives, whatever a server sends and however it is cut."""

import asyncio
import gzip
import random
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peers import Authority, Peer, chat

from omni_stream.client import Client, Timeouts
from omni_stream.client.direct import HELD_BYTES, WAITS_ALONE, DirectBody
from omni_stream.errors import OmniStreamError, StreamTruncated

EVENTS = (
    chat.ROLE,
    chat.text("one "),
    chat.audio(chat.PCM),
    chat.text("two"),
    chat.audio(chat.PCM[:333]),
    chat.audio(chat.PCM[333:]),
    chat.STOP,
    chat.usage(),
    chat.DONE,
)
PLAIN_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
BODY = b"".join(EVENTS)


def chunk(content, *, size=b"%x", end=b"\r\n", extension=b""):
    return size % len(content) + extension + b"\r\n" + content + end


CHUNKED = b"".join(map(chunk, EVENTS))
LAST = b"0\r\n\r\n"


def head(*fields, status=b"200 OK", version=b"HTTP/1.1"):
    lines = [version + b" " + status, b"Content-Type: text/event-stream", *fields]
    return b"\r\n".join([*lines, b"", b""])


ANSWERS = {
    "plain": PLAIN_HEAD + CHUNKED + LAST,
    "upper case": head(b"TRANSFER-ENCODING: Chunked") + b"".join(chunk(e, size=b"%X") for e in EVENTS) + LAST,
    "zeros before sizes": PLAIN_HEAD + b"".join(chunk(event, size=b"%08x") for event in EVENTS) + LAST,
    "lines that end in LF": PLAIN_HEAD + b"".join(chunk(event, end=b"\n") for event in EVENTS) + LAST,
    "extensions": PLAIN_HEAD + b"".join(chunk(e, extension=b";a=b") for e in EVENTS) + b"0;c\r\n\r\n",
    "an extension in the middle": PLAIN_HEAD
    + b"".join(map(chunk, EVENTS[:3]))
    + b"".join(chunk(e, extension=b" ;a") for e in EVENTS[3:])
    + LAST,
    "spaces behind sizes": PLAIN_HEAD + b"".join(chunk(e, extension=b"  ") for e in EVENTS) + LAST,
    "trailers": PLAIN_HEAD + CHUNKED + b"0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n",
    "trailers announced": head(b"Transfer-Encoding: chunked", b"Trailer: X-Sum")
    + CHUNKED
    + b"0\r\nX-Sum: 1\r\n\r\n",
    "a length": head(b"Content-Length: %d" % len(BODY)) + BODY,
    "no length": head(b"Connection: close") + BODY,
    "the old version": head(version=b"HTTP/1.0") + BODY,
    "compressed": head(b"Transfer-Encoding: chunked", b"Content-Encoding: gzip")
    + chunk(gzip.compress(BODY))
    + LAST,
    "an interim answer before": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    + PLAIN_HEAD
    + CHUNKED
    + LAST,
    "a head of bare LF": PLAIN_HEAD.replace(b"\r\n", b"\n") + CHUNKED + LAST,
    "another success": head(b"Transfer-Encoding: chunked", status=b"203 Other") + CHUNKED + LAST,
    "a fold in the head": head(b"Transfer-Encoding: chunked", b"X-Long: a\r\n b") + CHUNKED + LAST,
    "two codings": head(b"Transfer-Encoding: gzip, chunked") + CHUNKED + LAST,
    "a length beside it": head(b"Transfer-Encoding: chunked", b"Content-Length: 5") + CHUNKED + LAST,
    "cut in a chunk": PLAIN_HEAD + CHUNKED[:-300],
    "cut in a size": PLAIN_HEAD + CHUNKED + b"1f",
    "cut behind a chunk": PLAIN_HEAD + CHUNKED[: -len(chunk(chat.DONE)) - 1],
    "cut before the last chunk": PLAIN_HEAD + CHUNKED,
    "cut in the last chunk": PLAIN_HEAD + CHUNKED + b"0\r\n",
    "nothing": PLAIN_HEAD,
    "an empty body": PLAIN_HEAD + LAST,
    "events behind the end mark": PLAIN_HEAD + CHUNKED + chunk(chat.text("three")) + LAST,
    "an error in the stream": PLAIN_HEAD
    + chunk(EVENTS[1])
    + chunk(chat.event({"error": {"message": "no"}}))
    + LAST,
    "broken JSON": PLAIN_HEAD + chunk(EVENTS[1]) + chunk(b"data: {oops\n\n") + CHUNKED + LAST,
    "a refusal": head(b"Transfer-Encoding: chunked", status=b"400 Bad Request")
    + chunk(b'{"error":{}}')
    + LAST,
}

TOLD = PLAIN_HEAD + chunk(EVENTS[1])
BROKEN = {
    "no size": TOLD + b"oops\r\n" + CHUNKED,
    "a size that is too large": TOLD + b"ffffffffffffffffff\r\n" + CHUNKED,
    "a size that is too small": TOLD + b"2\r\n" + EVENTS[3] + b"\r\n",
}


@pytest.fixture(autouse=True, params=[0, WAITS_ALONE], ids=["polled", "alone at first"])
def _polled_after_so_many_waits(request, monkeypatch):
    monkeypatch.setattr("omni_stream.client.direct.WAITS_ALONE", request.param)


def answering(answer, cuts=(), *, seconds=0.0):
    """A script that writes ``answer`` in pieces, each of which is likely to be read by itself."""

    async def script(call):
        for start, end in zip((0, *cuts), (*cuts, len(answer)), strict=True):
            await call.write(answer[start:end])
            await asyncio.sleep(seconds)
        call.keeps_open = answer.endswith(LAST)

    return script


async def outcome(answer, cuts=(), *, way="decoded", is_direct=True, record=None):
    """What a client makes of it: items, error, and what it knows; and whether the connection serves again."""
    items, error = [], None
    patched = pytest.MonkeyPatch()
    if not is_direct:
        patched.setattr(DirectBody, "before", lambda *_: None)
    script = answering(answer, cuts)
    limits = Timeouts(connect=5, first_event=5, idle=5, content_idle=5, total=20)
    with patched.context():
        async with Peer(script) as peer, Client(base_url=peer.base_url, retries=0, timeouts=limits) as client:
            reply = client.ask("hi", record=record)
            try:
                async with reply:
                    async for item in reply if way == "events" else getattr(reply, way)():
                        items.append(item)  # noqa: PERF401 -- what came before an error is kept
            except OmniStreamError as raised:
                error = type(raised), str(raised).replace(str(peer.port), "PORT"), raised.partial
            with suppress(OmniStreamError):
                async with client.ask("again") as again:
                    await again.text().aclose()
            connections = peer.connections
    patched.undo()
    items = [bytes(item) if hasattr(item, "samples") else item for item in items]
    return items, error, reply.partial, reply.stats, reply.status, reply.finish_reason, connections


@pytest.mark.parametrize("name", ANSWERS)
async def test_any_answer_is_read_as_aiohttp_reads_it(name):
    answer = ANSWERS[name]
    noise = random.Random(name)
    cuts = sorted(noise.sample(range(1, len(answer)), 5))
    for at in ((), (len(PLAIN_HEAD),), cuts):
        for way in ("decoded", "events"):
            assert await outcome(answer, at, way=way) == await outcome(answer, at, way=way, is_direct=False)


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("cut", [0, len(TOLD) + 1])
async def test_what_came_before_broken_framing_is_given_even_where_aiohttp_would_lose_it(name, cut):
    items, error, partial, *_ = await outcome(BROKEN[name], (cut,) if cut else ())
    assert ([item.text for item in items], partial.text) == (["one "], "one ")
    assert error[0] is StreamTruncated


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(1, 4000), min_size=1, max_size=30),
    cuts=st.sets(st.integers(1, len(CHUNKED)), max_size=6),
    ending=st.sampled_from([LAST, b"0\r\nA: b\r\n\r\n", b"", b"0\r\n", b"5;x\r\nabcde\r\n" + LAST]),
)
def test_any_chunks_in_any_pieces_are_read_as_aiohttp_reads_them(sizes, cuts, ending):
    rest, chunks = BODY, []
    for size in sizes:
        chunks.append(chunk(rest[:size]) if rest[:size] else b"")
        rest = rest[size:]
    answer = PLAIN_HEAD + b"".join(chunks) + (chunk(rest) if rest else b"") + ending
    at = sorted(cut for cut in cuts if cut < len(answer))

    async def both():
        return [await outcome(answer, at, is_direct=is_direct) for is_direct in (True, False)]

    direct, plain = asyncio.run(both())
    assert direct == plain


class Taken:
    """A record of what came."""

    def __init__(self):
        self.content = b""
        self.ended = False

    def begin(self, status, headers):
        assert status == 200
        assert headers["Transfer-Encoding"] == "chunked"

    def write(self, content, at_seconds):
        assert at_seconds >= 0
        self.content += content

    def end(self, at_seconds):
        self.ended = at_seconds >= 0


async def test_a_record_has_the_bytes_of_the_body():
    taken = Taken()
    await outcome(ANSWERS["plain"], (300, 700, 9000), record=taken)
    assert (taken.content, taken.ended) == (BODY, True)


async def test_a_plain_answer_never_goes_through_the_reader_of_aiohttp(client_of, monkeypatch):
    def fed(*_):
        raise AssertionError("aiohttp was given content")

    monkeypatch.setattr("aiohttp.StreamReader.feed_data", fed)
    async with Peer(answering(ANSWERS["plain"], (400, 5000))) as peer, client_of(peer).ask("hi") as reply:
        assert b"".join([bytes(frame) async for frame in reply.audio()]) == chat.PCM * 2


async def test_a_connection_serves_again_directly(client_of):
    async with Peer(answering(ANSWERS["plain"])) as peer:
        client = client_of(peer)
        for _ in range(3):
            async with client.ask("hi") as reply:
                assert [piece async for piece in reply.text()] == ["one ", "two"]
        assert peer.connections == 1


async def test_over_tls_it_is_the_same(client_of):
    import aiohttp  # noqa: PLC0415 -- one test

    authority = Authority()
    async with (
        Peer(answering(ANSWERS["plain"], (400, 5000)), tls=authority.server("127.0.0.1")) as peer,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=authority.trusting())) as session,
    ):
        client = client_of(peer, session=session)
        for _ in range(2):
            async with client.ask("hi") as reply:
                assert b"".join([bytes(frame) async for frame in reply.audio()]) == chat.PCM * 2
        assert peer.connections == 1


async def test_a_reader_that_pauses_leaves_the_socket_unread_and_loses_nothing(client_of):
    pieces = [chunk(chat.audio(chat.PCM)) for _ in range(1500)]

    async def script(call):
        await call.write(PLAIN_HEAD + CHUNKED[: CHUNKED.index(chunk(chat.STOP))])
        for piece in pieces:
            await call.write(piece)
        await call.write(chunk(chat.STOP) + chunk(chat.DONE) + LAST)

    async with Peer(script, send_buffer_bytes=65_536) as peer, client_of(peer).ask("hi") as reply:
        frames = aiter(reply.audio())
        got = [await anext(frames)]
        await asyncio.sleep(0.3)
        total = sum(map(len, pieces))
        assert peer.sent_bytes < total / 2  # what is held is bounded, and the rest is the system's
        assert reply._incoming.response._direct.held_bytes <= 2 * HELD_BYTES
        got += [frame async for frame in frames]
    assert b"".join(got) == chat.PCM * 1502


async def test_what_a_dialect_raises_comes_to_who_reads(client_of):
    def read(document, coding):
        if "boom" in document:
            raise ZeroDivisionError("in the dialect")
        yield from ()

    from omni_stream.wire import Dialect  # noqa: PLC0415 -- one test

    mine = Dialect(
        name="mine",
        read=read,
        audio_path="choices[].delta.audio.data",
        text_paths=("choices[].delta.content",),
        silent_paths=("boom",),
    )

    async def script(call):
        await call.head()
        await call.chunk(chat.text("a"))
        await call.chunk(chat.text("b"))
        await asyncio.sleep(0.05)
        await call.chunk(chat.event({"boom": 1}))
        await call.gone()

    async with Peer(script) as peer, client_of(peer, dialect=mine).ask("hi") as reply:
        with pytest.raises(ZeroDivisionError, match="in the dialect"):
            async for _ in reply:
                pass
