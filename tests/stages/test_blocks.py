import asyncio

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stages.sound import MONO, STEREO, chunks, cuts, joined, noise, through

from omni_stream.audio import AudioFormat
from omni_stream.errors import UsageError
from omni_stream.stages import blocks


@given(length=st.integers(0, 3_000), cuts=cuts, pad=st.booleans())
def test_every_block_but_the_last_has_exactly_the_length(length, cuts, pad):
    samples = noise(length, 2)
    frames = asyncio.run(through(blocks(0.02, pad=pad), chunks(samples, STEREO, cuts)))
    assert [len(frame) for frame in frames[:-1]] == [480] * (len(frames) - 1)
    assert len(frames) == -(-length // 480)
    if not length:
        return
    assert len(frames[-1]) == (480 if pad else (length - 1) % 480 + 1)
    assert (joined(frames)[:length] == samples).all()
    assert not joined(frames)[length:].any()


@pytest.mark.parametrize(
    ("seconds", "rate", "frames"),
    [(0.02, 8_000, 160), (0.02, 22_050, 441), (0.02, 11_025, 221), (0.01, 44_100, 441), (1e-9, 8_000, 1)],
)
async def test_a_length_is_rounded_to_whole_frames(seconds, rate, frames):
    first, *_ = await through(blocks(seconds), chunks(noise(500), AudioFormat(rate), []))
    assert len(first) == frames


async def test_a_frame_that_is_a_block_already_is_passed_as_it_is():
    frames = chunks(noise(480 * 5), MONO, range(480, 2_400, 480), position=77)
    assert all(a is b for a, b in zip(await through(blocks(0.02), frames), frames, strict=True))


async def test_positions_count_what_is_given_out_from_where_it_began():
    mono = chunks(noise(600), MONO, [], position=1_000)
    stereo = chunks(noise(700, 2), STEREO, [], position=1_600)
    cut = await through(blocks(0.02, pad=True), mono + stereo)
    assert [(frame.position_frames, len(frame), frame.format.channels) for frame in cut] == [
        (1_000, 480, 1),
        (1_480, 480, 1),
        (1_960, 480, 2),
        (2_440, 480, 2),
    ]


async def test_many_small_frames_make_one_long_block():
    frames = chunks(noise(20_000), MONO, range(1, 20_000))
    (block,) = await through(blocks(60), frames)
    assert (block.samples == joined(frames)).all()


async def test_blocks_do_not_change_when_the_next_are_made():
    cut = await through(blocks(0.02), chunks(noise(5_000), MONO, [100, 900, 1_000, 3_000]))
    assert (np.concatenate([frame.samples for frame in cut]) == noise(5_000)).all()


@pytest.mark.parametrize("seconds", [0, -0.02, 60.1, float("nan"), float("inf"), "0.02", None, True])
def test_a_length_out_of_range_is_refused(seconds):
    with pytest.raises(UsageError, match="over 0 to 60 seconds long"):
        blocks(seconds)
