import asyncio
import gc
import socket
import threading
import time

import anyio
import pytest
from sinks.contract import disk_threads

from omni_stream.sinks.disk import MOST_THREADS, run_to_end


async def test_work_is_awaited_to_its_end_whatever_cancels():
    for cancel in ("task", "task again", "scope", "timeout"):
        begun, go_on, ended = threading.Event(), threading.Event(), []

        def work(begun=begun, go_on=go_on, ended=ended):
            begun.set()
            go_on.wait(5)
            ended.append(1)

        async def use(work=work, cancel=cancel):
            if cancel == "timeout":
                async with asyncio.timeout(0.02):
                    await run_to_end(work)
            elif cancel == "scope":
                with anyio.move_on_after(0.02):
                    await run_to_end(work)
                    await asyncio.sleep(5)
                raise TimeoutError
            else:
                await run_to_end(work)

        task = asyncio.ensure_future(use())
        await asyncio.get_running_loop().run_in_executor(None, begun.wait)
        if "task" in cancel:
            task.cancel()
        await asyncio.sleep(0.05)
        if "again" in cancel:
            task.cancel()
            await asyncio.sleep(0.01)
        assert not task.done()
        go_on.set()
        with pytest.raises((asyncio.CancelledError, TimeoutError)):
            await task
        assert ended == [1]


async def test_an_error_of_the_work_is_raised_and_after_a_cancel_it_is_the_context():
    def fail():
        time.sleep(0.02)
        raise OSError(5, "gone")

    with pytest.raises(OSError, match="gone"):
        await run_to_end(fail)
    task = asyncio.ensure_future(run_to_end(fail))
    await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_disks_that_hang_hold_up_neither_the_loop_nor_the_resolver():
    go_on, begun = threading.Event(), []

    def hang():
        begun.append(1)
        go_on.wait(30)

    hanging = [asyncio.ensure_future(run_to_end(hang)) for _ in range(MOST_THREADS + 5)]
    try:
        async with asyncio.timeout(10):
            while len(begun) < MOST_THREADS:  # noqa: ASYNC110 -- threads set no event of asyncio's
                await asyncio.sleep(0.001)
            await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
            await anyio.to_thread.run_sync(lambda: None)
        assert len(begun) == MOST_THREADS
    finally:
        go_on.set()
        await asyncio.gather(*hanging)
    assert len(begun) == MOST_THREADS + 5


def test_the_threads_end_with_their_loop():
    gc.collect()
    before = set(disk_threads())

    async def use():
        await asyncio.gather(*(run_to_end(lambda: time.sleep(0.001)) for _ in range(8)))

    for _ in range(3):
        asyncio.run(use())
    for _ in range(100):
        gc.collect()
        if set(disk_threads()) <= before:
            return
        time.sleep(0.02)
    raise AssertionError(disk_threads())
