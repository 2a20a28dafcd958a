import asyncio
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sinks.contract import CHECKS, End
from virtual_time import in_virtual_time

from omni_stream.audio import AudioFormat, AudioFrame, Heard
from omni_stream.errors import SinkError, UsageError
from omni_stream.pipeline import Pipeline
from omni_stream.sinks.paced import PacedSink

BLOCK = bytes(range(160))
DROPPED = bytes(160)
SECONDS = 0.020


class FarEnd:
    """Keeps what it is sent, and when; drops what it has not played when it is told to clear."""

    def __init__(self, *, send_seconds=0.0):
        self.came = []
        self.cleared_at = []
        self.log = []  # of both, in order; None where it was cleared
        self._send_seconds = send_seconds

    async def send(self, block):
        self.came.append((asyncio.get_running_loop().time(), block))
        self.log.append(self.came[-1])
        await asyncio.sleep(self._send_seconds)

    async def clear(self):
        self.cleared_at.append(asyncio.get_running_loop().time())
        self.log.append((self.cleared_at[-1], None))

    def most_held(self):
        """The most seconds that it has held, if it has played without a gap whatever it had."""
        most, silent_at = 0.0, 0.0
        for time, block in self.came:
            silent_at = max(silent_at, time) + len(block) / 8_000
            most = max(most, silent_at - time)
        return most

    def played_seconds(self, now):
        """What it has played by now, of what came and was not cleared before."""
        played = last = held = 0.0
        for time, block in [*self.log, (now, b"")]:
            played += min(held, time - last)
            held = 0.0 if block is None else max(0.0, held - (time - last)) + len(block) / 8_000
            last = time
        return played


async def blocks(count):
    for _ in range(count):
        yield BLOCK


def in_time(main):
    """A test in virtual time: an hour of a call takes a moment."""

    def run():
        in_virtual_time(main)

    run.__name__ = main.__name__
    return run


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
@pytest.mark.parametrize("ahead_seconds", [0.01, 0.5])
def test_contract(check, ahead_seconds):
    def kind():
        came = bytearray()

        async def send(block):
            came.extend(block)
            await asyncio.sleep(0)

        async def clear():
            pass

        sink = PacedSink(send, clear=clear, ahead_seconds=ahead_seconds)
        return End(sink, pcm=lambda: bytes(came), takes_bytes=True)

    in_virtual_time(lambda: check(kind))


@in_time
async def test_the_far_end_holds_no_more_than_it_may_and_never_runs_dry():
    far_end, clock = FarEnd(), asyncio.get_running_loop()
    async with PacedSink(far_end.send, ahead_seconds=0.2) as sink:
        begun = clock.time()
        for n in range(500):
            await sink.write(BLOCK)
            assert sink.unheard_seconds <= 0.2 + 1e-9
            assert n < 10 or sink.unheard_seconds > 0.17
        assert clock.time() - begun == pytest.approx(10.0 - 0.2)
        await sink.drain()
        assert clock.time() - begun == pytest.approx(10.0)
        assert sink.unheard_seconds == 0
    assert [block for _, block in far_end.came] == [BLOCK] * 500
    assert far_end.most_held() == pytest.approx(0.2)
    assert sink.seconds == pytest.approx(10.0)
    assert sink.written_bytes == 80_000


@in_time
async def test_what_comes_late_is_sent_at_once_and_not_caught_up_beyond_the_bound():
    far_end, clock = FarEnd(), asyncio.get_running_loop()
    async with PacedSink(far_end.send, ahead_seconds=0.1) as sink:
        for _ in range(3):
            await asyncio.sleep(1.0)
            begun = clock.time()
            for _ in range(5):
                await sink.write(BLOCK)
            assert clock.time() == begun
    assert far_end.most_held() == pytest.approx(0.1)


@in_time
async def test_a_block_longer_than_the_bound_goes_when_the_far_end_is_silent():
    far_end = FarEnd()
    async with PacedSink(far_end.send, ahead_seconds=0.1) as sink:
        for _ in range(3):
            await sink.write(BLOCK * 50)
    times = [time for time, _ in far_end.came]
    assert [after - before for before, after in pairwise(times)] == pytest.approx([1.0, 1.0])


