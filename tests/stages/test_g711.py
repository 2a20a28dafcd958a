import asyncio
import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stages.sound import chunks, cuts, noise, source, through, until_error

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.errors import UsageError
from omni_stream.pipeline import Pipeline
from omni_stream.stages import alaw, from_alaw, from_mulaw, mulaw, resample

LINE = AudioFormat(8_000)
EVERY_SAMPLE = range(-32_768, 32_768)
LAWS = {"mulaw": (mulaw, from_mulaw, b"\xff"), "alaw": (alaw, from_alaw, b"\xd5")}

every_law = pytest.mark.parametrize("name", LAWS)


# The decision values and the values read of G.711, tables 1a and 2a, as they are laid out there: for each
# segment where it begins, how far its 16 intervals reach, and where in an interval the value read lies.


def mulaw_intervals():
    """(end, read) of the intervals of 14 bits without a sign, from silence upwards."""
    yield 1, 0
    for n in range(1, 16):
        yield 2 * n + 1, 2 * n
    end = 31
    for segment in range(1, 8):
        for _ in range(16):
            begin, end = end, end + 2 ** (segment + 1)
            yield end, (begin + end) // 2


def alaw_intervals():
    """Likewise, of 12 bits and half of one."""
    end = 0
    for segment in range(8):
        for _ in range(16):
            begin, end = end, end + 2 ** max(1, segment)
            yield end, (begin + end) // 2


MULAW, ALAW = [*mulaw_intervals()], [*alaw_intervals()]


def interval(intervals, size):
    """The number of the interval that `size` is in, the last one if it is over full scale."""
    return next((n for n, (end, _) in enumerate(intervals) if size < end), 127)


def mulaw_by_table(sample):
    quantity = sample // 4  # 16 bits as 14, rounded down
    return (0x7F if quantity < 0 else 0xFF) - interval(MULAW, abs(quantity))


def alaw_by_table(sample):
    quantity = sample // 8  # 16 bits as 13, rounded down; the table has half-steps at both sides of 0
    size = -quantity - 1 if quantity < 0 else quantity
    return ((0x00 if quantity < 0 else 0x80) | interval(ALAW, size)) ^ 0x55


def read_mulaw(code):
    size = 4 * MULAW[0x7F - (code & 0x7F)][1]
    return size if code & 0x80 else -size


def read_alaw(code):
    size = 8 * ALAW[(code ^ 0x55) & 0x7F][1]
    return size if code & 0x80 else -size


TABLES = {"mulaw": (mulaw_by_table, read_mulaw), "alaw": (alaw_by_table, read_alaw)}


def pcm_of(samples):
    return b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples)


@every_law
async def test_every_sample_gets_the_code_of_the_table(name):
    encode, by_table = LAWS[name][0](), TABLES[name][0]
    line = b"".join(await through(encode, [AudioFrame(pcm_of(EVERY_SAMPLE), LINE)]))
    expected = bytes(map(by_table, EVERY_SAMPLE))
    assert line[:65_536] == expected


@every_law
async def test_every_code_is_read_as_the_table_says(name):
    (frame,) = await through(LAWS[name][1](), [bytes(range(256))])
    assert bytes(frame) == pcm_of(map(TABLES[name][1], range(256)))
    assert frame.format == LINE


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python has no audioop any more")
@every_law
async def test_the_bytes_are_those_of_audioop(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop  # noqa: PLC0415 -- where there is one
    old = {"mulaw": (audioop.lin2ulaw, audioop.ulaw2lin), "alaw": (audioop.lin2alaw, audioop.alaw2lin)}
    pcm, codes = pcm_of(EVERY_SAMPLE), bytes(range(256))
    line = b"".join(await through(LAWS[name][0](), [AudioFrame(pcm, LINE)]))
    assert line[:65_536] == old[name][0](pcm, 2)
    (frame,) = await through(LAWS[name][1](), [codes])
    assert bytes(frame) == old[name][1](codes, 2)


@every_law
@given(length=st.integers(0, 2_000), cuts=cuts)
def test_blocks_are_of_20_ms_however_it_is_cut_and_the_last_one_is_filled_with_silence(name, length, cuts):
    stage, _, silence = LAWS[name]
    samples = noise(length)

    async def main():
        return [await through(stage(), chunks(samples, LINE, edges)) for edges in ([], cuts)]

    whole, split = asyncio.run(main())
    assert split == whole
    assert {len(block) for block in whole} <= {160}
    assert len(whole) == -(-length // 160)
    assert b"".join(whole)[length:] == silence * (-length % 160)


@every_law
async def test_there_and_back_sounds_nearly_the_same(name):
    stage, back, _ = LAWS[name]
    samples = noise(1_600)
    pipeline = Pipeline(source(chunks(samples, LINE, [3, 700]))).through(stage()).through(back())
    async with pipeline as frames:
        read = [frame async for frame in frames]
    assert [frame.position_frames for frame in read] == [*range(0, 1_600, 160)]
    for frame in read:
        start = frame.position_frames
        off = abs(frame.samples.astype(int) - samples[start : start + 160])
        assert (off <= 8 + abs(frame.samples.astype(int)) / 16).all()


async def test_pieces_of_any_length_are_read_and_none_is_no_frame():
    frames = await through(from_mulaw(), [b"", b"\xff" * 7, b"", b"\x00"])
    assert [(frame.position_frames, len(frame)) for frame in frames] == [(0, 7), (7, 1)]
    assert frames[1].samples[0, 0] == -32_124


@every_law
async def test_another_rate_is_refused_and_the_way_to_this_one_named(name):
    before = AudioFrame(bytes(20), LINE)
    stage, _, silence = LAWS[name]
    seen, error = await until_error(stage()(source([before, AudioFrame(bytes(2), AudioFormat(24_000))])))
    assert isinstance(error, UsageError)
    assert f"{name}() takes audio of 8,000 Hz, as a telephone line has, not of 24,000 Hz" in str(error)
    assert "put `.through(omni.resample(8_000))` before it" in str(error)
    assert seen == [silence * 160]  # what came before it


@every_law
async def test_two_channels_are_refused(name):
    frame = AudioFrame(bytes(4), AudioFormat(8_000, 2))
    with pytest.raises(UsageError, match="of one channel, as a telephone line has, not of 2"):
        await through(LAWS[name][0](), [frame])


async def test_speech_goes_the_whole_way_to_the_line():
    frames = chunks(noise(24_000), AudioFormat(24_000), range(1_920, 24_000, 1_920))
    pipeline = Pipeline(source(frames)).through(resample(8_000, quality="live")).through(mulaw())
    async with pipeline as line:
        assert [len(block) async for block in line] == [160] * 50
