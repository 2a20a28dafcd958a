"""What holds for every stage of frames; a new one is put into STAGES."""

import asyncio
import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stages.sound import MONO, STEREO, chunks, cuts, formats, joined, noise, source, through, until_error

from omni_stream.audio import AudioFrame
from omni_stream.events import AudioDelta, TextDelta
from omni_stream.pipeline import Pipeline
from omni_stream.stages import blocks, decode, gain, resample


def encoded(frames):
    """Frames as the audio events of a reply, between text."""
    for frame in frames:
        yield TextDelta("la")
        yield AudioDelta(base64.b64encode(frame).decode(), frame.format)


STAGES = {
    "blocks": lambda: blocks(0.02),
    "padded blocks": lambda: blocks(0.013, pad=True),
    "gain": lambda: gain(-6),
    "no gain": lambda: gain(0),
    "resample down": lambda: resample(8_000),
    "resample up": lambda: resample(48_000, quality="LQ"),
    "resample live": lambda: resample(8_000, quality="live"),
    "resample to the same": lambda: resample(24_000),
    "decode": lambda: lambda frames: decode()(events_of(frames)),
}


async def events_of(frames):
    async for frame in frames:
        for event in encoded([frame]):
            yield event


every_stage = pytest.mark.parametrize("name", STAGES)


class SourceError(Exception):
    pass


def assert_contiguous(frames, begin=0):
    position = begin
    for frame in frames:
        assert frame.position_frames == position
        position += len(frame)


@every_stage
async def test_nothing_becomes_nothing(name):
    assert await through(STAGES[name](), []) == []


@every_stage
async def test_a_single_frame_is_enough(name):
    for length in [1, 2, 311, 480, 2_400]:
        frames = await through(STAGES[name](), chunks(noise(length), MONO, []))
        assert_contiguous(frames)
        assert sum(map(len, frames)) >= length // 3


@every_stage
@settings(max_examples=40)
@given(cuts=cuts, format=formats, length=st.integers(1, 2_000), position=st.integers(0, 100_000))
def test_however_it_is_cut_the_samples_are_the_same(name, cuts, format, length, position):
    samples = noise(length, format.channels)

    async def main():
        runs = [chunks(samples, format, edges, position=position) for edges in ([], cuts)]
        return [await through(STAGES[name](), frames) for frames in runs]

    whole, split = asyncio.run(main())

    if name == "decode":
        position = 0  # a reply begins at 0
    elif name.startswith("resample") and whole:
        position = whole[0].position_frames
    assert_contiguous(whole, position)
    assert_contiguous(split, position)
    assert {frame.format.channels for frame in split} <= {format.channels}
    assert len({frame.format for frame in split}) <= 1
    assert b"".join(map(bytes, split)) == b"".join(map(bytes, whole))


@every_stage
@given(first=formats, second=formats, cuts=cuts)
@settings(max_examples=25)
def test_a_change_of_format_ends_one_run_and_begins_another(name, first, second, cuts):
    begin, end = noise(700, first.channels), noise(900, second.channels, seed=1)
    if first == second:
        return

    async def main():
        runs = [chunks(begin, first, cuts), chunks(end, second, cuts, position=700)]
        alone = [await through(STAGES[name](), run) for run in runs]
        return [frame for run in alone for frame in run], await through(STAGES[name](), runs[0] + runs[1])

    alone, together = asyncio.run(main())
    assert b"".join(map(bytes, together)) == b"".join(map(bytes, alone))
    assert [frame.format for frame in together] == [frame.format for frame in alone]
    assert_contiguous(together)


@every_stage
async def test_an_error_of_the_source_passes_through_after_all_that_came_before_it(name):
    error = SourceError()
    frames = chunks(noise(1_000), MONO, [3, 700])
    whole = await through(STAGES[name](), frames)
    seen, raised = await until_error(STAGES[name]()(source(frames, error)))
    assert raised is error
    assert seen == whole


@every_stage
async def test_closing_it_in_the_middle_closes_what_it_reads(name):
    closed = []

    async def endless():
        try:
            position = 0
            while True:
                yield AudioFrame(noise(2_400), MONO, position_frames=position)
                position += 2_400
        finally:
            closed.append(name)

    async with Pipeline(endless()).through(STAGES[name]()) as pipeline:
        async for _ in pipeline:
            break
        assert closed == []
    assert closed == [name]


@every_stage
async def test_it_reads_no_more_than_it_needs(name):
    read = 0

    async def counted():
        nonlocal read
        for frame in chunks(noise(24_000), MONO, range(2_400, 24_000, 2_400)):
            read += 1
            yield frame

    async with Pipeline(counted()).through(STAGES[name]()) as pipeline:
        async for _ in pipeline:
            break
    assert read <= 2


@every_stage
async def test_a_stage_may_be_used_again(name):
    stage = STAGES[name]()
    frames = chunks(noise(1_000, 2), STEREO, [3, 700])
    assert await through(stage, frames) == await through(stage, frames)


@every_stage
async def test_the_two_channels_do_not_mix(name):
    left, right = noise(1_500), noise(1_500, seed=1)
    both = joined(await through(STAGES[name](), chunks(np.hstack([left, right]), STEREO, [77])))
    assert (both[:, :1] == joined(await through(STAGES[name](), chunks(left, MONO, [])))).all()
    assert (both[:, 1:] == joined(await through(STAGES[name](), chunks(right, MONO, [])))).all()
