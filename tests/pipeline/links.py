"""Sources, stages and sinks that tell what befalls them."""

import asyncio
from dataclasses import dataclass, field

from omni_stream.audio import AudioFormat, AudioFrame

TEN_MS = AudioFrame(bytes(480), AudioFormat(24_000))
TENTH_SECOND = AudioFrame(bytes(4_800), AudioFormat(24_000))


@dataclass
class Journal:
    """What happened: items given by the source, and who closed which link, in order."""

    given: int = 0
    closed: list = field(default_factory=list)
    closers: list = field(default_factory=list)

    def close(self, name):
        self.closed.append(name)
        self.closers.append(asyncio.current_task())


async def count_up(journal, end=1_000_000, *, item=None, turns=0, closing_turns=0):
    """0, 1, 2 … or the same `item` again and again, after so many turns of the loop each."""
    try:
        for number in range(end):
            for _ in range(turns):
                await asyncio.sleep(0)
            journal.given += 1
            yield number if item is None else item
    finally:
        journal.close("source")
        for _ in range(closing_turns):
            await asyncio.sleep(0)


class Counter:
    """`count_up` as a class, which is closed also if it was never read."""

    def __init__(self, journal, end=1_000_000):
        self._journal = journal
        self._left = end

    def __aiter__(self):
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if not self._left:
            raise StopAsyncIteration
        self._left -= 1
        self._journal.given += 1
        return self._journal.given - 1

    async def aclose(self):
        self._journal.close("source")


def passing(journal, name="stage", *, closing_turns=0):
    async def stage(items):
        try:
            async for item in items:
                yield item
        finally:
            journal.close(name)
            for _ in range(closing_turns):
                await asyncio.sleep(0)

    return stage


class Recorder:
    """A sink that keeps what it gets."""

    def __init__(self, *, entered=False, fail_at=None, error=None):
        self.entered = entered
        self.frames = []
        self.calls = []
        self._fail_at = fail_at
        self._error = error

    def _call(self, name):
        self.calls.append(name)
        if name == self._fail_at:
            raise self._error

    async def write(self, frame):
        await asyncio.sleep(0)
        self._call("write")
        self.frames.append(frame)

    async def flush(self):
        await asyncio.sleep(0)
        self._call("flush")

    async def __aenter__(self):
        self._call("enter")
        return self

    async def __aexit__(self, exc_type, exc_value, traceback):
        await asyncio.sleep(0)
        self._call(f"exit {exc_type.__name__ if exc_type else None}")
