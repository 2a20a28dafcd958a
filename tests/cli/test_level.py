import math

import numpy as np
import pytest

import omni_stream as omni
from omni_stream.cli.level import bar, level


def frame(samples, channels=1):
    samples = np.asarray(samples, np.int16).reshape(-1, channels)
    return omni.AudioFrame(samples, omni.AudioFormat(24_000, channels))


@pytest.mark.parametrize(
    ("amplitude", "decibels"), [(32_767, 0.0), (16_384, -6.02), (3_277, -20.0), (1, -90.31)]
)
def test_the_level_of_a_square_wave_is_its_amplitude(amplitude, decibels):
    square = [amplitude, -amplitude] * 100
    assert level(frame(square)) == pytest.approx(decibels, abs=0.01)
    assert level(frame(square, channels=2)) == pytest.approx(decibels, abs=0.01)


@pytest.mark.parametrize("samples", [[], [0] * 10])
def test_silence_and_nothing_have_no_level(samples):
    assert level(frame(samples)) == -math.inf


def test_the_loudest_frame_there_is_has_a_level():
    assert level(frame([-32_768] * 10)) == 0.0


def test_bars_rise_with_the_level_and_stay_in_range():
    bars = [bar(decibels) for decibels in (-math.inf, -90.0, *range(-48, 1))]
    assert bars == sorted(bars)
    assert set(bars) == set("▁▂▃▄▅▆▇█")
