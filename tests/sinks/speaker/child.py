"""What a test has a speaker do, in a process of its own: ``python child.py WHAT ARGUMENTS``.

The arguments are JSON.  It prints what it has seen, a line of JSON each, with its time.
"""

import asyncio
import dataclasses
import functools
import gc
import json
import logging
import os
import random
import resource
import sys
import threading
import time
from pathlib import Path

import numpy as np
from card import Card
from playout.arriving import incoming
from playout.listening import spoken

import omni_stream as omni
from omni_stream.sinks.speaker import reopening

Speaker = functools.partial(omni.Speaker, least_speed=1, hold_s=0, skips_lead=False)
"""Sound as it is, so that what was heard can be told from what was not."""


def say(what, **facts):
    line = json.dumps({"what": what, "at": time.monotonic(), **facts})
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def noise(seconds, *, rate=24_000, channels=1, seed=0):
    """Samples (frames, channels), none of them 0, so that a silence is one of the speaker or the card."""
    shape = (round(seconds * rate), channels)
    return np.random.default_rng(seed).integers(1, 1 << 15, shape).astype("<i2")


def frames_of(samples, *, rate=24_000, most=2_000, seed=0):
    """Frames of random lengths, empty ones among them."""
    format = omni.AudioFormat(rate, samples.shape[1])
    cuts = random.Random(seed)
    begin = 0
    while begin < len(samples):
        end = begin + cuts.choice([0, 1, 480, 1_920, most])
        yield omni.AudioFrame(samples[begin:end], format)
        begin = end


def figures(speaker):
    return dataclasses.asdict(speaker.stats) | {"written_bytes": speaker.written_bytes}


async def plays(seconds=1.0, rate=24_000, channels=1, chunk=0.0, seed=0, **options):
    """Play noise to its end; with a `chunk`, as from a service: so many seconds at a time, in real time."""
    samples = noise(seconds, rate=rate, channels=channels, seed=seed)
    cuts = random.Random(seed)
    async with Speaker(**options) as speaker:
        say("entered")
        frames = list(frames_of(samples, rate=rate, seed=seed))
        if chunk:
            format, size = omni.AudioFormat(rate, channels), round(chunk * rate)
            frames = [omni.AudioFrame(samples[n : n + size], format) for n in range(0, len(samples), size)]
        for frame in frames:
            await speaker.write(frame)
            say("written", seconds=speaker.seconds)
            await asyncio.sleep(chunk * cuts.uniform(0.2, 1.6))
        await speaker.drain()
        say("drained", **figures(speaker))
    say("closed", **figures(speaker))


async def follows(family, seed):
    """Play speech that comes as one of the models of arrival has it, from when it is told to."""
    reply = incoming(family, seed)
    samples, format = spoken(reply), omni.AudioFormat(24_000)
    came, begin = [], 0
    async with omni.Speaker() as speaker:
        say("entered")
        await asyncio.to_thread(sys.stdin.readline)
        zero = time.monotonic()
        for at, seconds in reply.chunks:
            end = begin + round(seconds * format.rate)
            await asyncio.sleep(zero + at - time.monotonic())
            before = time.monotonic()
            await speaker.write(omni.AudioFrame(samples[begin:end, np.newaxis], format))
            came.append((before, time.monotonic(), begin, end))
            begin = end
        await asyncio.sleep(zero + reply.ended_s - time.monotonic())
        before = time.monotonic()
        await speaker.flush()
        ended = before, time.monotonic()
        await speaker.drain()
        events = [dataclasses.astuple(event) for event in speaker.events()]
    say("closed", came=came, ended=ended, events=events, **figures(speaker))


async def is_hindered(how, seconds=1.0, **options):
    """Play while the interpreter or the event loop is busy."""
    stopping = threading.Event()

    def loop():
        while not stopping.is_set():
            pass

    def hold():
        wide = [list(range(100)) for _ in range(12_000)]
        while not stopping.is_set():
            json.dumps(wide)

    threads = {"nothing": 0, "blocked": 0, "4 loops": 4, "json": 1}[how]
    hogs = [threading.Thread(target=hold if how == "json" else loop) for _ in range(threads)]
    async with Speaker(**options) as speaker:
        writing = asyncio.ensure_future(write(speaker, noise(seconds)))
        await asyncio.sleep(0.1)
        for hog in hogs:
            hog.start()
        while how == "blocked" and not writing.done():
            time.sleep(0.5)  # noqa: ASYNC251 -- as the program of a user may
            await asyncio.sleep(0.05)
        await writing
        await speaker.drain()
        stopping.set()
    say("closed", **figures(speaker))
    for hog in hogs:
        hog.join()


async def write(speaker, samples, **options):
    for frame in frames_of(samples, **options):
        await speaker.write(frame)


async def until(condition):
    while not condition():  # noqa: ASYNC110 -- nothing tells of it
        await asyncio.sleep(0.005)


