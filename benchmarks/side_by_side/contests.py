"""Who is measured against whom, at what, and what is aimed at."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from side_by_side import limits
from side_by_side.contender import Contender
from side_by_side.peers import httpx_sse_json, msgspec_by_hand, omni, openai_sdk, orjson_by_hand
from side_by_side.reply import spoken_reply
from side_by_side.rounds import run_rounds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from side_by_side.contender import Connect, Decode
    from side_by_side.rounds import Bounds

OPENAI = "AsyncOpenAI"
HTTPX_SSE = "httpx-sse, json, base64"
ORJSON = "orjson, pybase64, by hand"
MSGSPEC = "msgspec, pybase64, by hand"
AIOHTTP = "aiohttp, orjson, pybase64, by hand"
DECODER = "omni_stream.StreamDecoder"
CLIENT = "omni_stream.Client"

DECODERS: Mapping[str, Decode] = {
    OPENAI: openai_sdk.decode,
    HTTPX_SSE: httpx_sse_json.decode,
    ORJSON: orjson_by_hand.decode,
    MSGSPEC: msgspec_by_hand.decode,
    DECODER: omni.decode,
}

CLIENTS: Mapping[str, Connect] = {
    OPENAI: openai_sdk.connect,
    f"{OPENAI} over aiohttp": openai_sdk.connect_by_aiohttp,
    HTTPX_SSE: httpx_sse_json.connect,
    f"{AIOHTTP}, by line": orjson_by_hand.connect_by_line,
    AIOHTTP: orjson_by_hand.connect,
    CLIENT: omni.connect,
}


@dataclass(frozen=True, slots=True)
class Aim:
    """How many times less CPU than the best of some peers ours should use."""

    times: float
    name: str
    peers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """One measurement and its outcome.

    Attributes:
        title: What was read, and how.
        ours: Whose figure the others are divided by.
        limits: Who did only a part of the work.
        aims: What was aimed at.
        seconds: CPU time per audio event, for each contender by rounds.
    """

    title: str
    ours: str
    limits: tuple[str, ...]
    aims: tuple[Aim, ...]
    seconds: Mapping[str, list[float]]


async def in_memory(bounds: Bounds, *, read_bytes: int, audio_events: int) -> Contest:
    """From bytes in memory to PCM."""
    reply = spoken_reply(audio_events)
    reads = reply.reads(read_bytes)
    bare = (
        Contender("one copy of the bytes", partial(limits.copy, reads), is_limit=True),
        Contender(
            "pybase64 alone", partial(limits.decode_base64, reply.encoded * reply.repeats), is_limit=True
        ),
    )
    whole = [Contender(name, partial(decode, reads)) for name, decode in DECODERS.items()]
    return Contest(
        title=f"In memory, in reads of {read_bytes:,} bytes",
        ours=DECODER,
        limits=tuple(contender.name for contender in bare),
        aims=(Aim(100, OPENAI, (OPENAI,)), Aim(4, "the best Python", (ORJSON, MSGSPEC))),
        seconds=await run_rounds([*whole, *bare], reply, bounds),
    )


async def over_loopback(bounds: Bounds, *, server: str, streams: int, audio_events: int) -> Contest:
    """From a request to PCM, with a server at the address ``server``."""
    reply = spoken_reply(audio_events)
    base_url = f"{server}/{audio_events}/v1"
    async with AsyncExitStack() as open_clients:
        contenders = [
            Contender(name, await open_clients.enter_async_context(connect(base_url)))
            for name, connect in CLIENTS.items()
        ]
        bare = {"aiohttp, bytes thrown away": limits.connect_aiohttp}
        if streams == 1:
            bare["a blocking socket, bytes thrown away"] = limits.connect_socket
        contenders += [
            Contender(name, await open_clients.enter_async_context(connect(base_url)), is_limit=True)
            for name, connect in bare.items()
        ]
        seconds = await run_rounds(contenders, reply, bounds, streams=streams)
    return Contest(
        title=f"Over loopback, {streams} {'stream' if streams == 1 else 'streams at once'}",
        ours=CLIENT,
        limits=tuple(bare),
        aims=(
            Aim(15, OPENAI, (OPENAI,)),
            Aim(1.3, "the loop written by hand", (AIOHTTP, f"{AIOHTTP}, by line")),
        ),
        seconds=seconds,
    )
