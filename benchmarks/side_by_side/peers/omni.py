"""omni_stream: its decoder without I/O, and its client."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import omni_stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from side_by_side.contender import Append, Turn


async def decode(reads: Sequence[bytes], append: Append) -> None:
    """Each audio event reaches Python as its AudioFrame."""
    decoder = omni_stream.StreamDecoder()
    for content in reads:
        for item in decoder.feed(content):
            if isinstance(item, omni_stream.AudioFrame):
                append(item)
    decoder.close()


@asynccontextmanager
async def connect(base_url: str) -> AsyncIterator[Turn]:
    """A client; each turn takes the reply's audio."""
    async with omni_stream.Client(provider="dashscope", base_url=base_url, api_key="none") as client:
        yield partial(_ask, client)


@asynccontextmanager
async def connect_for_text(base_url: str) -> AsyncIterator[Turn]:
    """A client; each turn takes the reply's text."""
    async with omni_stream.Client(provider="dashscope", base_url=base_url, api_key="none") as client:

        async def turn(append: Append) -> None:
            async with client.ask("Tell me about the brook.", modalities=["text"]) as reply:
                async for piece in reply.text():
                    append(piece.encode())

        yield turn


async def _ask(client: omni_stream.Client, append: Append) -> None:
    async with client.ask("Tell me about the brook.") as reply:
        async for frame in reply.audio():
            append(frame)
