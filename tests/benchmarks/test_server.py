import asyncio

import pytest
from side_by_side.bare_sockets import connect_sockets
from side_by_side.reply import spoken_reply
from side_by_side.server import running_server

REQUEST = b"POST /20/v1 HTTP/1.1\r\nHost: it\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture(scope="module")
def server():
    with running_server(None) as address:
        yield address


async def exchange(server, *pieces):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.rpartition(":")[2]))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head:
            return head, await reader.read()
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            assert await reader.readexactly(2) == b"\r\n"
        return head, body
    finally:
        writer.close()
        await writer.wait_closed()


async def test_a_request_is_answered_by_the_reply_that_its_path_asks_for(server):
    head, body = await exchange(server, REQUEST)
    assert b"text/event-stream" in head
    assert body == b"".join(spoken_reply(20).writes())


async def test_a_request_may_come_in_pieces(server):
    _, body = await exchange(server, REQUEST[:30], REQUEST[30:-1], REQUEST[-1:])
    assert body == b"".join(spoken_reply(20).writes())


@pytest.mark.parametrize("path", ["/v1", "/0/v1", "/10001/v1", "/x/v1"])
async def test_what_is_no_request_for_a_reply_is_refused(server, path):
    head, _ = await exchange(server, f"POST {path} HTTP/1.1\r\nContent-Length: 0\r\n\r\n".encode())
    assert head.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("streams", [1, 5])
async def test_connections_are_kept_for_the_next_reply(server, streams):
    async with connect_sockets(f"{server}/20/v1", streams) as turn:
        await asyncio.to_thread(asyncio.run, turn(None))
        await asyncio.to_thread(asyncio.run, turn(None))
