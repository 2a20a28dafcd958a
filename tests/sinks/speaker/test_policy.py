"""What is heard when: on a device as in virtual time."""

import math

import pytest
from card import Card
from playout.arriving import incoming
from playout.listening import spoken

import omni_stream as omni

TRACES = [
    ("even", 299), ("cold", 228), ("laggard", 254), ("shared", 118), ("halting", 243), ("lossy", 152),
    ("moving", 218), ("gathered", 217), ("by_sentence", 249), ("wandering", 242),
]  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory, start_child):
    """What each of ten speakers says that plays one of the replies as it comes, all at once."""
    children = []
    for trace in TRACES:
        card = Card(tmp_path_factory.mktemp("card"))
        family, seed = trace
        children.append((trace, card, start_child("follows", cards=[card], family=family, seed=seed)))
    for _, _, child in children:
        child.until("entered")
    for _, _, child in children:
        child.go_on()
    return {trace: (child.until("closed"), card.recording()) for trace, card, child in children}


def decided(trace, closed, given, *, late):
    """The events of a buffer in virtual time, which is asked whenever the device was.

    What comes, comes to it when the speaker was told, or when it had taken that in.
    """
    samples = spoken(incoming(*trace))
    waiting = [(after if late else before, begin, end) for before, after, begin, end in closed["came"]]
    ended = closed["ended"][late]
    buffer, events = omni.JitterBuffer(24_000), []
    for now, frames in given:
        while waiting and waiting[0][0] <= now:
            at, begin, end = waiting.pop(0)
            buffer.push(samples[begin:end], at)
        if not waiting and ended <= now:
            buffer.end(ended)
        buffer.pull(frames, now)
        events += buffer.events()
    return events


def difference(told, events):
    """Seconds by which they differ, but for a device's delay; infinite if in more than time."""
    if [what for what, _, _ in told] != [event.happening for event in events]:
        return math.inf
    later = [at - event.at for (_, at, _), event in zip(told, events, strict=True)]
    return max(later) - min(later)


def test_a_device_is_played_as_the_policy_decides_in_virtual_time(played):
    """That it is the same to the sample where time is the same is for the core's tests to show.

    Here a system may take the device's thread off between the time that it asks and the one that is logged.
    """
    differences = []
    for trace, (closed, recording) in played.items():
        events = [decided(trace, closed, recording.given, late=late) for late in (False, True)]
        differences.append(min(difference(closed["events"], each) for each in events))
        assert closed["events"][0][0] == "started"
    block_seconds = max(frames for _, frames in recording.given) / recording.rate
    assert sum(seconds <= block_seconds for seconds in differences) >= len(TRACES) * 0.7, differences


def test_an_event_tells_when_it_is_heard(played):
    for closed, recording in played.values():
        (first, first_at, _), *_, (last, last_at, _) = closed["events"]
        assert (first, last) == ("started", "drained")
        assert first_at == pytest.approx(recording.first_sound, abs=0.005)
        assert last_at == pytest.approx(recording.last_sound, abs=0.005)
