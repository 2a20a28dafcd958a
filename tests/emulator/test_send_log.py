import asyncio
import json
import time

import pytest

import omni_stream as omni
from omni_stream.emulator import Emulator


async def ask(emulator, **options):
    async with omni.Client(base_url=emulator.base_url, retries=0) as client:
        async with client.ask("Say: one two three", **options) as reply:
            frames = [item async for item in reply.decoded() if isinstance(item, omni.AudioFrame)]
        return reply.request_id, frames


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_it_tells_when_each_piece_of_each_reply_was_sent(tmp_path):
    before = time.monotonic()
    async with Emulator(
        first_audio_seconds=0.1, real_time_factor=0.1, send_log=tmp_path / "sent"
    ) as emulator:
        asked = [await ask(emulator) for _ in range(2)]
    first, second = lines(tmp_path / "sent")
    assert [first["request_id"], second["request_id"]] == [request_id for request_id, _ in asked]
    assert before < first["asked_at"] < second["asked_at"] < time.monotonic()
    at = [at for at, _ in first["sent"]]
    assert at == sorted(at)
    audio = [(at, position) for (_, earlier), (at, position) in zip(
        first["sent"], first["sent"][1:], strict=False
    ) if position > earlier]  # fmt: skip
    frames = asked[0][1]
    assert len(audio) == len(frames)
    assert audio[-1][1] == pytest.approx(sum(frame.seconds for frame in frames))
    assert audio[0][0] - first["asked_at"] >= 0.1


async def test_a_write_within_an_event_has_no_position(tmp_path):
    faults = ["drip@0s:4000"]
    async with Emulator(
        first_audio_seconds=0, real_time_factor=0, faults=faults, send_log=tmp_path / "sent"
    ) as emulator:
        _, frames = await ask(emulator)
    [reply] = lines(tmp_path / "sent")
    positions = [position for _, position in reply["sent"]]
    assert positions.count(None) >= len(frames)
    told = [position for position in positions if position is not None]
    assert told == sorted(told)


async def test_a_client_that_goes_away_ends_a_line(tmp_path):
    async with (
        Emulator(first_audio_seconds=0.01, real_time_factor=1, send_log=tmp_path / "sent") as emulator,
        omni.Client(base_url=emulator.base_url, retries=0) as client,
    ):
        async with client.ask("Say: one two three four five six seven"):
            pass
        await asyncio.sleep(0.3)
        [reply] = lines(tmp_path / "sent")
    assert reply["sent"][-1][1] < 1.0


async def test_a_file_that_cannot_be_written_is_said_on_entering(tmp_path):
    with pytest.raises(omni.UsageError, match="cannot be written: No such file"):
        async with Emulator(send_log=tmp_path / "nowhere" / "sent"):
            pass
