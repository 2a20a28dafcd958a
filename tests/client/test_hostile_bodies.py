"""Bodies that are broken, odd, huge or compressed, each sent by a real peer."""

import asyncio
import gzip
import json
import logging
import struct
import sys
import zlib
from pathlib import Path

import pytest
from peers import Peer, chat

from omni_stream.audio import AudioFormat
from omni_stream.errors import ProtocolError
from omni_stream.events import Finished, TextDelta
from omni_stream.sse import MAX_EVENT_BYTES

MEMORY_CLIENT = Path(__file__).with_name("memory_client.py")
ONE_READ_BYTES = 3 * 2**20
"""What aiohttp, asyncio and the allocator hold besides: bounded, and some reads of half a MiB."""


def sending(*pieces, **head):
    async def script(call):
        await call.head(**head)
        for piece in pieces:
            await call.chunk(piece)
        await call.end()

    return script


async def gather(items, got):
    async for item in items:
        got.append(item)


async def read(client, *, way="__aiter__"):
    """The items of a whole reply, and the reply."""
    got = []
    async with client.ask("hi") as reply:
        await gather(getattr(reply, way)(), got)
    return got, reply


def said(events):
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def pcm(frames):
    return b"".join(bytes(frame) for frame in frames)


END = (chat.STOP, chat.usage(), chat.DONE)


class TestBroken:
    """Row 20: text is repaired and counted; JSON and audio are an error, or left out, counted and logged."""

    async def test_bytes_that_are_no_text_become_replacement_characters_and_are_counted(self, client_of):
        broken = chat.text("a?b").replace(b"?", b"\xff")
        cut = chat.text("c?").replace(b"?", "好".encode()[:2])
        async with Peer(sending(broken, cut, *END)) as peer:
            events, reply = await read(client_of(peer))
        assert said(events) == "a\ufffdbc\ufffd"
        assert reply.stats.replacements == 2

    @pytest.mark.parametrize(
        ("piece", "way", "rule"),
        [
            (b"data: {oops\n\n", "__aiter__", "invalid JSON"),
            (b'data: {"choices":\n\n', "__aiter__", "invalid JSON"),
            (chat.delta(audio={"data": "!!!!"}), "decoded", "base64"),
            (chat.delta(audio={"data": "AAAAA===="}), "decoded", "base64"),
        ],
    )
    async def test_what_is_broken_is_an_error_with_its_place_or_left_out_and_told(
        self, client_of, caplog, piece, way, rule
    ):
        pieces = [chat.ROLE, chat.text("one"), piece, chat.text("two"), *END]
        async with Peer(sending(*pieces)) as peer:
            got = []
            with pytest.raises(ProtocolError, match=rule) as caught:
                async with client_of(peer).ask("hi") as reply:
                    await gather(getattr(reply, way)(), got)
            assert said(got) == "one"
            assert caught.value.partial.text == "one"
            assert (caught.value.event_index, caught.value.offset) == (2, len(b"".join(pieces[:2])))
            with caplog.at_level(logging.WARNING, "omni_stream"):
                events, reply = await read(client_of(peer, strict=False), way=way)
        assert said(events) == "onetwo"
        assert reply.stats.skipped_events == 1
        warnings = {record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING}
        assert len(warnings) == 1

    @pytest.mark.parametrize("cut", [1, 3, 333])
    async def test_an_odd_byte_waits_for_the_next_event(self, client_of, cut):
        pieces = [chat.audio(chat.PCM[:cut]), chat.text("meanwhile"), chat.audio(chat.PCM[cut:])]
        async with Peer(sending(*pieces, *END)) as peer:
            frames, reply = await read(client_of(peer), way="audio")
        assert pcm(frames) == chat.PCM
        assert reply.stats.rest_bytes == 0

    async def test_an_odd_byte_at_the_very_end_is_counted_and_never_padded(self, client_of):
        async with Peer(sending(chat.audio(chat.PCM + b"\1"), *END)) as peer:
            frames, reply = await read(client_of(peer), way="audio")
        assert pcm(frames) == chat.PCM
        assert reply.stats.rest_bytes == 1


