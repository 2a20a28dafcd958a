"""How soon it is silent, and what is said to have been heard: judged by the card."""

import numpy as np
import pytest
from sinks.speaker.child import noise

FADE_FRAMES = 120
BLOCK_SECONDS = 0.02  # no device here asks for more at once


@pytest.mark.parametrize("latency", ["high", 0.015])
def test_it_falls_silent_and_says_to_the_frame_what_was_heard(make_card, child, latency):
    for attempt in "abc":  # a system that wakes the device's thread late has silences of its own
        card = make_card(name=attempt)
        program = child(card, "is_interrupted", latency=latency)
        (closed,) = program.all("closed")
        if not card.recording().underruns:
            break
    asked = [said for said in program.said if said["what"] == "interrupting"]
    told = [said for said in program.said if said["what"] == "interrupted"]
    recording = card.recording()
    assert recording.underruns == closed["late_blocks"]
    pieces = runs_of_sound(recording)
    assert len(pieces) == len(told) + 1
    silent_after = []
    for seed, (before, after, (end, sound)) in enumerate(zip(asked, told, pieces, strict=False)):
        device = after["latency_seconds"] + BLOCK_SECONDS
        assert end < after["at"] + device  # it was ordered to be silent by then
        silent_after.append(end - before["at"] - device)
        heard = round(after["heard"] * 24_000)
        assert heard - 1 <= len(sound) <= heard  # a fade may end at 0
        assert np.array_equal(sound[:-FADE_FRAMES], noise(3, seed=seed)[: len(sound) - FADE_FRAMES, 0])
        assert (
            np.abs(sound[-FADE_FRAMES:]) <= noise(3, seed=seed)[len(sound) - FADE_FRAMES : len(sound), 0]
        ).all()
    assert min(silent_after) < 0.02
    assert np.array_equal(pieces[-1][1], noise(0.3, seed=99)[:, 0])


def runs_of_sound(recording):
    """When each run of sound ends, and its samples; breaks shorter than 10 ms do not end it."""
    sound = recording.sound[:, 0]
    edges = [0]
    for gap in recording.gaps(0.01):
        begin = round((gap.time - recording.first_sound) * recording.rate)
        edges += [begin, begin + round(gap.seconds * recording.rate)]
    edges.append(len(sound))
    return [
        (recording.first_sound + end / recording.rate, sound[begin:end])
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
    ]
