"""What goes into rings, one after the other, is all that was added, in order, from where it was heard."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from omni_stream import AudioFormat, AudioFrame
from omni_stream.sinks.speaker.rest import Rest
from omni_stream.stages.resample import resampling

MONO = AudioFormat(24_000)


class Ring:
    """What `Rest` needs of an output: room, which the test makes."""

    def __init__(self):
        self.room = 0
        self.samples = []

    def write(self, frame, begin):
        taken = frame.samples[begin : begin + self.room, 0].tolist()
        self.room -= len(taken)
        self.samples += taken
        return len(taken)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 7)),
        st.tuples(st.just("room"), st.integers(0, 9)),
        st.tuples(st.just("heard"), st.floats(0, 1)),
        st.tuples(st.just("lost"), st.floats(0, 1)),
        st.tuples(st.just("drop"), st.just(0)),
    )
)


@given(STEPS)
@example([("add", 2), ("room", 2), ("lost", 0.5), ("lost", 0.0)])
def test_what_was_not_heard_goes_again_into_the_next_ring(steps):
    rest, ring = Rest(keeps=True), Ring()
    next_sample = 0
    waiting = []  # all that is in the ring from where it is heard on, and all that waits
    heard = begin = 0  # places in the ring: up to which it was heard, and where `waiting` begins
    for step, number in steps:
        match step:
            case "add":
                samples = list(range(next_sample, next_sample + number))
                next_sample += number
                waiting += samples
                rest.add([AudioFrame(np.array(samples, "<i2"), MONO)])
            case "room":
                ring.room = number
                rest.move(ring)
            case "heard":
                heard += int(number * (len(ring.samples) - heard))
                rest.heard(heard)
            case "lost":
                heard += int(number * (len(ring.samples) - heard))
                again = rest.again(heard)
                assert again == len(ring.samples) - max(heard, begin)
                waiting = waiting[max(0, heard - begin) :]
                ring, heard, begin = Ring(), 0, 0
            case "drop":
                rest.drop(len(ring.samples))
                waiting, begin = [], len(ring.samples)
        assert ring.samples[begin:] == waiting[: len(ring.samples) - begin]
        assert rest.frames == len(waiting) - (len(ring.samples) - begin)
    ring.room = 1 << 20
    rest.move(ring)
    assert ring.samples[begin:] == waiting


def test_only_what_may_be_wanted_again_is_kept():
    for keeps in (False, True):
        rest, ring = Rest(keeps=keeps), Ring()
        for n in range(1_000):
            rest.add([AudioFrame(bytes(960), MONO)])
            ring.room = 480
            rest.move(ring)
            rest.heard(480 * n - 100)
            assert len(rest._kept) <= (2 if keeps else 0)


def test_what_waits_is_brought_to_another_rate_from_where_it_was_heard():
    samples = np.random.default_rng(0).integers(-9_000, 9_000, 4_800).astype("<i2")
    rest, ring = Rest(keeps=True), Ring()
    rest.add([AudioFrame(samples[:1_000], MONO), AudioFrame(samples[1_000:], MONO)])
    ring.room = 2_000
    rest.move(ring)
    rest.again(1_200)
    rest.resample(resampling(48_000))
    assert (rest.rate, rest.frames) == (48_000, 2 * 3_600)
    assert rest.seconds == 0.15
    ring = Ring()
    ring.room = 1 << 20
    rest.move(ring)
    once = resampling(48_000)
    expected = [*once.feed(AudioFrame(samples[1_200:], MONO)), *once.close()]
    assert ring.samples == np.concatenate([frame.samples[:, 0] for frame in expected]).tolist()
