"""A device that vanishes, and the one that takes over: judged by what was heard of both."""

import time

import numpy as np
import pytest
from card import Card
from sinks.speaker.child import noise

from omni_stream import AudioFormat, AudioFrame, SinkError
from omni_stream.sinks.speaker.control import control
from omni_stream.sinks.speaker.device import Device
from omni_stream.sinks.speaker.reopening import AGAIN_SECONDS, MOST_IN_VAIN, Loss, Reopening
from omni_stream.stages.resample import resampling

REPEATED_SECONDS = 0.1  # at most: what a device asks for at once, and may have been heard
AWAY_SECONDS = 0.7

PLANS = {
    "unplugged": ("unplugged", {"ahead_seconds": 0.5}),
    "hung": ("hung up", {"ahead_seconds": 10.0, "device": "hung"}),
    "dead": ("dead", {"ahead_seconds": 0.5}),
    "moved": ("hung up", {"ahead_seconds": 0.5}),
    "gone": ("hung up", {"ahead_seconds": 0.5, "within": 1.0}),
}
"""What happens to a card of this name, and what a speaker on it is told."""

SPARE_RATE = 48_000

BACK = ["unplugged", "hung", "dead"]


@pytest.fixture(scope="module")
def losses(tmp_path_factory, start_child):
    """What is said and what is heard of all of them.

    They vanish one after the other: until that is seen, a device's thread may spin before all others.
    """
    cards = {name: [Card(tmp_path_factory.mktemp("card"), name=name)] for name in PLANS}
    for name in ("hung", "moved"):
        cards[name].append(Card(tmp_path_factory.mktemp("card"), name="spare", rates=[SPARE_RATE]))
    programs = {}
    for name, (how, options) in PLANS.items():
        programs[name] = start_child("is_reopened", cards=cards[name], quiet=True, **options)
        programs[name].until("playing")
        cards[name][0].vanish(how)
        programs[name].until("waiting")
        time.sleep(AWAY_SECONDS if name == "hung" else 0.0)
        if name in BACK:
            cards[name][0].come_back()
    for program in programs.values():
        program.until("closed")
    return {name: (programs[name], [card.recording() for card in cards[name]]) for name in PLANS}


def said_by(program, what):
    """The one thing of this kind that it has said."""
    (said,) = [each for each in program.said if each["what"] == what]
    return said


def sounds_of(recording):
    """What was heard before the loss, and after it."""
    (gap,) = recording.gaps(0.2)
    sound = recording.heard[recording.heard.any(axis=1)][:, 0]
    return sound[: gap.after_frames], sound[gap.after_frames :]


def assert_all_was_heard(before, after, samples):
    """What came after goes on where what came before has stopped, or a moment before that."""
    samples = samples[:, 0]
    assert np.array_equal(before, samples[: len(before)])
    begin = len(samples) - len(after)
    assert np.array_equal(after, samples[begin:])
    assert len(before) - REPEATED_SECONDS * 24_000 <= begin <= len(before)


@pytest.mark.parametrize("name", BACK)
def test_a_device_that_is_back_plays_on_from_where_it_was_heard(losses, name):
    program, (recording, *others) = losses[name]
    before, after = sounds_of(recording)
    assert_all_was_heard(before, after, noise(2.0))
    assert [len(other.heard) for other in others] == [0] * len(others)  # another was wanted
    waiting, closed = said_by(program, "waiting"), said_by(program, "closed")
    repeated = (len(before) + len(after)) / 24_000 - 2.0
    assert waiting["heard_seconds"] == waiting["played_seconds"]
    assert waiting["heard_seconds"] == pytest.approx(len(before) / 24_000 - repeated, abs=1e-4)
    assert said_by(program, "drained")["at"] > recording.last_sound
    assert closed["heard_seconds"] == closed["played_seconds"] == pytest.approx(2.0, abs=1e-9)
    assert closed["written_bytes"] == 96_000
    assert (closed["level_seconds"], closed["tasks"], closed["failed"]) == (0, 1, False)


