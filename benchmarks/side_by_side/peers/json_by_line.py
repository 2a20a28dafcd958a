"""aiohttp by hand as examples have it: its lines, and the json and base64 of the standard library."""

from __future__ import annotations

import base64
import json
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import aiohttp

from side_by_side.peers.request import BODY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from side_by_side.contender import Append, Turn


@asynccontextmanager
async def connect(base_url: str) -> AsyncIterator[Turn]:
    """An aiohttp client."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield partial(_ask, session, f"{base_url}/chat/completions")


async def _ask(session: aiohttp.ClientSession, url: str, append: Append) -> None:
    async with session.post(url, json=BODY) as response:
        while line := await response.content.readline():
            if line.startswith(b"data: {"):
                choices = json.loads(line[6:])["choices"]
                if choices:
                    audio = choices[0]["delta"].get("audio")
                    if audio and (encoded := audio.get("data")):
                        append(base64.b64decode(encoded))
