"""Questions with pictures, sound and video, to servers that are really there."""

import asyncio
import base64
import io
import json
import os
import struct
import threading
import time
import zlib
from pathlib import Path

import pytest
from peers import Peer, chat
from torture import cancelled_at_every_await

from omni_stream.client import Timeouts
from omni_stream.client.asker import MOST_LOOKS
from omni_stream.errors import TimeoutError, UsageError
from omni_stream.media import Audio, Frames, Image
from omni_stream.request import Conversation


def png(width=64, height=64, *, tail=0):
    """A picture, followed by so many bytes that no reader minds."""

    def chunk(name, content):
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + os.urandom(width) for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", pixels), chunk(b"IEND", b""), bytes(tail)]
    )


def asking(*parts):
    return [{"role": "user", "content": [*parts, "What is it?"]}]


def data_uri(content):
    return "data:image/png;base64," + base64.b64encode(content).decode()


def urls(request):
    [message] = json.loads(request.body)["messages"]
    return [part["image_url"]["url"] for part in message["content"] if part["type"] == "image_url"]


async def read(client, prompt, **options):
    async with client.ask(prompt, **options) as reply:
        return "".join([piece async for piece in reply.text()])


class Unseekable(io.RawIOBase):
    """What a pipe gives: content once, in pieces of its own."""

    def __init__(self, content, *, gate=None):
        self._content = io.BytesIO(content)
        self._gate = gate

    def readable(self):
        return True

    def readinto(self, into):
        if self._gate is not None and len(into):
            self._gate.wait(5)
        return self._content.readinto(memoryview(into)[:50_000])


async def test_a_picture_arrives_whole_wherever_it_is(client_of, tmp_path):
    one, two, three = png(), png(65), png(66)
    (tmp_path / "one.png").write_bytes(one)
    with io.BytesIO(three) as file:
        prompt = asking(Image(tmp_path / "one.png"), Image(two), Image(file), Image("https://a.b/four.png"))
        async with Peer(chat.answer) as peer:
            assert await read(client_of(peer), prompt) == "Hello"
            [request] = peer.requests
        assert file.tell() == 0
    assert urls(request) == [data_uri(one), data_uri(two), data_uri(three), "https://a.b/four.png"]
    assert request.headers["content-length"] == str(len(request.body))


@pytest.mark.usefixtures("quick_retries")
async def test_a_retry_sends_it_anew(client_of, tmp_path):
    async def busy(call):
        await call.refuse(503, b'{"error": {"message": "busy"}}')

    content = png(tail=1_000_000)
    (tmp_path / "one.png").write_bytes(content)
    told = []
    with io.BytesIO(b"skip" + content) as file:
        file.seek(4)
        prompt = asking(Image(tmp_path / "one.png"), Image(file))
        async with Peer(busy, busy, chat.answer) as peer:
            await read(client_of(peer), prompt, on_upload=lambda *progress: told.append(progress))
        assert file.tell() == 4
    assert [urls(request) for request in peer.requests] == [[data_uri(content)] * 2] * 3
    total = len(peer.requests[0].body)
    assert [told.count((0, total)), told.count((total, total))] == [3, 3]


async def test_what_can_be_read_once_is_refused_at_once_where_it_may_be_sent_again(client_of):
    file = Unseekable(png())
    async with Peer(chat.answer) as peer:
        client = client_of(peer)
        with pytest.raises(UsageError, match=r"read once, and would be sent up to 3 times; .*retries=0"):
            client.ask(asking(Image(file, media_type="image/png")))
        assert peer.connections == 0
    assert file.read(4) == b"\x89PNG"


async def test_what_can_be_read_once_is_sent_once(client_of):
    async def dechunked(call):
        body = b""
        while not body.endswith(b"\r\n0\r\n\r\n"):
            body += await call.read()
        bodies.append(body)
        await chat.answer(call)

    bodies, told, content = [], [], png(tail=500_000)
    picture = Image(Unseekable(content), media_type="image/png")
    async with Peer(dechunked, reads_bodies=False) as peer:
        client = client_of(peer, retries=0)
        await read(client, asking(picture), on_upload=lambda *progress: told.append(progress))
        with pytest.raises(UsageError, match="nothing left to read"):
            await read(client, asking(picture))
    assert peer.requests[0].headers["transfer-encoding"] == "chunked"
    assert data_uri(content).encode() in without_chunks(bodies[0])
    assert {total for _, total in told} == {0}


def without_chunks(body):
    content, at = b"", 0
    while True:
        end = body.index(b"\r\n", at)
        size = int(body[at:end], 16)
        if not size:
            return content
        content += body[end + 2 : end + 2 + size]
        at = end + 4 + size


@pytest.mark.parametrize(
    ("medium", "sentence"),
    [
        (Image("there/is/none.png"), "cannot be read: No such file"),
        (Image(b"no picture at all"), "is no picture"),
        (Image(png(8, 64)), "8"),
        (Frames([png(), png(), b"no picture at all", png()]), "is no picture"),
        (Audio(png()), "give it as omni.Image"),
    ],
)
async def test_what_cannot_be_sent_is_said_before_anything_is(client_of, medium, sentence):
    conversation = Conversation().user(medium, "What is it?")
    async with Peer(chat.answer) as peer:
        reply = client_of(peer).ask(conversation, model="qwen3-omni-flash")
        with pytest.raises(UsageError, match=sentence):
            await reply.__aenter__()
        assert peer.connections == 0
    conversation.user("still open")