@in_time
async def test_a_slow_way_to_the_far_end_counts():
    far_end, clock = FarEnd(send_seconds=0.3), asyncio.get_running_loop()
    async with PacedSink(far_end.send, ahead_seconds=0.1) as sink:
        await sink.write(BLOCK)
        assert sink.unheard_seconds == pytest.approx(SECONDS)
        begun = clock.time()
        await sink.drain()
        assert clock.time() - begun == pytest.approx(SECONDS)


@in_time
async def test_an_interrupt_clears_the_far_end_and_says_what_was_heard_by_the_clock():
    far_end, clock = FarEnd(), asyncio.get_running_loop()
    async with PacedSink(far_end.send, clear=far_end.clear, ahead_seconds=0.5) as sink:
        begun = clock.time()
        playing = asyncio.ensure_future(Pipeline(blocks(1_000)).into(sink))
        await asyncio.sleep(1.23)
        playing.cancel()
        assert await sink.interrupt() == Heard(1.23)
        with pytest.raises(asyncio.CancelledError):
            await playing
        assert far_end.cleared_at == [clock.time()]
        assert clock.time() - begun == pytest.approx(1.23)
        assert sink.unheard_seconds == 0
        assert sink.written_bytes == round(1.23 * 8_000)
        sent = len(far_end.came)
        await asyncio.sleep(5)
        assert len(far_end.came) == sent
        assert await sink.interrupt() == Heard(1.23)
        await sink.write(BLOCK)  # and the next answer begins
        await sink.drain()
        assert await sink.interrupt() == Heard(1.25)


@in_time
async def test_what_a_far_end_cannot_drop_is_heard():
    far_end = FarEnd()
    async with PacedSink(far_end.send, ahead_seconds=0.5) as sink:
        for _ in range(20):
            await sink.write(BLOCK)
        assert await sink.interrupt() == Heard(0.4)
        assert sink.unheard_seconds == pytest.approx(0.4)


@in_time
async def test_an_interrupt_drops_the_block_of_a_write_that_waits_and_ends_a_drain():
    far_end, clock = FarEnd(), asyncio.get_running_loop()
    async with PacedSink(far_end.send, clear=far_end.clear, ahead_seconds=0.04) as sink:
        await sink.write(BLOCK)
        await sink.write(BLOCK)
        calls = [asyncio.ensure_future(call) for call in (sink.write(DROPPED), sink.drain(), sink.drain())]
        await asyncio.sleep(0.01)
        before = clock.time()
        await sink.interrupt()
        await asyncio.gather(*calls)
        assert clock.time() == before
    assert DROPPED not in [block for _, block in far_end.came]
    assert sink.frames == 320


@in_time
async def test_an_interrupt_at_the_very_moment_drops_the_block_too():
    far_end, loop = FarEnd(), asyncio.get_running_loop()
    async with PacedSink(far_end.send, clear=far_end.clear, ahead_seconds=0.02) as sink:
        await sink.write(BLOCK)
        # Both are due in one round of the loop, and the interrupt is there first.
        loop.call_at(0.02 - 1e-10, lambda: interrupting.append(loop.create_task(sink.interrupt())))
        interrupting = []
        await sink.write(DROPPED)
        assert await interrupting[0] == Heard(0.02)
    assert DROPPED not in [block for _, block in far_end.came]


@in_time
async def test_a_block_under_way_when_the_listener_interrupts_is_not_held():
    far_end = FarEnd(send_seconds=0.05)
    async with PacedSink(far_end.send, clear=far_end.clear) as sink:
        writing = asyncio.ensure_future(sink.write(BLOCK))
        await asyncio.sleep(0.01)
        assert await sink.interrupt() == Heard(0.01)
        await writing
        assert sink.unheard_seconds == 0


