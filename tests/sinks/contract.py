"""What every sink has to do: the rules of ``omni_stream.sinks.sink`` as checks.

A check is an async function of a ``Kind``.  To run a sink of your own through them,
say in a ``Kind`` how it is made and what an outsider sees of it.
"""

import asyncio
import gc
import random
import sys
import threading
import types
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import anyio
import numpy as np
import pytest
from sinks.noise import MONO, STEREO, frames, pcm_of, write_all

from omni_stream.audio import AudioFormat, AudioFrame, Heard
from omni_stream.errors import SinkError, UsageError
from omni_stream.pipeline import Pipeline
from omni_stream.sinks import Sink


@dataclass
class End:
    """One sink, and what an outsider sees.

    Attributes:
        sink: Not entered yet.
        pcm: Reads the PCM that has come to the end by now; None where nothing is kept.
        whole: Reads everything there is, the head too; likewise.
        close: Closes what the test has opened.
        held_frames: So many frames at most may come to the end only when the sink is closed.
        lossy: Whether the frames come as others, of which only the number is right.
        takes_bytes: Whether bytes are taken, too.
        live: Whether it is heard: at its own pace, and what was not is dropped when it is stopped.  Its PCM
            is compared without zeros, which are silence.
    """

    sink: Sink
    pcm: Callable[[], bytes] | None = None
    whole: Callable[[], bytes] | None = None
    close: Callable[[], object] = lambda: None
    held_frames: int = 0
    lossy: bool = False
    takes_bytes: bool = False
    live: bool = False


Kind = Callable[[], End]
"""Makes a new end for each call; what it opens is closed by its ``close``."""


FADE_FRAMES = 120
"""Of what is live, so many are softer before it is silent, in 5 ms."""


def saw(end, expected, *, stopped=False):
    """Whether the end has exactly this PCM, where it keeps any, and counts it.

    Of one that is live and ``stopped``, or not drained, its beginning.
    """
    if end.live:
        return heard(end, expected, stopped=stopped)
    if end.sink.written_bytes != len(expected) or end.pcm is None:
        return end.sink.written_bytes == len(expected)
    pcm = end.pcm()
    most_held = end.held_frames * end.sink.format.frame_bytes if end.sink._open_now and expected else 0
    if not 0 <= len(expected) - len(pcm) <= most_held:
        return False
    return end.lossy or expected.startswith(pcm)


def heard(end, expected, *, stopped):
    if not stopped and end.sink.written_bytes != len(expected):
        return False
    pcm = np.frombuffer(end.pcm(), "<i2")
    said = np.frombuffer(expected[: end.sink.written_bytes], "<i2")
    said = said[said != 0]
    if not stopped:
        most_held = end.held_frames if end.sink._open_now else 0
        return np.array_equal(pcm, said[: len(pcm)]) and len(said) - len(pcm) <= most_held
    sure = max(0, min(len(pcm), len(said)) - FADE_FRAMES - end.held_frames)
    return np.array_equal(pcm[:sure], said[:sure])


async def check_all_that_was_written_is_there_at_the_end(kind):
    run = frames()
    end = kind()
    async with end.sink as sink:
        await write_all(sink, run)
    assert saw(end, pcm_of(run))
    assert sink.frames == len(pcm_of(run)) // 2
    assert sink.seconds == pytest.approx(0.8)
    assert sink.format == MONO
    end.close()


async def check_any_split_gives_the_same_bytes(kind):
    whole = AudioFrame(pcm_of(frames(0.5, format=STEREO)), STEREO)
    seen = set()
    for seed in range(6):
        end = kind()
        cuts = random.Random(seed)
        async with end.sink as sink:
            done = 0
            while done < len(whole):
                length = 1 + int(cuts.random() ** 4 * 5_000)
                await sink.write(AudioFrame(np.array(whole.samples[done : done + length]), STEREO))
                done += length
                if cuts.random() < 0.1:
                    await sink.flush()
        assert saw(end, bytes(whole))
        seen.add(end.whole() if end.whole is not None else b"")
        end.close()
    assert len(seen) == 1


async def check_it_is_used_only_between_entering_and_closing(kind):
    frame = AudioFrame(bytes(range(48)), MONO)
    end = kind()
    sink = end.sink
    calls = (lambda: sink.write(frame), sink.flush, sink.drain, sink.interrupt, sink.pause, sink.resume)
    for call in calls:
        with pytest.raises(UsageError, match="not open yet; use `async with`"):
            await call()
    assert not sink.entered
    async with sink:
        assert sink.entered
        with pytest.raises(UsageError, match="entered once"):
            await sink.__aenter__()
        await sink.write(frame)
    for call in calls:
        with pytest.raises(UsageError, match="is closed; make a new one"):
            await call()
    with pytest.raises(UsageError, match="is closed, and a sink is used once"):
        await sink.__aenter__()
    assert saw(end, bytes(frame))
    end.close()


