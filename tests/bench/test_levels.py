import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import omni_stream as omni
from omni_stream.bench.levels import Levels, decibels, first_sound

RATE = 24_000


def levels(samples, *, pieces=(), rate=RATE, channels=1):
    told = Levels()
    cuts = sorted({0, *pieces, len(samples)})
    for begin, end in pairwise(cuts):
        if end > begin:
            told.feed(omni.AudioFrame(samples[begin:end], omni.AudioFormat(rate, channels)))
    return told.finish()


def tone(decibel, seconds):
    """A square wave of so many dB of full scale."""
    return np.resize(np.array([1, -1]), round(seconds * RATE)) * round(32_768 * 10 ** (decibel / 20))


def speech(*parts):
    return np.concatenate([tone(*part) for part in parts]).clip(-32_768, 32_767).astype(np.int16)


@given(st.lists(st.integers(0, 2_400), max_size=6))
def test_levels_do_not_depend_on_how_audio_is_cut(cuts):
    samples = np.random.default_rng(7).normal(0, 3_000, 2_400).astype(np.int16)
    assert levels(samples, pieces=cuts) == levels(samples)


def test_a_level_is_the_root_mean_square_rounded_up():
    samples = speech((-20.5, 0.01), (-40.5, 0.01), (-39.5, 0.01), (-200, 0.01))
    assert decibels(levels(samples)) == [-20, -40, -39, -93]
    assert decibels(levels(np.full(240, -32_768, np.int16))) == [0]
    assert math.ceil(20 * math.log10(round(32_768 * 10**-1.975) / 32_768)) == -39


def test_the_last_window_may_be_short_and_channels_are_one():
    assert len(levels(np.zeros(241, np.int16))) == 2
    both = np.zeros((160, 2), np.int16)
    both[:, 0] = 16_384
    assert decibels(levels(both, rate=8_000, channels=2)) == [-9, -9]


@given(st.lists(st.integers(0, 22_050), max_size=6))
def test_windows_are_10_ms_at_rates_that_are_no_multiple_of_100_hz(cuts):
    samples = np.zeros(22_050, np.int16)
    samples[round(0.8 * 22_050) :] = 10_000
    told = levels(samples, pieces=cuts, rate=22_050)
    assert len(told) == 100
    assert first_sound(told) == 0.8


@pytest.mark.parametrize(
    ("parts", "seconds"),
    [
        ([(-20, 0.2)], 0.0),
        ([(-60, 0.1), (-20, 0.2)], 0.1),
        ([(-60, 0.1), (-20, 0.04), (-60, 0.1), (-20, 0.05)], 0.24),  # what is shorter is a click
        ([(-40.1, 0.3)], None),  # it has to be above
        ([(-39.9, 0.3)], 0.0),
        ([(-20, 0.04)], None),
    ],
)
def test_the_first_sound_is_50_ms_above_minus_40_db(parts, seconds):
    assert first_sound(levels(speech(*parts))) == seconds
