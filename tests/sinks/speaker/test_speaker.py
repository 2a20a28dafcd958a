"""What is heard of what is written: on a card that records it."""

import asyncio

import numpy as np
import pytest
from sinks.speaker.child import noise

from omni_stream import AudioFormat, AudioFrame, Pipeline, resample

FADE_FRAMES = 240
"""Where a reply stalls."""

GATE_FRAMES = 120
"""At a pause."""


def sound_of(recording):
    """What was heard without all silence."""
    return recording.heard[recording.heard.any(axis=1)]


@pytest.mark.parametrize(
    ("channels", "rate", "device_channels"), [(1, 24_000, 1), (1, 24_000, 2), (2, 24_000, 2), (1, 16_000, 2)]
)
def test_each_frame_is_heard_once_as_it_is_from_the_first_to_the_last(
    make_card, child, channels, rate, device_channels
):
    card = make_card(channels=device_channels)
    (closed,) = child(card, "plays", seconds=0.5, rate=rate, channels=channels).all("closed")
    recording, samples = card.recording(), noise(0.5, rate=rate, channels=channels)
    assert np.array_equal(sound_of(recording), np.broadcast_to(samples, (rate // 2, device_channels)))
    assert recording.gaps() == []
    assert (closed["stalls"], closed["late_blocks"], closed["lost_seconds"]) == (0, 0, 0)
    assert closed["heard_seconds"] == closed["played_seconds"] == 0.5
    assert closed["written_bytes"] == channels * rate


def test_two_channels_are_heard_in_one(make_card, child):
    card = make_card(channels=1)
    child(card, "plays", seconds=0.5, channels=2).all("closed")
    left, right = noise(0.5, channels=2).astype("i4").T
    assert np.array_equal(sound_of(card.recording())[:, 0], (left + right) // 2)


def test_a_device_of_another_rate_hears_what_the_stage_makes_of_it(make_card, child):
    card = make_card(rates=[44_100])
    (closed,) = child(card, "plays", seconds=0.5).all("closed")

    async def resampled():
        async def source():
            yield AudioFrame(noise(0.5), AudioFormat(24_000))

        made = Pipeline(source()).through(resample(44_100, quality="live"))
        return b"".join([bytes(frame) async for frame in made])

    expected = np.frombuffer(asyncio.run(resampled()), "<i2")
    recording = card.recording()
    first = np.flatnonzero(recording.heard[:, 0])[0]
    begin = first - np.flatnonzero(expected)[0]
    assert np.array_equal(recording.heard[begin : begin + len(expected), 0], expected)
    assert not recording.heard[begin + len(expected) :].any()
    assert (closed["rate"], closed["written_bytes"]) == (44_100, 24_000)


def test_drained_is_when_the_last_sample_was_heard(make_card, child):
    card = make_card(latency_frames=2_400)
    (drained,) = child(card, "plays", seconds=0.5).all("drained")
    last_sound = card.recording().last_sound
    assert last_sound < drained["at"]
    assert drained["heard_seconds"] == 0.5


def test_what_comes_in_real_time_is_heard_without_a_gap(make_card, child):
    card = make_card()
    (closed,) = child(card, "plays", seconds=1.5, chunk=0.08).all("closed")
    recording = card.recording()
    assert closed["stalls"] == 0
    assert np.array_equal(sound_of(recording), noise(1.5))
    assert recording.gaps() == []


def test_a_write_returns_when_no_more_than_allowed_is_written_ahead(make_card, child):
    card = make_card()
    program = child(card, "plays", seconds=1.0, ahead_seconds=0.3)
    written, recording = program.all("written"), card.recording()
    longest = 2_000 / 24_000
    ahead = [said["seconds"] - max(0.0, said["at"] - recording.first_sound) for said in written]
    assert max(ahead) < 0.3 + 0.2  # and what the device and the policy hold
    assert max(ahead) > 0.3 - longest


def test_a_stall_fades_and_is_counted(make_card, child):
    card = make_card()
    (closed,) = child(card, "starves").all("closed")
    sound = card.recording().sound[:, 0].astype("i4")
    assert closed["stalls"] == 1
    assert len(card.recording().gaps(0.05)) == 1
    assert np.abs(np.diff(sound)).max() <= 10_000 // FADE_FRAMES + 1
    assert np.count_nonzero(sound == 10_000) == 2 * 4_800 - 2 * FADE_FRAMES + 1


def test_a_pause_is_silent_and_nothing_is_lost_by_it(make_card, child):
    card = make_card()
    program = child(card, "is_paused")
    (closed,) = program.all("closed")
    (paused,) = program.all("paused")
    recording = card.recording()
    (gap,) = recording.gaps(0.1)
    assert gap.time < paused["at"] + 0.02 + 2 * paused["latency_seconds"]
    assert np.abs(np.diff(recording.sound[:, 0].astype("i4"))).max() <= 10_000 // GATE_FRAMES + 1
    assert closed["played_seconds"] == 0.5
    assert len(sound_of(recording)) == 12_000 - 1  # a fade ends at 0


def test_the_volume_changes_without_a_step(make_card, child):
    card = make_card()
    child(card, "changes_volume").all("closed")
    sound = card.recording().timeline[:, 0].astype("i4")
    begin = np.flatnonzero(sound)[0]
    sound = sound[begin : begin + 12_000]
    assert sound[0] == 5_000
    assert np.count_nonzero(sound == 0) > 1_000
    assert sound[-1] == 10_000
    assert np.abs(np.diff(sound)).max() <= 10_000 // 480 + 1


def test_two_speakers_play_at_once_each_on_its_own_device(make_card, start_child):
    one, two = make_card(name="desk"), make_card(name="headset")
    start_child("plays_two", cards=[one, two], names=["desk", "head"]).all("closed")
    assert np.array_equal(sound_of(one.recording()), noise(0.5, seed=1))
    assert np.array_equal(sound_of(two.recording()), noise(0.5, seed=2))