ODD = {
    "an unknown field": chat.event({"choices": [], "new": {"deep": [1, {"x": None}]}}),
    "no choices": chat.event({"id": "1", "object": "chat.completion.chunk"}),
    "null choices": chat.event({"choices": None}),
    "choices of another kind": chat.event({"choices": {"0": "?"}}),
    "empty choices": chat.event({"choices": []}),
    "a null choice": chat.event({"choices": [None]}),
    "a null delta": chat.event({"choices": [{"delta": None, "finish_reason": None}]}),
    "a delta of another kind": chat.event({"choices": [{"delta": "text"}]}),
    "null content": chat.delta(content=None, audio=None, reasoning_content=None),
    "content of another kind": chat.delta(content={"parts": [1]}, audio=[1]),
    "audio without any": chat.delta(audio={"data": None, "transcript": None, "id": "x"}),
    "an unknown event type": b"event: ping\ndata: {}\n\n",
    "an unknown SSE field": b"color: red\ndata: {}\n\n",
    "an empty object": b"data: {}\n\n",
    "no object": b"data: [1, 2]\n\n",
}


class TestOdd:
    """Row 21: what is not known is ignored and counted, never a crash."""

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize("odd", ODD)
    async def test_it_is_ignored_and_counted(self, client_of, odd, strict):
        pieces = [chat.text("one"), ODD[odd], chat.text("two"), ODD[odd], *END]
        async with Peer(sending(*pieces)) as peer:
            events, reply = await read(client_of(peer, strict=strict))
            frames, _ = await read(client_of(peer, strict=strict), way="audio")
        assert said(events) == "onetwo"
        assert [type(event) for event in events[2:]] == [type(reply.usage), Finished]
        assert reply.stats.ignored_events >= 2
        assert frames == []


async def endless(call, begin, repeated):
    await call.head()
    if begin:
        await call.chunk(begin)
    while True:
        await call.chunk(repeated)