def test_where_the_default_was_wanted_the_new_default_takes_over(losses):
    program, (first, second) = losses["moved"]
    before, after, samples = first.sound[:, 0], second.sound[:, 0], noise(2.0)
    assert np.array_equal(before, samples[: len(before), 0])
    begin = len(samples) - len(after) // 2
    assert len(before) - REPEATED_SECONDS * 24_000 <= begin <= len(before)
    closed = said_by(program, "closed")
    assert (closed["device"], closed["rate"]) == ("spare", SPARE_RATE)
    assert closed["heard_seconds"] == pytest.approx(2.0, abs=1e-4)
    made = [*resampling(SPARE_RATE).feed(AudioFrame(samples[begin:], AudioFormat(24_000)))]
    expected = np.concatenate([frame.samples[:, 0] for frame in made])[: SPARE_RATE // 4]
    assert np.array_equal(after[: len(expected)], expected)


def test_one_that_does_not_come_back_in_time_is_an_error_of_the_write_that_waits(losses):
    program, (recording,) = losses["gone"]
    failed, closed = said_by(program, "failed"), said_by(program, "closed")
    assert failed["error"] == "DeviceLostError"
    assert "the sound device 'gone' was lost, as it asks for nothing any more, and" in failed["message"]
    assert "and no other could be opened: there is no sound device" in failed["message"]
    assert failed["at"] > said_by(program, "waiting")["at"] + 0.9
    heard = np.count_nonzero(recording.heard)
    assert failed["written_bytes"] / 2 == pytest.approx(heard, abs=REPEATED_SECONDS * 24_000)
    assert (closed["tasks"], closed["failed"]) == (1, True)


def test_what_waits_is_dropped_by_an_interruption_and_not_heard_later(make_card, child):
    card = make_card()
    program = child(card, "is_interrupted_while_it_waits", quiet=True)
    program.until("playing")
    card.vanish("hung up")
    assert not program.until("waiting")["is_written"]
    interrupted = program.until("interrupted")
    card.come_back()
    program.until("closed")
    waiting, closed = said_by(program, "waiting"), said_by(program, "closed")
    assert interrupted["at"] < waiting["at"] + 0.1  # it waits for no device
    assert interrupted["heard"] == pytest.approx(waiting["heard_seconds"], abs=1e-9)
    before, after = sounds_of(card.recording())
    assert interrupted["heard"] * 24_000 == pytest.approx(len(before), abs=REPEATED_SECONDS * 24_000)
    assert np.array_equal(after, noise(0.3, seed=7)[:, 0])
    assert closed["heard_seconds"] == pytest.approx(interrupted["heard"] + 0.3, abs=1e-9)


def test_it_can_be_closed_while_it_waits(make_card, child):
    card = make_card()
    program = child(card, "is_closed_while_it_waits", quiet=True)
    program.until("playing")
    card.vanish("hung up")
    (closed,) = program.all("closed")
    assert (closed["tasks"], closed["error"]) == (1, "UsageError")


HEADSET = Device(0, "Headset", "ALSA", 2, 48_000, 0.01, 0.04, is_default=True)


def loss(**how):
    return Loss(HEADSET, 24_000, "it is gone", control.post(lambda: None, within=5), **how)


async def test_it_is_tried_again_until_there_is_one():
    reopening, tries, failures = Reopening(), [], []

    async def reopen(lost):
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise SinkError("busy")
        assert reopening.loss is lost
        reopening.found()

    reopening.begin(loss(is_vain=False), reopen=reopen, fail=failures.append)
    await reopening._task
    assert reopening.loss is None
    assert failures == []
    assert np.diff(tries) == pytest.approx([AGAIN_SECONDS] * 2, abs=0.2)


async def test_devices_that_play_nothing_are_not_tried_for_ever():
    reopening, tries, failures = Reopening(), [], []

    def lose():
        reopening.begin(
            loss(is_vain=True), reopen=reopen, fail=lambda device, how: failures.append((device, how))
        )

    async def reopen(_):
        tries.append(time.monotonic())
        reopening.found()
        lose()

    lose()
    await reopening._task
    assert len(tries) == MOST_IN_VAIN - 1
    assert failures == [(HEADSET, f"it is gone, {MOST_IN_VAIN} times before anything was heard")]