async def test_checks_can_be_left_to_the_service(client_of):
    async with Peer(chat.answer) as peer:
        await read(client_of(peer), asking(Image(png(8, 64))), check=False, model="qwen3-omni-flash")
        assert len(peer.requests) == 1


async def test_a_file_that_is_written_to_meanwhile_is_an_error_and_leaves_nothing(
    client_of, tmp_path, monkeypatch
):
    monkeypatch.setattr("omni_stream.client.sending.TELL_SECONDS", 0)
    path = tmp_path / "one.png"
    path.write_bytes(png(tail=4_000_000))
    conversation = Conversation().user(Image(path), "What is it?")

    def tell(sent_bytes, _total_bytes):
        if sent_bytes > 1_000_000:
            os.truncate(path, 2_000_000)

    async with Peer(chat.answer) as peer:
        reply = client_of(peer).ask(conversation, on_upload=tell)
        with pytest.raises(UsageError, match="is another now than when it was looked at"):
            await reply.__aenter__()
        await peer.closed(seconds=1)
        assert peer.requests == []
    conversation.user("still open")
    assert open_files(tmp_path) == []


async def test_what_the_callers_callback_raises_is_the_callers(client_of):
    def tell(_sent_bytes, _total_bytes):
        raise ConnectionError("nobody looks")

    async with Peer(chat.answer) as peer:
        client = client_of(peer)
        with pytest.raises(ConnectionError, match="nobody looks"):
            await read(client, asking(Image(png())), on_upload=tell)
        assert peer.requests == []
        assert "0 replies open" in repr(client)


@pytest.mark.parametrize("options", [{"on_upload": asyncio.sleep}, {"on_upload": 1}, {"check": None}])
async def test_what_is_given_is_checked(client_of, options):
    with pytest.raises(UsageError, match=f"{next(iter(options))} is"):
        client_of("http://127.0.0.1:9/v1").ask("Hi", **options)


async def test_cancelled_at_any_await_no_file_is_left_open(client_of, tmp_path):
    path = tmp_path / "one.png"
    path.write_bytes(png(tail=700_000))

    async def check():
        async with asyncio.timeout(5):
            while open_files(tmp_path):  # noqa: ASYNC110 -- a thread closes it
                await asyncio.sleep(0.001)
        assert "0 replies open" in repr(client)

    async with Peer(chat.answer) as peer:
        client = client_of(peer, max_connections=1, retries=0)
        assert await cancelled_at_every_await(lambda: read(client, asking(Image(path))), check) >= 4


def open_files(folder):
    found = []
    for number in Path("/proc/self/fd").iterdir():
        try:
            found.append(number.readlink())
        except OSError:  # the listing's own
            continue
    return [path for path in found if path.is_relative_to(folder)]


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("total", r"within 0\.2 s \(Timeouts\.total\)"),
        ("idle", r"looked at within 0\.2 s \(Timeouts\.idle\)"),
    ],
)
async def test_looking_at_media_has_limits_too(client_of, limit, message):
    gate = threading.Event()

    class Slow(io.BytesIO):
        def read(self, size=-1, /):
            if size:
                gate.wait(5)
            return super().read(size)

    async with Peer(chat.answer) as peer:
        client = client_of(peer, timeouts=Timeouts(**{limit: 0.2}))
        try:
            with pytest.raises(TimeoutError, match=message):
                await read(client, asking(Image(Slow(png()))))
        finally:
            gate.set()
        assert peer.connections == 0


async def test_few_look_at_media_at_once_and_waiting_for_a_turn_is_no_slowness_of_a_file(client_of):
    looking, most = 0, 0

    class Slow(io.BytesIO):
        def read(self, size=-1, /):
            nonlocal looking, most
            looking += 1
            most = max(most, looking)
            time.sleep(0.05)
            looking -= 1
            return super().read(size)

    async with Peer(chat.answer) as peer:
        client = client_of(peer, timeouts=Timeouts(idle=1), max_connections=1)
        asked = [read(client, asking(Image(Slow(png())))) for _ in range(6 * MOST_LOOKS)]
        assert await asyncio.gather(*asked) == ["Hello"] * len(asked)
    assert 2 <= most <= MOST_LOOKS + 2  # one more is sent, and one read ahead for it


async def test_a_client_that_is_closed_while_media_are_looked_at_sends_nothing(client_of, tmp_path):
    path = tmp_path / "one.png"
    path.write_bytes(png())
    async with Peer(chat.answer) as peer:
        client = client_of(peer)
        asked = asyncio.create_task(read(client, asking(Image(path))), name="test_ask")
        await asyncio.sleep(0)
        await client.aclose()
        with pytest.raises(UsageError, match="the client is closed"):
            await asked
        assert peer.connections == 0


async def test_text_alone_needs_no_thread(client_of):
    before = set(threading.enumerate())
    async with Peer(chat.answer) as peer:
        await read(client_of(peer), "Hi")
    assert set(threading.enumerate()) <= before
