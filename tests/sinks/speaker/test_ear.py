"""A device in virtual time, that holds some sound and vanishes: what is said to have been heard."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from omni_stream.sinks.speaker.ear import Ear
from omni_stream.sinks.speaker.watch import LOOK_SECONDS

RATE = 1_000  # so that a frame is a ms


class Device:
    """Asks for blocks in time, of sound from `begins` on, until it `vanishes`; times are in ms."""

    def __init__(self, *, block, holds, extra, begins, vanishes):
        self.block, self.extra, self.vanishes = block, extra, vanishes
        self.output = SimpleNamespace(blocks=0, pulled=0, taken=0, played=0, heard=0)
        self.latency = holds / RATE
        self.format = SimpleNamespace(rate=RATE)
        self.holds, self.begins = holds, begins

    def heard_by(self, now):
        """The sound at the ear, if it had gone on to play what it was given."""
        return min(self.output.played, max(0, now - self.begins - self.holds - self.extra))

    def go_on(self, now):
        output = self.output
        while output.pulled + self.block <= min(now, self.vanishes):
            output.pulled += self.block
            output.blocks += 1
            output.played = output.taken = max(0, output.pulled - self.begins)
        output.heard = max(output.heard, self.heard_by(now))


DEVICES = st.builds(
    Device,
    block=st.integers(1, 40),
    holds=st.integers(0, 200),
    extra=st.integers(0, 200),  # that it does not tell of before it plays
    begins=st.integers(0, 300),
    vanishes=st.integers(0, 900),
)


@given(DEVICES, st.integers(0, 99))
def test_nothing_that_was_not_heard_is_left_out_and_little_is_heard_twice(device, first_look):
    ear = Ear(device)
    for now in range(first_look, 2_500, round(LOOK_SECONDS * RATE)):
        device.go_on(now)
        sure = ear.look()
        assert sure <= device.heard_by(device.vanishes)
    heard, said = device.heard_by(device.vanishes), ear.at_loss()
    sounds_at = device.begins + device.holds + device.extra
    was_seen = device.vanishes > sounds_at + 2 * LOOK_SECONDS * RATE
    if was_seen or not device.extra:
        assert said <= heard
    if was_seen:
        assert heard - said <= 3 * device.block + 1
