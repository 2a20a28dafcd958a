"""Who is measured against whom, at what, and what is aimed at."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from side_by_side import limits
from side_by_side.bare_sockets import connect_sockets
from side_by_side.contender import Contender
from side_by_side.contest import Aim, Contest, Own
from side_by_side.peers import httpx_sse_json, json_by_line, msgspec_by_hand, omni, openai_sdk, orjson_by_hand
from side_by_side.reply import spoken_reply, told_reply
from side_by_side.rounds import run_rounds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from side_by_side.contender import Connect, Decode
    from side_by_side.rounds import Bounds

OPENAI = "AsyncOpenAI"
HTTPX_SSE = "httpx-sse, json, base64"
ORJSON = "orjson, pybase64, by hand"
MSGSPEC = "msgspec, pybase64, by hand"
AIOHTTP = "aiohttp, orjson, pybase64, by hand"
AIOHTTP_BY_LINE = "aiohttp, readline, json, base64, by hand"
BARE = "epoll and recv_into, bytes thrown away"
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
    AIOHTTP_BY_LINE: json_by_line.connect,
    AIOHTTP: orjson_by_hand.connect,
    CLIENT: omni.connect,
}


TEXT_CLIENTS: Mapping[str, Connect] = {
    OPENAI: openai_sdk.connect_for_text,
    AIOHTTP: orjson_by_hand.connect_for_text,
    CLIENT: omni.connect_for_text,
}

SMALL_READ_BYTES = 1460
"""A segment of TCP over Ethernet."""


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
        unit="µs per audio event",
        ours=DECODER,
        limits=tuple(contender.name for contender in bare),
        aims=(
            (
                Aim(150, f"less than {OPENAI}", (OPENAI,)),
                Aim(5, "less than the best Python", (ORJSON, MSGSPEC)),
                Own(4, "at most {} copies of the bytes", of=bare[0].name),
            )
            if read_bytes > SMALL_READ_BYTES
            else ()
        ),
        values=await run_rounds([*whole, *bare], reply, bounds),
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
        bare = (
            Contender(
                "aiohttp, bytes thrown away",
                await open_clients.enter_async_context(limits.connect_aiohttp(base_url)),
                is_limit=True,
            ),
            Contender(
                "a blocking socket, bytes thrown away" if streams == 1 else BARE,
                await open_clients.enter_async_context(connect_sockets(base_url, streams)),
                is_limit=True,
                asks_for_all=True,
            ),
        )
        contenders += bare
        seconds = await run_rounds(contenders, reply, bounds, streams=streams)
    return Contest(
        title=f"Over loopback, {streams} {'stream' if streams == 1 else 'streams at once'}",
        unit="µs per audio event",
        ours=CLIENT,
        limits=tuple(contender.name for contender in bare),
        aims=(
            (Aim(30, f"less than {OPENAI}", (OPENAI,)), Aim(1.7, "less than by hand", (AIOHTTP,)))
            if streams > 1
            else ()
        ),
        values=seconds,
    )


async def of_text(bounds: Bounds, *, server: str, deltas: int) -> Contest:
    """Text through whole clients, from a request to its deltas."""
    reply = told_reply(deltas)
    base_url = f"{server}/t{deltas}/v1"
    async with AsyncExitStack() as open_clients:
        contenders = [
            Contender(name, await open_clients.enter_async_context(connect(base_url)))
            for name, connect in TEXT_CLIENTS.items()
        ]
        seconds = await run_rounds(contenders, reply, bounds)
    return Contest(
        title="Text over loopback, 1 stream",
        unit="µs per delta of text",
        ours=CLIENT,
        limits=(),
        aims=(Aim(10, f"less than {OPENAI}", (OPENAI,)),),
        values=seconds,
    )


async def of_many(bounds: Bounds, *, server: str, counts: Sequence[int], audio_events: int) -> Contest:
    """What a session costs, by how many there are at once."""
    reply = spoken_reply(audio_events)
    values: dict[str, list[float]] = {}
    async with omni.connect(f"{server}/{audio_events}/v1") as turn:
        for count in counts:
            name = f"{count:,} at once" if count > 1 else "one after the other"
            found = await run_rounds([Contender(name, turn)], reply, bounds, streams=count)
            values[name] = [seconds * audio_events for seconds in found[name]]
    first, *others = values
    return Contest(
        title=f"Replies of {audio_events} audio events by {CLIENT}",
        unit="µs per reply",
        ours=first,
        limits=(),
        aims=tuple(
            Own(1.5, f"{name}, at most {{}} times one after the other", of=first, who=name) for name in others
        ),
        values=values,
    )
