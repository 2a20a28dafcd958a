"""A device that vanishes, in each way that one does."""

import time

import numpy as np
import pytest
from sinks.speaker.child import noise

FADE_FRAMES = 120
LOST_SECONDS = (
    4.0  # it asks for nothing for 1 s, by looks every 0.1 s, on a machine that has other things to do
)
CLOSE_SECONDS = 4.0  # PortAudio may not return: 2 s are waited for that


@pytest.mark.parametrize(
    ("how", "doing"),
    [("unplugged", "draining"), ("hung up", "nothing"), ("dead", "writing")],
)
def test_a_device_that_vanishes_is_an_error_and_holds_up_nobody(make_card, child, how, doing):
    card = make_card()
    program = child(card, "is_lost", doing=doing, quiet=True)
    playing = program.until("playing")
    assert playing["hurried"] == playing["may_hurry"]
    time.sleep(0.3)
    vanished = card.vanish(how)
    failed = program.until("failed")
    assert failed["error"] == "DeviceLostError"
    assert "the sound device 'card' was lost" in failed["message"]
    assert failed["at"] < vanished + LOST_SECONDS + CLOSE_SECONDS
    sound = card.recording().heard
    sound = sound[sound.any(axis=1)]
    assert failed["written_bytes"] == pytest.approx(2 * len(sound), abs=2 * 2_400)
    assert len(sound) > FADE_FRAMES
    assert np.array_equal(sound[:-FADE_FRAMES], noise(6)[: len(sound) - FADE_FRAMES])
    (closed,) = program.all("closed")
    assert closed["threads"] <= (3 if how == "dead" else 2)  # ours, the control's, a stuck one
    assert closed["hurried"] == []
    assert len(closed["calmed"]) == (how == "dead")  # which spins for ever
    assert closed["kept"] > 0  # another sink has gone on until then
    assert sum(said["what"] == "log" for said in program.said) == (how == "dead")


def test_a_device_that_is_back_is_played_on_by_a_new_speaker(make_card, child):
    card = make_card()
    program = child(card, "plays_after_it_was_lost", quiet=True)
    program.until("playing")
    card.vanish("hung up")
    program.until("lost")
    card.come_back()
    before = len(card.recording().heard)
    program.go_on()
    program.all("closed")
    heard = card.recording().heard[before:]
    assert np.array_equal(heard[heard.any(axis=1)], noise(0.3, seed=7))


def test_a_device_that_vanishes_before_its_first_sound_is_an_error_too(make_card, child):
    card = make_card()
    program = child(card, "is_lost_before_it_plays", quiet=True)
    program.until("entered")
    card.vanish("unplugged")
    program.go_on()
    (failed,) = program.all("failed")
    assert failed["error"] == "DeviceLostError"
