import asyncio
import math
import subprocess
import sys

import numpy as np
import pytest
import soxr
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stages.sound import (
    MONO,
    STEREO,
    chunks,
    cuts,
    formats,
    joined,
    noise,
    rates,
    source,
    through,
    until_error,
)

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.errors import ProtocolError, UsageError
from omni_stream.stages import resample


def one_shot(samples, from_rate, to_rate, quality):
    """All at once, in float32, rounded to nearest and kept within full scale."""
    floats = soxr.resample(samples.astype(np.float32), from_rate, to_rate, quality=quality)
    return np.clip(np.rint(floats), -32_768, 32_767).astype(np.int16)


@settings(max_examples=150)
@given(
    from_format=formats,
    to_rate=rates,
    quality=st.sampled_from(["LQ", "MQ", "HQ", "VHQ"]),
    length=st.integers(1, 2_000),
    cuts=cuts,
)
@example(MONO, 8_000, "HQ", 2_000, [*range(2_000)])
@example(STEREO, 48_000, "HQ", 1_999, [*range(1_999)])
@example(AudioFormat(48_000), 44_100, "LQ", 2_000, [])  # 1,837.5 frames, of which soxr gives 1,837
def test_chunked_equals_one_shot_bit_for_bit_and_the_length_is_exact(
    from_format, to_rate, quality, length, cuts
):
    from_rate, channels = from_format.rate, from_format.channels
    samples = noise(length, channels)
    frames = asyncio.run(through(resample(to_rate, quality=quality), chunks(samples, from_format, cuts)))
    assert abs(sum(map(len, frames)) - length * to_rate / from_rate) <= 0.5
    if frames:
        assert (joined(frames) == one_shot(samples, from_rate, to_rate, quality)).all()
    assert {frame.format for frame in frames} <= {AudioFormat(to_rate, channels)}


async def test_a_minute_in_chunks_of_a_service_has_the_exact_length():
    samples = noise(24_000 * 60 + 1)
    frames = chunks(samples, MONO, range(1_920, len(samples), 1_920))
    for rate in [8_000, 16_000, 44_100, 48_000]:
        resampled = await through(resample(rate), frames)
        assert sum(map(len, resampled)) == math.floor(len(samples) * rate / 24_000 + 0.5)
        assert (joined(resampled) == one_shot(samples, 24_000, rate, "HQ")).all()


@pytest.mark.parametrize("quality", ["live", "LQ", "MQ", "HQ", "VHQ"])
async def test_what_does_not_fit_the_new_rate_is_filtered_out_and_the_rest_is_kept(quality):
    time = np.arange(24_000) / 24_000
    low, high = 8_000 * np.sin(2 * np.pi * 1_000 * time), 8_000 * np.sin(2 * np.pi * 7_000 * time)
    resampled = joined(
        await through(resample(8_000, quality=quality), chunks((low + high).astype(np.int16), MONO, [5_000]))
    )
    expected = 8_000 * np.sin(2 * np.pi * 1_000 * np.arange(8_000) / 8_000)
    middle = slice(800, -800)
    assert abs(resampled[middle, 0] - expected[middle]).max() < 8