async def is_interrupted(replies=4, latency="high"):
    """Interrupt replies, one after the other, and play the last to its end."""
    async with Speaker(latency=latency) as speaker:
        before = 0.0
        for seed in range(replies):
            writing = asyncio.ensure_future(write(speaker, noise(3, seed=seed), seed=seed))
            await until(lambda before=before: speaker.stats.heard_seconds > before + 0.15)
            say("interrupting")
            heard = await speaker.interrupt()
            say("interrupted", heard=heard.seconds - before, **figures(speaker))
            before = heard.seconds
            writing.cancel()
            await asyncio.wait([writing])
            await speaker.interrupt()
            await until(lambda before=before: speaker.stats.heard_seconds >= before)
            await asyncio.sleep(0.05)
        await write(speaker, noise(0.3, seed=99))
    say("closed", **figures(speaker))


async def is_paused():
    async with Speaker() as speaker:
        writing = asyncio.ensure_future(write(speaker, np.full((12_000, 1), 10_000, "<i2")))
        await until(lambda: speaker.stats.heard_seconds > 0.1)
        await speaker.pause()
        say("paused", **figures(speaker))
        await asyncio.sleep(0.2)
        say("resuming", **figures(speaker))
        await speaker.resume()
        await writing
    say("closed", **figures(speaker))


async def changes_volume():
    async with Speaker(volume=0.5, latency=0.02, most_wait_s=0) as speaker:
        writing = asyncio.ensure_future(write(speaker, np.full((12_000, 1), 10_000, "<i2")))
        await until(lambda: speaker.stats.heard_seconds > 0.1)
        speaker.muted = True
        await until(lambda: speaker.stats.heard_seconds > 0.3)
        speaker.volume = 1.0
        speaker.muted = False
        await writing
    say("closed", **figures(speaker))


async def starves():
    """Let it run out of sound."""
    async with Speaker(most_wait_s=0) as speaker:
        await speaker.write(omni.AudioFrame(np.full(4_800, 10_000, "<i2"), omni.AudioFormat(24_000)))
        await until(lambda: speaker.stats.stalls)
        await asyncio.sleep(0.1)
        await speaker.write(omni.AudioFrame(np.full(4_800, 10_000, "<i2"), omni.AudioFormat(24_000)))
    say("closed", **figures(speaker))


async def is_lost(doing):
    """Play on a device that vanishes."""
    logging.basicConfig(stream=sys.stdout, format="%(message)s", level=logging.WARNING)
    speaker = Speaker()
    kept = omni.NullSink()
    try:
        async with speaker, kept:
            for number, frame in enumerate(frames_of(noise(6))):
                await kept.write(frame)
                await speaker.write(frame)
                if number == 9:
                    await until(lambda: speaker.stats.heard_seconds > 0)
                    say("playing", hurried=len(hurried()), may_hurry=may_hurry())
                    if doing == "nothing":
                        await until(lambda: speaker._failure is not None)
                if doing == "draining":
                    await speaker.drain()
    except omni.SinkError as error:
        say("failed", error=type(error).__name__, message=str(error), written_bytes=error.written_bytes)
    try:
        await speaker.flush()
    except omni.DeviceLostError:
        threads = threads_now()
        say(
            "closed",
            **figures(speaker),
            kept=kept.seconds,
            threads=threading.active_count(),
            hurried=hurried(),
            calmed=[thread for thread in threads if os.getpriority(os.PRIO_PROCESS, thread) > 0],
        )


async def cannot_be_opened(device=None):
    try:
        async with Speaker(device):
            say("entered")
    except (omni.SinkError, omni.UsageError) as error:
        say("failed", error=type(error).__name__, message=str(error))


async def looks_before(then):
    """See which devices there are, and do something else after a while."""
    say("listed", count=len(omni.devices()))
    sys.stdin.readline()
    await globals()[then]()


async def plays_after_it_was_lost():
    """Play, and again once the device is back."""
    try:
        async with Speaker() as speaker:
            await write(speaker, noise(0.3))
            say("playing")
            await write(speaker, noise(6))
    except omni.DeviceLostError:
        say("lost")
    sys.stdin.readline()
    await plays(seconds=0.3, seed=7)


async def is_reopened(seconds=2.0, seed=0, within=None, **options):
    """Play on a device that vanishes, and on the one that is there then."""
    if within is not None:
        reopening.REOPEN_SECONDS = within
    samples = noise(seconds, seed=seed)
    try:
        async with Speaker(on_loss="reopen", **options) as speaker:
            say("entered")
            writing = asyncio.ensure_future(write(speaker, samples))
            await until(lambda: speaker.stats.heard_seconds > 0.3)
            say("playing")
            await until(lambda: speaker._stream is None)
            say("waiting", **figures(speaker))
            await writing
            await speaker.drain()
            say("drained", **figures(speaker))
    except omni.SinkError as error:
        say("failed", error=type(error).__name__, message=str(error), written_bytes=error.written_bytes)
    await asyncio.wait([writing])
    say("closed", **figures(speaker), tasks=len(asyncio.all_tasks()), failed=writing.exception() is not None)


