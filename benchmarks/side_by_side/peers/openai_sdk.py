"""OpenAI's own client, AsyncOpenAI, as its users read audio from a stream."""

from __future__ import annotations

import base64
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import httpx2
from openai import AsyncOpenAI, DefaultAioHttpClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from side_by_side.contender import Append, Turn


async def decode(reads: Sequence[bytes], append: Append) -> None:
    """Its whole streaming path, over a transport that has the reads in memory."""
    async with httpx2.AsyncClient(transport=_Replay(reads)) as transport:
        await _ask(AsyncOpenAI(api_key="none", base_url="http://memory/v1", http_client=transport), append)


@asynccontextmanager
async def connect(base_url: str) -> AsyncIterator[Turn]:
    """With its default transport."""
    async with AsyncOpenAI(api_key="none", base_url=base_url) as client:
        yield partial(_ask, client)


@asynccontextmanager
async def connect_by_aiohttp(base_url: str) -> AsyncIterator[Turn]:
    """With its aiohttp transport."""
    async with AsyncOpenAI(api_key="none", base_url=base_url, http_client=DefaultAioHttpClient()) as client:
        yield partial(_ask, client)


async def _ask(client: AsyncOpenAI, append: Append) -> None:
    stream = await client.chat.completions.create(
        model="qwen3-omni-flash",
        messages=[{"role": "user", "content": "Tell me about the brook."}],
        modalities=["text", "audio"],
        audio={"voice": "Cherry", "format": "wav"},
        stream=True,
        stream_options={"include_usage": True},
    )
    async for chunk in stream:
        if chunk.choices:
            audio = chunk.choices[0].delta.audio
            if audio and audio.data:
                append(base64.b64decode(audio.data))


@asynccontextmanager
async def connect_for_text(base_url: str) -> AsyncIterator[Turn]:
    """With its default transport, asked for text."""
    async with AsyncOpenAI(api_key="none", base_url=base_url) as client:

        async def turn(append: Append) -> None:
            stream = await client.chat.completions.create(
                model="qwen3-omni-flash",
                messages=[{"role": "user", "content": "Tell me about the brook."}],
                stream=True,
            )
            async for chunk in stream:
                if chunk.choices and (content := chunk.choices[0].delta.content):
                    append(content.encode())

        yield turn


class _Replay(httpx2.AsyncBaseTransport):
    def __init__(self, reads: Sequence[bytes]) -> None:
        self._reads = reads

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = {"Content-Type": "text/event-stream"}
        return httpx2.Response(200, headers=headers, stream=_Reads(self._reads), request=request)


class _Reads(httpx2.AsyncByteStream):
    def __init__(self, reads: Sequence[bytes]) -> None:
        self._reads = reads

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for content in self._reads:
            yield content
