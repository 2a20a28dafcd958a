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
    from collections.abc import AsyncIterator, Callable, Sequence

    from side_by_side.contender import Append, Turn

    Take = Callable[[bytes | memoryview, Append], None]


async def decode(reads: Sequence[bytes], append: Append) -> None:
    """Lines split by hand."""
    lines = DataLines()
    for content in reads:
        for document in lines.feed(content):
            _take(document, append)


@asynccontextmanager
async def connect(base_url: str) -> AsyncIterator[Turn]:
    """Lines split by hand, of whatever aiohttp has."""
    async with _session() as session:
        yield partial(_ask, session, f"{base_url}/chat/completions", _take)


@asynccontextmanager
async def connect_for_text(base_url: str) -> AsyncIterator[Turn]:
    """Lines split by hand, for their text."""
    async with _session() as session:
        yield partial(_ask, session, f"{base_url}/chat/completions", _take_text)


def _session() -> aiohttp.ClientSession:
    headers = {"Content-Type": "application/json"}
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=headers)


async def _ask(session: aiohttp.ClientSession, url: str, take: Take, append: Append) -> None:
    async with session.post(url, data=orjson.dumps(BODY)) as response:
        lines = DataLines()
        read = response.content.readany
        while content := await read():
            for document in lines.feed(content):
                take(document, append)


def _take(document: bytes | memoryview, append: Append) -> None:
    choices = orjson.loads(document)["choices"]
    if choices:
        audio = choices[0]["delta"].get("audio")
        if audio and (encoded := audio.get("data")):
            append(b64decode(encoded, validate=True))


def _take_text(document: bytes | memoryview, append: Append) -> None:
    choices = orjson.loads(document)["choices"]
    if choices and (piece := choices[0]["delta"].get("content")):
        append(piece.encode())
