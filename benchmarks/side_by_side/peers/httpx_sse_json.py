"""httpx and httpx-sse, with the json and base64 of the standard library."""

from __future__ import annotations

import base64
import json
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import httpx
from httpx_sse import EventSource, aconnect_sse

from side_by_side.peers.request import BODY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from side_by_side.contender import Append, Turn


async def decode(reads: Sequence[bytes], append: Append) -> None:
    """httpx-sse's own reading of a response, without asyncio."""
    response = httpx.Response(200, headers={"Content-Type": "text/event-stream"}, stream=_Reads(reads))
    for event in EventSource(response).iter_sse():
        if event.data == "[DONE]":
            break
        _take(event.data, append)


@asynccontextmanager
async def connect(base_url: str) -> AsyncIterator[Turn]:
    """An httpx client."""
    async with httpx.AsyncClient(timeout=60) as client:
        yield partial(_ask, client, f"{base_url}/chat/completions")


async def _ask(client: httpx.AsyncClient, url: str, append: Append) -> None:
    async with aconnect_sse(client, "POST", url, json=BODY) as source:
        async for event in source.aiter_sse():
            if event.data != "[DONE]":
                _take(event.data, append)


def _take(document: str, append: Append) -> None:
    choices = json.loads(document)["choices"]
    if choices:
        audio = choices[0]["delta"].get("audio")
        if audio and (encoded := audio.get("data")):
            append(base64.b64decode(encoded))


class _Reads(httpx.SyncByteStream):
    def __init__(self, reads: Sequence[bytes]) -> None:
        self._reads = reads

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._reads)