async def is_interrupted_while_it_waits():
    """Interrupt what plays on a device that has vanished, and play something else once there is one."""
    async with Speaker(on_loss="reopen") as speaker:
        writing = asyncio.ensure_future(speaker.write(omni.AudioFrame(noise(15), omni.AudioFormat(24_000))))
        await until(lambda: speaker.stats.heard_seconds > 0.3)
        say("playing")
        await until(lambda: speaker._stream is None)
        await asyncio.sleep(0.1)
        say("waiting", **figures(speaker), is_written=writing.done())
        heard = await speaker.interrupt()
        await writing
        say("interrupted", heard=heard.seconds, **figures(speaker))
        await write(speaker, noise(0.3, seed=7))
    say("closed", **figures(speaker))


async def is_closed_while_it_waits():
    """Leave a speaker whose device has vanished."""
    async with Speaker(on_loss="reopen") as speaker:
        writing = asyncio.ensure_future(write(speaker, noise(15)))
        await until(lambda: speaker.stats.heard_seconds > 0.3)
        say("playing")
        await until(lambda: speaker._stream is None)
        await speaker.aclose()
        say("left")
        await asyncio.wait([writing])
    say("closed", tasks=len(asyncio.all_tasks()), error=type(writing.exception()).__name__)


async def is_lost_before_it_plays():
    """Play on a device that vanishes between its opening and the first sound."""
    try:
        async with Speaker() as speaker:
            say("entered")
            sys.stdin.readline()
            await write(speaker, noise(6))
    except omni.SinkError as error:
        say("failed", error=type(error).__name__, message=str(error))


async def lists():
    say(
        "devices",
        devices=[{name: getattr(device, name) for name in device.__slots__} for device in omni.devices()],
    )


async def opens_again_and_again(cycles=50):
    for cycle in range(cycles):
        async with Speaker(latency=0.02, most_wait_s=0) as speaker:
            await write(speaker, noise(0.2, seed=cycle))
            if cycle % 2:
                await speaker.interrupt()
                await write(speaker, noise(0.01))
            else:
                await speaker.aclose()
        if cycle in (9, cycles - 1):
            gc.collect()
            say("cycle", **resources())
    await asyncio.sleep(1.3)
    say("closed", threads=threading.active_count())


def threads_now():
    return [int(thread.name) for thread in Path("/proc/self/task").iterdir()]


def hurried():
    """Those that come before all others."""
    return [thread for thread in threads_now() if os.sched_getscheduler(thread)]


def may_hurry():
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        return False
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return True


def resources():
    names = [file.name for file in Path("/proc/self/fd").iterdir()]
    return {
        "threads": len(threads_now()),
        "files": len(names),
        "memory_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


async def is_left(how):
    """Leave a speaker open in various ways."""
    speaker = Speaker()
    await speaker.__aenter__()
    await write(speaker, noise(0.5))
    await until(lambda: speaker.stats.heard_seconds > 0.05)
    say("playing")
    if how == "to the collector":
        del speaker
        gc.collect()
        await asyncio.sleep(0.3)
        async with Speaker() as another:  # the device is free
            await write(another, noise(0.1, seed=1))
        say("closed", **figures(another))
    elif how == "to the end of the program":
        leave.append(speaker)
    elif how == "by an error":
        raise ZeroDivisionError
    elif how == "to a child":
        child = os.fork()
        if child == 0:
            try:
                await speaker.flush()
            except omni.UsageError as error:
                say("refused", message=str(error))
            del speaker
            gc.collect()
            sys.exit(0)  # with all that is called then
        await until(lambda: os.waitpid(child, os.WNOHANG) != (0, 0))
        await speaker.drain()
        await speaker.aclose()
        say("closed", **figures(speaker))


leave = []


async def plays_two(names):
    async with Speaker(names[0]) as one, Speaker(names[1]) as two:
        await asyncio.gather(write(one, noise(0.5, seed=1)), write(two, noise(0.5, seed=2)))
        await asyncio.gather(one.drain(), two.drain())
    say("closed", **figures(one))
    say("closed", **figures(two))


async def keeps_the_contract(check, folder):
    """Run a check of ``sinks.contract``, all of whose ends play on one card."""
    from sinks.contract import CHECKS, End  # noqa: PLC0415 -- which loads what few of these need

    card = Card(folder, channels=2)
    os.environ.update(card.environment())
    omni.devices()  # whatever the library opens once

    def kind():
        begin = len(card.recording().heard)

        def pcm():
            heard = card.recording().heard[begin:]
            is_mono = sink.format is None or sink.format.channels == 1
            heard = heard[:, 0] if is_mono else heard.ravel()
            return heard[heard != 0].tobytes()

        sink = Speaker(latency=0.02, ahead_seconds=0.3)
        return End(sink, pcm=pcm, whole=pcm, live=True)

    keeps = next(each for each in CHECKS if each.__name__ == check)
    for last in (False, False, True):
        underruns = card.recording().underruns
        try:
            await keeps(kind)
            break
        except AssertionError:
            # A system that wakes the device's thread late has it throw away a block, which no check knows of.
            if last or card.recording().underruns == underruns:
                raise
    say("kept")


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](**json.loads(sys.argv[2])))
