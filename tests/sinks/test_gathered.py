import asyncio
import io
import threading
import time

import anyio
from sinks.noise import frames, pcm_of, write_all
from sinks.test_contract import data_size, wav_pcm

from omni_stream.sinks import WavSink


class Slow(io.BytesIO):
    """A disk that takes its time, and that notes whether two write at once."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds
        self.together = 0
        self._using = threading.Lock()

    def write(self, content):
        if not self._using.acquire(blocking=False):
            self.together += 1
            return super().write(content)
        try:
            time.sleep(self.seconds)
            return super().write(content)
        finally:
            self._using.release()


async def test_a_writer_is_used_by_one_at_a_time():
    target = Slow(0.005)
    run = frames(1.0, most=500)
    async with WavSink(target) as sink:

        async def flush():
            while sink.frames < 24_000:
                await sink.flush()
                await asyncio.sleep(0)

        async def write():
            for frame in run:
                await sink.write(frame)
                await asyncio.sleep(0.001)

        await asyncio.gather(write(), flush(), flush())
    assert target.together == 0
    assert wav_pcm(target.getvalue()) == pcm_of(run)


async def test_a_cancelled_scope_closes_a_sink_that_another_task_is_flushing():
    target = Slow(0.05)
    run = frames(0.2)
    with anyio.CancelScope() as scope:
        async with WavSink(target) as sink:
            await write_all(sink, run)
            flushing = asyncio.ensure_future(sink.flush())
            await asyncio.sleep(0.01)
            scope.cancel()
            await asyncio.sleep(1)
    assert scope.cancelled_caught
    await flushing
    assert data_size(target.getvalue()) == len(pcm_of(run))  # closing corrects it


async def test_the_loop_goes_on_while_a_disk_is_slow():
    target = Slow(0.2)
    async with WavSink(target) as sink:
        writing = asyncio.ensure_future(write_all(sink, frames(0.6)))
        ticks = 0
        while not writing.done():
            await asyncio.sleep(0.001)
            ticks += 1
    assert ticks > 20