async def test_full_scale_does_not_wrap_around():
    square = np.where(np.arange(2_400) // 30 % 2, 32_767, -32_768).astype(np.int16)
    resampled = joined(await through(resample(48_000), chunks(square, MONO, [])))
    assert resampled.max() == 32_767
    assert resampled.min() == -32_768
    assert (resampled[10:50] < 0).all()


async def test_audio_of_the_rate_is_left_as_it_is():
    frames = chunks(noise(1_000), MONO, [10, 500], position=99)
    assert all(a is b for a, b in zip(await through(resample(24_000), frames), frames, strict=True))


async def test_a_change_of_rate_ends_one_run_and_begins_another_and_positions_go_on():
    first, second = noise(1_000), noise(601, seed=1)
    frames = [
        *chunks(first, AudioFormat(24_000), [333], position=2_400),
        *chunks(second, AudioFormat(16_000), [99], position=3_400),
        *chunks(first, AudioFormat(8_000), [5], position=4_001),
    ]
    resampled = await through(resample(8_000), frames)
    expected = [one_shot(first, 24_000, 8_000, "HQ"), one_shot(second, 16_000, 8_000, "HQ"), first]
    assert (joined(resampled) == np.concatenate(expected)).all()
    position = 800
    for frame in resampled:
        assert frame.position_frames == position
        position += len(frame)


async def test_no_frame_is_empty():
    frames = chunks(noise(5_000), MONO, range(0, 5_000, 20))
    assert min(map(len, await through(resample(8_000), frames))) > 0


@pytest.mark.parametrize("rate", [999, 768_001, 0, -1, 8_000.0, "8000", None, True])
def test_a_rate_out_of_range_is_refused(rate):
    with pytest.raises(UsageError, match="1,000 to 768,000 Hz"):
        resample(rate)


@pytest.mark.parametrize("quality", ["QQ", "hq", 5, None])
def test_a_quality_without_a_filter_or_unknown_is_refused(quality):
    with pytest.raises(UsageError, match="live, LQ, MQ, HQ, VHQ"):
        resample(8_000, quality=quality)


async def test_audio_of_an_absurd_rate_is_refused_after_all_before_it():
    samples, absurd = noise(1_000), AudioFrame(b"\0\0", AudioFormat(999))
    seen, error = await until_error(resample(8_000)(source([*chunks(samples, MONO, []), absurd])))
    assert isinstance(error, ProtocolError)
    assert "says that it has 999 Hz" in str(error)
    assert (joined(seen) == one_shot(samples, 24_000, 8_000, "HQ")).all()


FIXED = [
    (24_000, 48_000),
    (24_000, 16_000),
    (24_000, 8_000),
    (48_000, 24_000),
    (16_000, 24_000),
    (8_000, 24_000),
]
"""From and to which rate "live" is native."""


def sine(rate, frequency, seconds=1.0):
    time = np.arange(round(rate * seconds)) / rate
    return np.rint(32_000 * np.sin(2 * np.pi * frequency * time)).astype(np.int16)


async def live(samples, from_rate, to_rate):
    frames = chunks(samples, AudioFormat(from_rate), range(480, len(samples), 480))
    return joined(await through(resample(to_rate, quality="live"), frames))[:, 0]


@settings(max_examples=150)
@given(rates=st.sampled_from(FIXED), channels=st.integers(1, 2), length=st.integers(1, 4_000), cuts=cuts)
@example((24_000, 8_000), 1, 2_000, [*range(2_000)])
@example((24_000, 48_000), 2, 1_999, [*range(1_999)])
def test_live_chunked_equals_one_shot_bit_for_bit_and_the_length_is_exact(rates, channels, length, cuts):
    from_rate, to_rate = rates
    samples, format = noise(length, channels), AudioFormat(from_rate, channels)

    async def main():
        runs = [chunks(samples, format, edges) for edges in ([], cuts)]
        return [await through(resample(to_rate, quality="live"), run) for run in runs]

    whole, split = asyncio.run(main())
    assert abs(sum(map(len, whole)) - length * to_rate / from_rate) <= 0.5
    assert b"".join(map(bytes, split)) == b"".join(map(bytes, whole))


@pytest.mark.parametrize(("from_rate", "to_rate"), FIXED)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.6, 0.8])
async def test_a_live_sine_comes_out_where_and_as_it_was(from_rate, to_rate, share):
    frequency = share * min(from_rate, to_rate) / 2 + 1.7  # so that no rounding comes again and again
    middle = slice(to_rate // 20, -to_rate // 20)
    expected = np.sin(2 * np.pi * frequency * np.arange(to_rate) / to_rate)[middle]
    came = (await live(sine(from_rate, frequency), from_rate, to_rate))[middle]
    size = came @ expected / (expected @ expected)
    assert abs(20 * np.log10(size / 32_000)) < 0.01
    sinad = 10 * np.log10(size**2 / 2 / np.mean((came - size * expected) ** 2))
    assert sinad > 90


@pytest.mark.parametrize(("from_rate", "to_rate"), [rates for rates in FIXED if rates[0] > rates[1]])
async def test_what_does_not_fit_is_90_db_down_live(from_rate, to_rate):
    for frequency in np.linspace(0.595 * to_rate, from_rate / 2, 23):
        rest = (await live(sine(from_rate, frequency), from_rate, to_rate))[200:-200]
        spectrum = np.abs(np.fft.rfft(rest * np.hanning(len(rest)))) * 4 / len(rest)
        assert 20 * np.log10(spectrum.max() / 32_000 + 1e-9) < -90


@pytest.mark.parametrize(
    ("from_rate", "to_rate", "most_ms"), [(24_000, 48_000, 1.1), (24_000, 16_000, 1.6), (24_000, 8_000, 2.1)]
)
async def test_live_comes_evenly_and_is_no_more_than_2_ms_late(from_rate, to_rate, most_ms):
    samples, given = noise(24_000), 0
    taken = 0

    async def blocks_of_20_ms():
        nonlocal taken
        for frame in chunks(samples, AudioFormat(from_rate), range(480, len(samples), 480)):
            assert 0 <= taken / from_rate - given / to_rate <= most_ms / 1_000
            taken += len(frame)
            yield frame

    async for frame in resample(to_rate, quality="live")(blocks_of_20_ms()):
        given += len(frame)
    assert given == to_rate


async def test_live_is_soxr_of_little_delay_between_other_rates():
    samples = noise(2_000)
    for rate in (44_100, 11_025, 96_000):
        frames = await through(resample(rate, quality="live"), chunks(samples, MONO, [700]))
        assert (joined(frames) == one_shot(samples, 24_000, rate, "LQ")).all()


def test_resampling_live_between_fixed_rates_loads_no_library():
    program = """
import asyncio, sys
from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.stages import resample

async def frames():
    yield AudioFrame(bytes(4_800), AudioFormat(24_000))

async def main():
    return sum([len(frame) async for frame in resample(8_000, quality="live")(frames())])

assert asyncio.run(main()) == 800
sys.exit("soxr" in sys.modules or "numpy" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_who_resamples_nothing_does_not_load_soxr():
    program = "import sys, omni_stream.stages; sys.exit('soxr' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
