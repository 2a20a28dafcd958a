import asyncio

import aiohttp
import pytest

from omni_stream.client import Client
from omni_stream.emulator import Emulator


@pytest.fixture
async def emulator():
    async with Emulator(first_audio_seconds=0, real_time_factor=0) as emulator:
        yield emulator


async def connect_seconds(client):
    reply = client.ask("Say: one")
    assert reply.connect_seconds is None
    async with reply:
        await asyncio.sleep(0)
        async for _ in reply:
            pass
    return reply.connect_seconds


async def test_a_reply_tells_what_connecting_took_and_whether_the_connection_was_there_already(emulator):
    async with Client(base_url=emulator.base_url) as client:
        assert 0 < await connect_seconds(client) < 1
        assert await connect_seconds(client) == 0


async def test_a_session_of_the_caller_tells_nothing_of_its_connections(emulator):
    async with (
        aiohttp.ClientSession() as session,
        Client(base_url=emulator.base_url, session=session) as client,
    ):
        assert await connect_seconds(client) is None
