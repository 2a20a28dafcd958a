"""A device that vanishes, in each way that one does."""

import time

import numpy as np
import pytest
from sinks.speaker.child import noise

WAYS = ["unplugged", "hung up", "dead"]
FADE_FRAMES = 120
LOST_SECONDS = 3.0  # without a block for 1 s, a look every 0.1 s, on a machine that does other things too


@pytest.mark.parametrize("doing", ["writing", "draining", "nothing"])
@pytest.mark.parametrize("how", WAYS)
def test_a_device_that_vanishes_is_an_error_and_holds_up_nobody(make_card, child, how, doing):
    card = make_card()
    program = child(card, "is_lost", doing=doing, quiet=True)
    program.until("playing")
    time.sleep(0.3)
    card.vanish(how)
    vanished = time.monotonic()
    failed = program.until("failed")
    assert failed["error"] == "DeviceLostError"
    assert "the sound device 'card' was lost" in failed["message"]
    assert failed["at"] < vanished + LOST_SECONDS + 2.0  # PortAudio may not return: that is waited for
    sound = card.recording().heard
    sound = sound[sound.any(axis=1)]
    assert failed["written_bytes"] == pytest.approx(2 * len(sound), abs=2 * 2_400)
    (closed,) = program.all("closed")
    assert closed["threads"] <= (3 if how == "dead" else 2)  # ours, the control's, a stuck one
    gone = [said["text"] for said in program.said if said["what"] == "log"]
    assert len(gone) == (how == "dead")
    assert time.monotonic() < vanished + 2 * LOST_SECONDS + 4.0  # the program has ended
    assert len(sound) > FADE_FRAMES
    assert np.array_equal(sound[:-FADE_FRAMES], noise(6)[: len(sound) - FADE_FRAMES])
    assert closed["kept"] > 0  # another sink has gone on until then
