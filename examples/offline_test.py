"""A test of one's own program: no key, no network, the same answer on every run.

Run it as: pytest offline_test.py
"""

import asyncio
import wave
from pathlib import Path

import pytest

import omni_stream as omni
from omni_stream.emulator import Emulator


async def narrate(client: omni.Client, topic: str, path: Path) -> str:
    """The program to be tested: speak about `topic` into a file, and return the words."""
    words = ""
    async with client.ask(f"Tell me about {topic}.") as reply, omni.WavSink(path) as sink:
        async for item in reply.decoded():
            match item:
                case omni.AudioFrame():
                    await sink.write(item)
                case omni.TextDelta(text=text):
                    words += text
    return words


def test_it_speaks_and_says_what_it_said(tmp_path: Path) -> None:
    """Words come back, and their speech is in the file."""
    path = tmp_path / "sea.wav"

    async def main() -> str:
        async with (
            Emulator(first_audio_seconds=0, real_time_factor=0) as emulator,
            omni.Client(base_url=emulator.base_url) as client,
        ):
            return await narrate(client, "the sea", path)

    assert asyncio.run(main())
    with wave.open(str(path)) as file:
        assert file.getnframes() > 8 * file.getframerate()


def test_a_stream_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    """What had come is on the error, and no half story has the story's name."""
    path = tmp_path / "sea.wav"

    async def main() -> None:
        async with (
            Emulator(first_audio_seconds=0, real_time_factor=0, faults=["truncate@50%"]) as emulator,
            omni.Client(base_url=emulator.base_url) as client,
        ):
            await narrate(client, "the sea", path)

    with pytest.raises(omni.StreamTruncated) as broken:
        asyncio.run(main())
    assert broken.value.partial is not None
    assert broken.value.partial.text
    assert not path.exists()


def test_an_unknown_voice_leaves_no_file(tmp_path: Path) -> None:
    """What the service would refuse is refused before it is asked."""

    async def main() -> None:
        async with (
            Emulator() as emulator,
            omni.Client(base_url=emulator.base_url) as client,
            client.ask("Hello!", voice="Nobody") as reply,
        ):
            await reply.audio().into(omni.WavSink(tmp_path / "hello.wav"))

    with pytest.raises(omni.OmniStreamError, match="Nobody"):
        asyncio.run(main())
    assert list(tmp_path.iterdir()) == []
