"""Parts of the work that nobody can do without: what bounds the whole of it from below."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
from pybase64 import b64decode

from side_by_side.peers.request import BODY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from side_by_side.contender import Append, Turn


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
