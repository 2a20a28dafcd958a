import numpy as np
import pytest
from stages.sound import MONO, chunks, joined, noise, source, through

from omni_stream.errors import UsageError
from omni_stream.stages import gain

EVERY_SAMPLE = np.arange(-32_768, 32_768, dtype=np.int16)[:, None]


@pytest.mark.parametrize("db", [-96, -60.5, -6, -0.01, 0.01, 3, 6.0, 20, 96])
async def test_every_sample_is_scaled_rounded_and_kept_within_full_scale(db):
    (louder,) = await through(gain(db), chunks(EVERY_SAMPLE, MONO, []))
    exact = [max(-32_768, min(32_767, round(int(sample) * 10 ** (db / 20)))) for sample in EVERY_SAMPLE[:, 0]]
    assert louder.samples[:, 0].tolist() == exact


async def test_silence_stays_silence_and_the_sign_is_kept():
    (louder,) = await through(gain(40), chunks(np.array([-5, 0, 5], np.int16), MONO, []))
    assert louder.samples[:, 0].tolist() == [-500, 0, 500]


@pytest.mark.parametrize("db", [0, 0.0, -0.0])
async def test_no_gain_passes_the_very_same_frames(db):
    frames = chunks(noise(1_000), MONO, [10, 500])
    assert all(a is b for a, b in zip(await through(gain(db), frames), frames, strict=True))
    untouched = source(frames)
    assert gain(db)(untouched) is untouched
    await untouched.aclose()


async def test_positions_and_cuts_are_kept():
    frames = chunks(noise(1_000), MONO, [10, 500], position=7_000)
    softer = await through(gain(-3), frames)
    assert [(f.position_frames, len(f)) for f in softer] == [(f.position_frames, len(f)) for f in frames]
    assert abs(joined(softer)).max() < abs(joined(frames).astype(int)).max()


@pytest.mark.parametrize("db", [-96.1, 97, float("nan"), float("inf"), -float("inf"), "6", None, True])
def test_a_gain_out_of_range_is_refused(db):
    with pytest.raises(UsageError, match="-96 to 96 dB"):
        gain(db)
