"""Neither the interpreter nor the event loop is on the device's thread."""

import numpy as np
import pytest
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
    assert len(heard) == 36_000 - round(24_000 * closed["lost_seconds"])
    if not closed["lost_seconds"]:
        assert np.array_equal(heard, noise(1.5))