def inflating(begin, encoding="gzip"):
    """Some KiB that inflate to a line of twice the limit, behind `begin`."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
    pieces = [packer.compress(begin) + packer.flush(zlib.Z_SYNC_FLUSH)]
    pieces += [packer.compress(b"data: ")]
    pieces += [packer.compress(b"x" * 2**20) for _ in range(2 * MAX_EVENT_BYTES // 2**20)]
    content = b"".join([*pieces, packer.flush()])
    assert len(content) < 2**20

    async def script(call):
        await call.head(Content_Encoding=encoding)
        await call.chunk(content)
        await call.gone()

    return script


def spread(lines):
    """An event of text in so many `data:` lines."""
    begin, _, end = chat.text("Hello").removesuffix(b"\n\n").partition(b",")
    return begin + b",\n" + b"data:\n" * (lines - 2) + b"data: " + end + b"\n\n"


HUGE = {
    "a line": lambda begin: lambda call: endless(call, begin + b"data: ", b"x" * 65_536),
    "an event of many lines": lambda begin: lambda call: endless(call, begin, b"data: xyz\n" * 6_553),
    "a bomb of gzip": inflating,
    "a bomb of deflate": lambda begin: inflating(begin, "deflate"),
}


async def outcome_of(script):
    """What a process that reads it makes of it, and the bytes by which it grew."""
    async with Peer(chat.answer, script) as peer:
        child = await asyncio.create_subprocess_exec(
            sys.executable, MEMORY_CLIENT, peer.base_url, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await child.communicate()
    return json.loads(out)


class TestHuge:
    """Rows 22 and 23: a typed error at the limit, and no more memory than the limit and one read."""

    @pytest.mark.parametrize("begin", [b"", chat.text("Hello")], ids=["at once", "after an answer began"])
    @pytest.mark.parametrize("fault", HUGE)
    async def test_it_ends_at_the_limit(self, fault, begin):
        outcome, grown_bytes = await outcome_of(HUGE[fault](begin))
        assert outcome == "LimitExceeded"
        assert grown_bytes <= MAX_EVENT_BYTES + ONE_READ_BYTES

    async def test_an_event_in_a_million_lines_is_one_event(self):
        event = spread(10**6)
        outcome, grown_bytes = await outcome_of(sending(chat.text("one"), event, *END))
        assert outcome == "4 events"
        assert (
            grown_bytes <= 3 * len(event) + ONE_READ_BYTES
        )  # the parser's, as text, and what JSON makes of it


class TestCompressed:
    """Row 23: a compressed reply is read as it comes, though none was asked for."""

    @pytest.mark.parametrize("size", [1, 7, 100_000])
    @pytest.mark.parametrize("encoding", ["gzip", "deflate"])
    async def test_it_gives_identical_items(self, client_of, encoding, size):
        body = b"".join(chat.ANSWER)
        packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
        pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
        async with Peer(sending(*pieces, Content_Encoding=encoding), chat.answer) as peer:
            client = client_of(peer)
            assert await read_all(client) == await read_all(client)
            assert {request.headers["accept-encoding"] for request in peer.requests} == {"identity"}

    async def test_each_event_comes_when_it_was_sent_and_not_at_the_end(self, client_of):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        heard = asyncio.Event()

        async def flushing(call):
            await call.head(Content_Encoding="gzip")
            await call.chunk(packer.compress(chat.text("one")) + packer.flush(zlib.Z_SYNC_FLUSH))
            await heard.wait()
            await call.chunk(packer.compress(b"".join(END)) + packer.flush())
            await call.end()

        async with Peer(flushing) as peer, client_of(peer).ask("hi") as reply, asyncio.timeout(5):
            async for event in reply:
                if isinstance(event, TextDelta):
                    heard.set()
        assert reply.partial.text == "one"

    async def test_what_cannot_be_inflated_is_a_protocol_error(self, client_of):
        async with Peer(sending(b"no gzip at all" * 100, Content_Encoding="gzip")) as peer:
            with pytest.raises(ProtocolError):
                await read(client_of(peer))


async def read_all(client):
    events, _ = await read(client, way="decoded")
    return [
        bytes(event) if not isinstance(event, TextDelta | Finished) and hasattr(event, "samples") else event
        for event in events
    ]


def wav(pcm, rate=24_000, channels=1, bits=16, *, size=None, kind=1):
    size = len(pcm) if size is None else size
    head = struct.pack(
        "<HHIIHH", kind, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits
    )
    return (
        b"RIFF"
        + struct.pack("<I", size)
        + b"WAVEfmt \x10\0\0\0"
        + head
        + b"data"
        + struct.pack("<I", size)
        + pcm
    )


class TestWav:
    """Row 25: a WAV head is sniffed wherever a chunk begins with one, and the format is taken from it."""

    @pytest.mark.parametrize("size", [None, 0, 0xFFFF_FFFF], ids=["true", "0", "placeholder"])
    @pytest.mark.parametrize("heads", ["the first", "every"])
    @pytest.mark.parametrize("format", [(24_000, 1), (16_000, 1), (48_000, 2)])
    async def test_the_format_is_that_of_the_head(self, client_of, heads, format, size):
        chunks = [chat.PCM[at : at + 960] for at in range(0, len(chat.PCM), 960)]
        headed = [
            wav(chunk, *format, size=size) if heads == "every" or at == 0 else chunk
            for at, chunk in enumerate(chunks)
        ]
        async with Peer(sending(*map(chat.audio, headed), *END)) as peer:
            frames, _ = await read(client_of(peer), way="audio")
        assert pcm(frames) == chat.PCM
        assert {frame.format for frame in frames} == {AudioFormat(*format)}

    async def test_a_change_of_rate_in_the_middle_holds_from_there_on(self, client_of):
        pieces = [wav(chat.PCM, 24_000), wav(chat.PCM, 16_000), chat.PCM, wav(chat.PCM, 48_000, 2)]
        async with Peer(sending(*map(chat.audio, pieces), *END)) as peer:
            frames, _ = await read(client_of(peer), way="audio")
        seconds = dict.fromkeys((AudioFormat(24_000), AudioFormat(16_000), AudioFormat(48_000, 2)), 0.0)
        for frame in frames:
            seconds[frame.format] += frame.seconds
        assert list(seconds.values()) == pytest.approx([0.1, 0.3, 0.025])
        assert pcm(frames) == chat.PCM * 4

    @pytest.mark.parametrize(
        "head",
        [
            wav(chat.PCM, bits=8),
            wav(chat.PCM, bits=24),
            wav(chat.PCM, channels=6),
            wav(chat.PCM, rate=0),
        ],
        ids=["8 bits", "24 bits", "six channels", "no rate"],
    )
    async def test_a_format_that_is_not_ours_is_an_error_or_left_out_and_never_noise(self, client_of, head):
        pieces = [chat.text("one"), chat.audio(head), chat.text("two"), *END]
        async with Peer(sending(*pieces)) as peer:
            with pytest.raises(ProtocolError, match="WAV") as caught:
                await read(client_of(peer), way="audio")
            assert caught.value.partial.text == "one"
            frames, reply = await read(client_of(peer, strict=False), way="audio")
        assert frames == []
        assert reply.stats.skipped_events == 1
        assert reply.partial.text == "onetwo"
