"""Slower speech: at its pitch, without a click, at most as slow as it may be."""

import numpy as np
import pytest
from playout.listening import places, voice

import omni_stream as omni

RATE = 24_000
SECONDS = 12


def tone(pitch):
    """A steady voice: harmonics of a pitch, falling by 6 dB an octave."""
    time = np.arange(SECONDS * RATE) / RATE
    return np.round(4_000 * sum(np.sin(2 * np.pi * k * pitch * time) / k for k in range(1, 9))).astype("i2")


def slowed(samples, pace=1.15, piece_s=0.1, **numbers):
    """What is heard of a reply that comes slower than it is played."""
    buffer = omni.JitterBuffer(RATE, **numbers)
    piece = round(piece_s * RATE)
    blocks, pushed, tick = [], 0, 0
    while pushed < len(samples):
        while pushed < len(samples) and pushed / RATE * pace <= tick / 100:
            buffer.push(samples[pushed : pushed + piece], tick / 100)
            pushed += piece
        blocks.append(buffer.pull(240, tick / 100))
        tick += 1
    buffer.end(tick / 100)
    while buffer.stats.level_s:
        blocks.append(buffer.pull(240, tick / 100))
        tick += 1
    return np.concatenate(blocks), buffer.stats


def pitch_of(samples):
    """The pitch at the peak of the spectrum's product over its harmonics, to a tenth of a Hz."""
    size = 1 << 19
    spectrum = np.log(np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size)) + 1)
    candidates = np.arange(60, 420, 0.1)
    scores = sum(spectrum[np.round(k * candidates * size / RATE).astype(int)] for k in range(1, 6))
    return candidates[scores.argmax()]


@pytest.mark.parametrize("pitch", [85, 120, 173, 220, 310])
def test_the_pitch_stays_within_a_hundredth(pitch):
    samples = tone(pitch)
    heard, stats = slowed(samples)
    assert stats.stretched_s > 0.15
    sound = heard[np.flatnonzero(heard)[0] :][: 4 * RATE]
    assert pitch_of(sound) == pytest.approx(pitch_of(samples[: 4 * RATE]), rel=0.01)


@pytest.mark.parametrize("pitch", [85, 120, 173, 220, 310])
def test_no_joint_clicks(pitch):
    samples = tone(pitch)
    heard, stats = slowed(samples)
    assert stats.stretched_s > 0.15
    sounds = np.flatnonzero(heard)
    inner = heard[sounds[0] : sounds[-1]]
    corners, own = (np.abs(np.diff(sound.astype(int), 2)).max() for sound in (inner, samples))
    assert corners <= own + 0.015 * samples.max()


def test_between_joints_speech_is_played_as_it_is():
    samples = voice(60, 1)[: SECONDS * RATE]
    heard, stats = slowed(samples)
    frames, place = places(heard, samples)
    joints = (np.diff(place) < np.diff(frames)).sum()
    assert joints * 0.0025 < stats.stretched_s < joints * 0.015 + 0.02
    assert len(frames) > 0.8 * len(samples) / 120


def test_speech_is_never_slower_than_it_may_be():
    samples = voice(60, 1)[: SECONDS * RATE]
    for least in (0.9, 0.95, 0.98):
        heard, _ = slowed(samples, least_speed=least, expected_delay_s=5.0, most_wait_s=0.2)
        frames, place = places(heard, samples)
        runs = np.split(np.arange(len(frames)), np.flatnonzero(np.diff(frames) > 360) + 1)
        for run in (run for run in runs if len(run) > 200):
            took, came = frames[run[-1]] - frames[run[0]], place[run[-1]] - place[run[0]]
            assert came >= least * took - 0.03 * RATE


def test_at_full_speed_nothing_is_stretched():
    samples = voice(60, 1)[: SECONDS * RATE]
    _, stats = slowed(samples, least_speed=1.0)
    assert stats.stretched_s == 0


def test_noise_has_no_period_and_is_left_alone():
    samples = np.random.default_rng(1).normal(0, 2_000, SECONDS * RATE).astype("i2")
    _, stats = slowed(samples)
    assert stats.stretched_s < 0.05
