"""What is measured, held to what the emulator says that it sent."""

import json
from itertools import pairwise
from statistics import median

import omni_stream as omni
from omni_stream.bench import Load, run
from omni_stream.emulator import Emulator


async def test_an_audio_event_came_when_it_was_sent(tmp_path):
    async with (
        Emulator(
            first_audio_seconds=0.1,
            real_time_factor=0.8,
            jitter_seconds=0.1,
            faults=["stall@50%:0.2"],
            send_log=tmp_path / "sent",
        ) as emulator,
        omni.Client(base_url=emulator.base_url, retries=0) as client,
    ):
        results = await run(client, ["Say: one two three"], Load(concurrency=1, requests=1, warm_up=1))
    sent = [json.loads(line)["sent"] for line in (tmp_path / "sent").read_text().splitlines()]
    for one, true in zip(results.requests, sent, strict=True):
        audio = [at for (_, before), (at, after) in pairwise(true) if after > before]
        assert len(audio) == len(one.audio)
        late = [event.at + results.began_at - at for event, at in zip(one.audio, audio, strict=True)]
        assert median(late) < 0.01
        assert min(late) > -0.1  # the emulator looks at the clock after it has sent
        assert max(late) < 0.15  # less than there is between two events that are held up
