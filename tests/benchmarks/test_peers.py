"""Every contender reads the same reply alike, however it is cut."""

import asyncio

import pytest
import uvloop
from side_by_side.contests import CLIENT, CLIENTS, DECODERS
from side_by_side.reply import spoken_reply
from side_by_side.server import running_server

REPLY = spoken_reply(6)


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("read_bytes", [1, 1460, 16 * 1024, 1 << 20])
async def test_a_reply_is_decoded_in_reads_of_any_size(name, read_bytes):
    pieces = []
    await DECODERS[name](REPLY.reads(read_bytes), pieces.append)
    assert b"".join(pieces) == REPLY.pcm


def test_a_reply_has_100_ms_an_event_in_the_shape_of_the_service():
    assert {len(encoded) for encoded in REPLY.encoded} == {6400}
    assert len(REPLY.pcm) == 6 * 4800
    assert REPLY.passage[1].startswith(b'data: {"choices":[{"delta":{"audio":{"data":"')


def test_a_reply_that_repeats_its_passage_is_made_of_whole_passages():
    assert spoken_reply(200).pcm == spoken_reply(100).pcm * 2
    with pytest.raises(ValueError, match="no multiple of 100"):
        spoken_reply(150)


@pytest.mark.parametrize("name", CLIENTS)
def test_a_reply_comes_whole_through_each_client(name):
    with running_server(None) as server:
        assert asyncio.run(heard(name, f"{server}/100/v1")) == spoken_reply(100).pcm * 20


def test_ours_reads_the_same_on_uvloop():
    with running_server(None) as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(heard(CLIENT, f"{server}/100/v1")) == spoken_reply(100).pcm * 20


async def heard(name, base_url):
    """What 20 replies at once decode to, one after the other."""
    pieces = [[] for _ in range(20)]
    async with CLIENTS[name](base_url) as turn:
        await asyncio.gather(*(turn(kept.append) for kept in pieces))
    return b"".join(piece for kept in pieces for piece in kept)
