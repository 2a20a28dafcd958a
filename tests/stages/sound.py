"""Audio, cut anyhow, as a source of frames."""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from omni_stream.audio import AudioFormat, AudioFrame

MONO = AudioFormat(24_000)
STEREO = AudioFormat(24_000, 2)


def noise(frames, channels=1, *, seed=0):
    """int16 noise of shape (frames, channels), over the whole range."""
    return np.random.default_rng(seed).integers(-32_768, 32_768, (frames, channels), dtype=np.int16)


def chunks(samples, format, cuts, *, position=0):
    """`samples` as frames, cut at the indices `cuts`; two equal cuts give an empty frame."""
    edges = [0, *sorted(min(cut, len(samples)) for cut in cuts), len(samples)]
    return [
        AudioFrame(samples[begin:end], format, position_frames=position + begin)
        for begin, end in pairwise(edges)
    ]


async def source(items, error=None):
    for item in items:
        yield item
    if error is not None:
        raise error


async def through(stage, items, error=None):
    """What `stage` makes of `items`."""
    return [item async for item in stage(source(items, error))]


async def until_error(frames):
    """What comes before `frames` raises, and what it raises."""
    seen = []
    try:
        async for frame in frames:
            seen.append(frame)  # noqa: PERF401 -- wanted also when the loop raises
    except Exception as error:  # noqa: BLE001 -- it is what is looked at
        return seen, error
    return seen, None


def joined(frames):
    """The samples of `frames`, one after the other."""
    return np.concatenate([frame.samples for frame in frames])


cuts = st.lists(st.integers(0, 2_000), max_size=12)
rates = st.sampled_from([8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000])
formats = st.builds(AudioFormat, rates, st.integers(1, 2))