async def check_closing_again_does_nothing(kind):
    run = frames(0.1)
    end = kind()
    async with end.sink as sink:
        await write_all(sink, run)
    for _ in range(2):
        await sink.aclose()
    assert saw(end, pcm_of(run))
    end.close()
    unused = kind()
    await unused.sink.aclose()
    with pytest.raises(UsageError, match="is closed"):
        await unused.sink.__aenter__()
    unused.close()


async def check_aclose_keeps_what_was_taken(kind):
    run = frames(0.3)
    end = kind()
    async with end.sink as sink:
        await write_all(sink, run)
        await asyncio.gather(sink.aclose(), sink.aclose())
        with pytest.raises(UsageError, match="is closed"):
            await sink.write(run[-1])
    assert saw(end, pcm_of(run), stopped=True)
    end.close()


async def check_flush_and_drain_make_it_visible(kind):
    run = frames(0.2)
    end = kind()
    async with end.sink as sink:
        await sink.flush()
        await write_all(sink, run)
        await sink.flush()
        assert saw(end, pcm_of(run), stopped=True)
        await write_all(sink, run)
        await sink.drain()
        assert saw(end, pcm_of(run) * 2)
    end.close()


async def check_an_error_inside_is_raised_and_what_was_taken_is_kept(kind):
    run = frames(0.3)
    end = kind()
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 -- leaving the block may be what raises
        async with end.sink as sink:
            await write_all(sink, run)
            raise ZeroDivisionError
    assert saw(end, pcm_of(run), stopped=True)
    with pytest.raises(UsageError, match="is closed"):
        await sink.flush()
    end.close()


async def check_another_format_is_refused_and_changes_nothing(kind):
    run = frames(0.1)
    end = kind()
    async with end.sink as sink:
        await write_all(sink, run)
        for other, remedy in (
            (AudioFormat(16_000), r"16000 Hz mono; put `resample\(24000\)` before the sink"),
            (STEREO, "24000 Hz stereo; give each number of channels a sink of its own"),
        ):
            with pytest.raises(SinkError, match=f"takes 24000 Hz mono, but after 0.10 s came {remedy}"):
                await sink.write(AudioFrame(bytes(4), other))
        await write_all(sink, run)
    assert saw(end, pcm_of(run) * 2)
    end.close()


async def check_what_is_no_frame_is_refused(kind):
    end = kind()
    async with end.sink as sink:
        for item in (None, "text") if end.takes_bytes else (b"\0\0", None, "text"):
            with pytest.raises(UsageError, match=r"put `decode\(\)` before it"):
                await sink.write(item)
    assert sink.frames == 0
    end.close()


async def check_interrupt_says_what_was_heard_and_goes_on(kind):
    run = frames(0.25)
    end = kind()
    async with end.sink as sink:
        assert await sink.interrupt() == Heard(0.0)
        await write_all(sink, run)
        await sink.drain()
        assert await sink.interrupt() == Heard(0.25)
        assert saw(end, pcm_of(run))
        await write_all(sink, run)
    assert saw(end, pcm_of(run) * 2)
    end.close()


async def check_a_write_waits_while_paused(kind):
    one, two, three = (AudioFrame(bytes([n, 0] * 480), MONO) for n in (1, 2, 3))
    end = kind()
    async with end.sink as sink:
        await sink.resume()
        await sink.write(one)
        await sink.pause()
        await sink.pause()
        writing = asyncio.ensure_future(sink.write(two))
        await asyncio.sleep(0.01)
        await sink.flush()
        assert not writing.done()
        assert saw(end, bytes(one), stopped=True)
        await sink.resume()
        await writing
        await sink.drain()
        await sink.pause()
        writing = asyncio.ensure_future(sink.write(three))
        await asyncio.sleep(0)
        assert await sink.interrupt() == Heard(0.04)  # which ends the pause, and lets the write go
        await writing
        await sink.write(one)
        await sink.pause()
        writing = asyncio.ensure_future(sink.write(three))
        await asyncio.sleep(0)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        writing = asyncio.ensure_future(sink.write(three))
        await asyncio.sleep(0)
    with pytest.raises(UsageError, match="is closed"):
        await writing
    assert saw(end, bytes(one) + bytes(two) + bytes(one))
    end.close()