@in_time
async def test_a_pause_lets_nothing_more_through():
    far_end = FarEnd()
    async with PacedSink(far_end.send, ahead_seconds=0.1) as sink:
        playing = asyncio.ensure_future(Pipeline(blocks(50)).into(sink))
        await asyncio.sleep(0.31)
        await sink.pause()
        sent = len(far_end.came)
        await asyncio.sleep(3)
        assert len(far_end.came) == sent
        await sink.resume()
        await playing
    assert len(far_end.came) == 50


@in_time
async def test_a_write_that_waits_when_the_sink_closes_is_told():
    far_end = FarEnd()
    sink = PacedSink(far_end.send, ahead_seconds=0.02)
    async with sink:
        await sink.write(BLOCK)
        writing = asyncio.ensure_future(sink.write(BLOCK))
        await asyncio.sleep(0)
    with pytest.raises(UsageError, match="is closed"):
        await writing
    assert len(far_end.came) == 1


@in_time
async def test_leaving_by_an_error_waits_for_nothing():
    far_end, clock = FarEnd(), asyncio.get_running_loop()
    with suppress(ZeroDivisionError):
        async with PacedSink(far_end.send) as sink:
            for _ in range(20):
                await sink.write(BLOCK)
            raise ZeroDivisionError
    assert clock.time() == 0


doings = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 800)),
        st.tuples(st.just("wait"), st.floats(0, 0.3)),
        st.tuples(st.just("interrupt"), st.none()),
    ),
    max_size=40,
)


@given(doings=doings, ahead_seconds=st.floats(0.1, 1.0))
def test_whatever_is_done_the_far_end_has_played_what_the_sink_says(doings, ahead_seconds):
    async def main():
        far_end, clock = FarEnd(), asyncio.get_running_loop()
        async with PacedSink(far_end.send, clear=far_end.clear, ahead_seconds=ahead_seconds) as sink:
            for name, much in doings:
                if name == "write":
                    await sink.write(bytes(much))
                elif name == "wait":
                    await asyncio.sleep(much)
                else:
                    heard = await sink.interrupt()
                    assert heard.seconds == pytest.approx(far_end.played_seconds(clock.time()), abs=0.01)
                assert sink.unheard_seconds <= ahead_seconds + 1e-9
        assert sink.written_bytes / 8_000 == pytest.approx(far_end.played_seconds(clock.time()), abs=0.01)

    in_virtual_time(main)


class ConnectionClosed(Exception):  # noqa: N818 -- as a transport calls it
    pass


@pytest.mark.parametrize("error", [ConnectionResetError("the caller has hung up"), ConnectionClosed("1006")])
@pytest.mark.parametrize("call", ["send", "clear"])
def test_a_far_end_that_is_gone_is_a_sink_error_and_stays_one(error, call):
    async def main():
        far_end = FarEnd()

        async def gone(*_):
            raise error

        setattr(far_end, call, gone)
        with pytest.raises(SinkError) as raised:  # noqa: PT012 -- leaving the block may be what raises
            async with PacedSink(far_end.send, clear=far_end.clear) as sink:
                await sink.write(BLOCK)
                await asyncio.sleep(1)
                await sink.interrupt()
        assert str(error) in str(raised.value)
        assert error in (raised.value.__cause__, raised.value.__cause__.__cause__)
        assert raised.value.written_bytes == (0 if call == "send" else 160)

    in_virtual_time(main)


@in_time
async def test_bytes_and_frames_do_not_mix():
    frame = AudioFrame(bytes(320), AudioFormat(8_000))
    for first, second in ((BLOCK, frame), (frame, BLOCK)):
        async with PacedSink(FarEnd().send) as sink:
            await sink.write(first)
            with pytest.raises(UsageError, match="since its first write"):
                await sink.write(second)
            await sink.write(first)
        assert sink.seconds == pytest.approx(2 * SECONDS)


@pytest.mark.parametrize("seconds", [0, -1, 60.1, float("nan"), "1", None, True])
def test_a_bound_out_of_range_is_refused(seconds):
    with pytest.raises(UsageError, match="over 0 to 60 seconds of audio"):
        PacedSink(FarEnd().send, ahead_seconds=seconds)
