"""Neither the interpreter nor the event loop is on the device's thread."""

import signal
import time

import numpy as np
import pytest
from card import Clock
from sinks.speaker.child import noise


@pytest.mark.parametrize("how", ["blocked", "4 loops", "json"])
def test_what_is_written_ahead_is_heard_whatever_python_does(make_card, child, how):
    card = make_card()
    (closed,) = child(card, "is_hindered", how=how).all("closed")
    recording = card.recording()
    heard = recording.heard[recording.heard.any(axis=1)]
    assert closed["stalls"] == 0  # there was always something to play
    # A system that wakes the device's thread late has gaps of its own; there are no others.
    assert len(recording.gaps()) <= closed["late_blocks"]
    assert len(heard) == 24_000 - round(24_000 * closed["lost_seconds"])
    if not closed["lost_seconds"]:
        assert np.array_equal(heard, noise(1.0))


def test_a_loop_that_is_blocked_for_longer_than_sound_is_there_is_a_stall_and_is_counted(make_card, child):
    card = make_card()
    (closed,) = child(card, "is_hindered", how="blocked", ahead_seconds=0.3).all("closed")
    recording = card.recording()
    stalls = len(recording.gaps(0.05))
    assert 1 <= closed["stalls"] <= stalls + closed["late_blocks"]
    assert stalls <= closed["stalls"] + closed["late_blocks"]
    assert closed["heard_seconds"] + closed["lost_seconds"] == pytest.approx(1.0, abs=1e-9)


def test_a_process_that_is_stopped_runs_the_device_empty_loses_a_block_and_plays_on(make_card, child):
    card = make_card()
    program = child(card, "plays", seconds=1.0)
    card.until(lambda recording: np.count_nonzero(recording.heard) > 4_800)
    program.process.send_signal(signal.SIGSTOP)
    time.sleep(1.3)  # longer than a device may ask for nothing
    program.process.send_signal(signal.SIGCONT)
    (closed,) = program.all("closed")
    recording = card.recording()
    assert closed["late_blocks"] == recording.underruns > 0
    assert closed["heard_seconds"] + closed["lost_seconds"] == pytest.approx(1.0, abs=1e-9)
    (drained,) = [said for said in program.said if said["what"] == "drained"]
    assert recording.last_sound < drained["at"] < recording.last_sound + 0.5
    # All that was heard is as it was written, but for what the device has thrown away.
    heard, samples = recording.heard[recording.heard.any(axis=1)], noise(1.0)
    assert len(heard) == len(samples) - round(24_000 * closed["lost_seconds"])
    same = np.cumprod((heard == samples[: len(heard)]).all(axis=1)).sum()
    assert np.array_equal(heard[same:], samples[len(samples) - len(heard) + same :])


def test_a_wall_clock_that_jumps_changes_nothing(make_card, start_child, tmp_path):
    card, clock = make_card(), Clock(tmp_path)
    program = start_child("plays", cards=[card], clock=clock, seconds=1.0)
    for count, ahead in enumerate([-3_600, 86_400], start=1):
        card.until(lambda recording, count=count: np.count_nonzero(recording.heard) > count * 4_800)
        clock.set_ahead(ahead)
    (closed,) = program.all("closed")
    recording = card.recording()
    (drained,) = [said for said in program.said if said["what"] == "drained"]
    assert recording.last_sound < drained["at"] < recording.last_sound + 0.5
    assert closed["heard_seconds"] == 1
    assert np.array_equal(recording.heard[recording.heard.any(axis=1)], noise(1.0))
