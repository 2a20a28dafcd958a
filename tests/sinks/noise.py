"""Audio to write."""

import random

import numpy as np

from omni_stream.audio import AudioFormat, AudioFrame

MONO = AudioFormat(24_000)
STEREO = AudioFormat(24_000, 2)


def frames(seconds=0.8, *, format=MONO, seed=0, most=4_000):
    """Noise in frames of random lengths, empty ones among them."""
    cuts = random.Random(seed)
    left = round(seconds * format.rate)
    noise = np.random.default_rng(seed)
    run = []
    while left:
        length = min(left, cuts.choice([0, 1, 7, 480, 1_920, most]))
        run.append(AudioFrame(noise.integers(-(2**15), 2**15, (length, format.channels), "<i2"), format))
        left -= length
    return run


def pcm_of(run):
    return b"".join(run)


async def write_all(sink, run):
    for frame in run:
        await sink.write(frame)
