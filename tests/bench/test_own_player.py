import random

import numpy as np
import pytest

import omni_stream as omni
from omni_stream.bench.levels import Levels
from omni_stream.bench.observed import AudioEvent
from omni_stream.bench.own_player import BLOCK_SECONDS, jitter_buffer_player

SAID = "Say: the sea is wide and blue, and it is deep. Who knows how many fish there are? Very many!"


def played(audio, samples, rate):
    """The stalls of the buffer, given the speech itself instead of a tone at its levels."""
    buffer, given, come, left = omni.JitterBuffer(rate), 0, 0.0, list(audio)
    for tick in range(10_000):
        now = audio[0].at + tick * BLOCK_SECONDS
        while left and left[0].at <= now:
            event = left.pop(0)
            come += event.seconds
            buffer.push(samples[given : round(come * rate)], event.at)
            given = round(come * rate)
        if not left:
            buffer.end(now)
        buffer.pull(round(BLOCK_SECONDS * rate), now)
        if not left and any(event.happening == "drained" for event in buffer.events()):
            break
    return buffer.stats


@pytest.fixture
async def speech(emulator):
    async with omni.Client(base_url=emulator.base_url) as client, client.ask(SAID) as reply:
        return [frame async for frame in reply.audio()]


async def test_a_tone_at_the_levels_of_speech_stalls_as_the_speech_does(speech):
    samples, levels = np.concatenate([frame.samples[:, 0] for frame in speech]), Levels()
    for frame in speech:
        levels.feed(frame)
    told = levels.finish()
    chance, heard, counted = random.Random(3), 0.0, 0.0
    for _ in range(40):
        at, audio = 0.3, []
        for frame in speech:
            at += 0.06 + (chance.uniform(0.2, 1.0) if chance.random() < 0.06 else 0)
            audio.append(AudioEvent(round(at, 6), frame.seconds))
        true = played(audio, samples, speech[0].format.rate)
        found = jitter_buffer_player(audio, told, ended=audio[-1].at)
        assert found.count == true.stalls
        assert found.seconds == pytest.approx(true.stalled_s, abs=0.1)
        heard, counted = heard + true.stalled_s, counted + found.seconds
    assert heard > 5
    assert counted == pytest.approx(heard, rel=0.02)
