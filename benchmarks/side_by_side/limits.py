"""Parts of the work that nobody can do without: what bounds the whole of it from below."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
from pybase64 import b64decode

from side_by_side.peers.request import BODY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from side_by_side.contender import Append, Turn

_RECEIVED_AT_ONCE = 256 * 1024
"""What asyncio asks a socket for."""

_LAST_CHUNK = b"0\r\n\r\n"


async def copy(reads: Sequence[bytes], append: Append) -> None:
    """One copy of the bytes, read by read."""
    del append
    for content in reads:
        bytearray(content)


async def decode_base64(encoded: Sequence[bytes], append: Append) -> None:
    """Base64 by SIMD, of what somebody else has found."""
    del append
    for text in encoded:
        b64decode(text, validate=True)


@asynccontextmanager
async def connect_aiohttp(base_url: str) -> AsyncIterator[Turn]:
    """aiohttp, whose bytes nobody looks at."""
    async with aiohttp.ClientSession() as session:

        async def turn(append: Append) -> None:
            del append
            async with session.post(f"{base_url}/chat/completions", json=BODY) as response:
                async for _ in response.content.iter_any():
                    pass

        yield turn


@asynccontextmanager
async def connect_socket(base_url: str) -> AsyncIterator[Turn]:
    """A blocking socket whose bytes nobody looks at."""
    address = urlsplit(base_url)
    request = f"POST {address.path}/ HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 0\r\n\r\n".encode()
    space = bytearray(_RECEIVED_AT_ONCE)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:

        async def turn(append: Append) -> None:
            del append
            connection.sendall(request)
            tail = b""
            while tail != _LAST_CHUNK:
                count = connection.recv_into(space)
                if not count:
                    raise EOFError("the server hung up in the middle of a reply")
                tail = (tail + space[max(0, count - len(_LAST_CHUNK)) : count])[-len(_LAST_CHUNK) :]

        yield turn
