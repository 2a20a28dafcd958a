"""Question to answer against the emulator, whose speech is real."""

import asyncio

import pytest
from canary import CANARY

from omni_stream.client import Client
from omni_stream.emulator import Emulator, RecordingWriter
from omni_stream.errors import AuthenticationError, InvalidRequestError
from omni_stream.events import AudioDelta, Finished, TextDelta, TranscriptDelta
from omni_stream.sinks import NullSink

PROMPT = "Say: Hello there."


@pytest.fixture
async def emulator():
    async with Emulator(first_audio_seconds=0, real_time_factor=0) as running:
        yield running


async def spoken(client, **question):
    async with client.ask(PROMPT, **question) as reply:
        return b"".join([bytes(frame) async for frame in reply.audio()])


async def test_all_ways_of_reading_tell_the_same(emulator):
    async with Client(base_url=emulator.base_url) as client:
        pcm = await spoken(client)
        async with client.ask(PROMPT) as reply:
            events = [event async for event in reply]
        async with client.ask(PROMPT) as reply:
            text = "".join([piece async for piece in reply.text()])
    assert len(pcm) > 24_000
    assert b"".join(event.decode() for event in events if isinstance(event, AudioDelta)) == pcm
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == text
    assert events[-1] == Finished("stop")
    assert reply.usage.total_tokens > 0
    assert reply.partial.audio_seconds == pytest.approx(len(pcm) / 48_000)


async def test_a_transcript_is_the_text_where_there_is_no_content():
    async with (
        Emulator(first_audio_seconds=0, real_time_factor=0, transcript=True) as emulator,
        Client(base_url=emulator.base_url) as client,
    ):
        async with client.ask(PROMPT) as reply:
            events = [event async for event in reply]
        async with client.ask(PROMPT) as reply:
            text = "".join([piece async for piece in reply.text()])
    assert text
    assert "".join(event.text for event in events if isinstance(event, TranscriptDelta)) == text


async def test_a_wrong_voice_and_a_wrong_key_are_told():
    async with (
        Emulator(api_key=CANARY, first_audio_seconds=0, real_time_factor=0) as emulator,
        Client(CANARY, base_url=emulator.base_url) as client,
        Client("sk-wrong", base_url=emulator.base_url) as stranger,
    ):
        with pytest.raises(AuthenticationError, match="belongs to the region"):
            await spoken(stranger)
        with pytest.raises(InvalidRequestError, match="Nobody"):
            await spoken(client, voice="Nobody", check=False)


async def test_a_recorded_reply_is_played_back_as_it_was(emulator, tmp_path):
    path = tmp_path / "reply.jsonl"
    async with Client(base_url=emulator.base_url) as client:
        with RecordingWriter(path) as record:
            pcm = await spoken(client, record=record)
    async with (
        Emulator(replay=path, replay_speed=1000) as replaying,
        Client(base_url=replaying.base_url) as client,
    ):
        assert await spoken(client) == pcm


async def test_a_hundred_at_once(emulator):
    async def ask():
        async with client.ask(PROMPT) as reply:
            return (await reply.audio().into(NullSink())).seconds

    async with Client(base_url=emulator.base_url) as client:
        seconds = await asyncio.gather(*[ask() for _ in range(100)])
    assert len(set(seconds)) == 1
    assert seconds[0] > 0.5