async def check_two_writes_at_once_are_refused(kind):
    run = frames(0.1)
    end = kind()
    async with end.sink as sink:
        await sink.pause()
        first = asyncio.ensure_future(write_all(sink, run))
        await asyncio.sleep(0)
        with pytest.raises(UsageError, match="written by one task at a time"):
            await sink.write(run[0])
        await sink.resume()
        await first
    assert saw(end, pcm_of(run))
    end.close()


async def check_other_tasks_may_flush_while_one_writes(kind):
    run = frames(1.0, most=500)
    end = kind()
    async with end.sink as sink:
        writing = asyncio.ensure_future(write_all(sink, run))
        while not writing.done():
            await asyncio.gather(sink.flush(), sink.drain(), sink.flush())
        await writing
    assert saw(end, pcm_of(run))
    end.close()


async def check_a_pipeline_closes_a_sink_unless_its_owner_entered_it(kind):
    run = frames(0.2)

    async def source():
        for frame in run:
            yield frame

    end = kind()
    assert await Pipeline(source()).into(end.sink) is end.sink
    with pytest.raises(UsageError, match="is closed"):
        await end.sink.flush()
    assert saw(end, pcm_of(run))
    end.close()
    end = kind()
    async with end.sink as sink:
        for n in (1, 2):
            await Pipeline(source()).into(sink)
            assert saw(end, pcm_of(run) * n, stopped=True)
    end.close()


async def check_nothing_came_is_no_error(kind):
    end = kind()
    async with end.sink as sink:
        await sink.drain()
    assert sink.seconds == 0
    assert sink.written_bytes == 0
    end.close()


@types.coroutine
def _cancelled_at(cancel, step, work):
    """Await ``work``, and cancel at the await number ``step``; return whether there were so many."""
    error, steps = None, 0
    while True:
        try:
            waited = work.send(None) if error is None else work.throw(error)
        except StopIteration:
            return steps > step
        if steps == step:
            cancel()
        steps += 1
        try:
            error = None
            yield waited
        except BaseException as thrown:  # noqa: BLE001 -- it is the work's to take
            error = thrown


async def check_a_cancel_at_any_await_loses_nothing_that_was_taken(kind):
    some = kind()
    some.close()
    run = frames(0.15 if some.live else 1.3, seed=5)
    whole = pcm_of(run)
    for by_scope in (False, True):
        for step in range(10_000):
            end = kind()
            taken = 0

            async def use(end=end):
                nonlocal taken
                async with end.sink as sink:
                    for n, frame in enumerate(run):
                        try:
                            await sink.write(frame)
                        finally:
                            taken = sink.frames
                        if n % 5 == 0:
                            await sink.flush()
                    await sink.drain()

            before = open_files()
            if by_scope:
                with anyio.CancelScope() as scope:
                    more = await _cancelled_at(scope.cancel, step, use())
                cancelled = scope.cancelled_caught
            else:
                task = asyncio.current_task()
                cancelled = False
                try:
                    more = await _cancelled_at(task.cancel, step, use())
                except asyncio.CancelledError:
                    task.uncancel()
                    cancelled = True
            assert taken == end.sink.frames
            assert saw(end, whole[: taken * 2], stopped=True)
            assert open_files() == before
            assert end.sink.entered is False or await is_closed(end.sink)
            end.close()
            if not cancelled and not more:
                break
        assert step > 5 or end.whole is None
        assert taken * 2 == len(whole)


async def is_closed(sink):
    with suppress(UsageError):
        await sink.flush()
        return False
    return True


async def check_nothing_is_left_behind(kind):
    gc.collect()
    before, tasks = open_files(), asyncio.all_tasks()
    for _ in range(3):
        end = kind()
        async with end.sink as sink:
            await write_all(sink, frames(1.2))
        end.close()
        end = kind()
        with suppress(ZeroDivisionError):
            async with end.sink as sink:
                await write_all(sink, frames(1.2))
                raise ZeroDivisionError
        end.close()
    assert open_files() == before
    assert asyncio.all_tasks() == tasks
    assert all(idle(thread) for thread in disk_threads())


def open_files():
    return sorted(fd.name for fd in Path("/proc/self/fd").iterdir())


def disk_threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("omni_stream disk")]


def idle(thread):
    """Whether a pool's thread waits for work: nothing of ours is on its stack."""
    frame = sys._current_frames().get(thread.ident)
    while frame is not None:
        if "omni_stream" in frame.f_code.co_filename:
            return False
        frame = frame.f_back
    return True


CHECKS = [check for name, check in sorted(globals().items()) if name.startswith("check_")]
