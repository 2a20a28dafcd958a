"""aiohttp, orjson and pybase64 by hand: the best that a good engineer writes in an afternoon."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import orjson
from pybase64 import b64decode

from side_by_side.peers.data_lines import DataLines
from side_by_side.peers.request import BODY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from side_by_side.contender import Append, Turn


async def decode(reads: Sequence[bytes], append: Append) -> None:
    """Lines split by hand."""
    lines = DataLines()
    for content in reads:
        for document in lines.feed(content):
            _take(document, append)


@asynccontextmanager
async def connect(base_url: str) -> AsyncIterator[Turn]:
    """Lines split by hand, of whatever aiohttp has."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield partial(_ask, session, f"{base_url}/chat/completions")


@asynccontextmanager
async def connect_by_line(base_url: str) -> AsyncIterator[Turn]:
    """Lines split by aiohttp."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield partial(_ask_by_line, session, f"{base_url}/chat/completions")


@asynccontextmanager
async def connect_for_text(base_url: str) -> AsyncIterator[Turn]:
    """Lines split by hand, for their text."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def turn(append: Append) -> None:
            async with session.post(f"{base_url}/chat/completions", json=BODY) as response:
                lines = DataLines()
                async for content in response.content.iter_any():
                    for document in lines.feed(content):
                        choices = orjson.loads(document)["choices"]
                        if choices and (piece := choices[0]["delta"].get("content")):
                            append(piece.encode())

        yield turn


async def _ask(session: aiohttp.ClientSession, url: str, append: Append) -> None:
    async with session.post(url, json=BODY) as response:
        lines = DataLines()
        async for content in response.content.iter_any():
            for document in lines.feed(content):
                _take(document, append)


async def _ask_by_line(session: aiohttp.ClientSession, url: str, append: Append) -> None:
    async with session.post(url, json=BODY) as response:
        async for line in response.content:
            if line.startswith(b"data: {"):
                _take(line[6:], append)


def _take(document: bytes | memoryview, append: Append) -> None:
    choices = orjson.loads(document)["choices"]
    if choices:
        audio = choices[0]["delta"].get("audio")
        if audio and (encoded := audio.get("data")):
            append(b64decode(encoded, validate=True))
