"""Work that nobody waits for."""

import asyncio
import os
import subprocess
import sys
import threading

import pytest

from omni_stream.client.aside import IDLE_SECONDS, aside

_STUCK = """
import asyncio, threading
from omni_stream.client.aside import aside

async def main():
    try:
        await asyncio.wait_for(aside(threading.Event().wait), 0.1)
    except TimeoutError:
        print("let go", flush=True)

asyncio.run(main())
"""


async def test_it_gives_what_the_work_returns():
    assert await aside(lambda: threading.current_thread().daemon) is True


async def test_it_raises_what_the_work_raises():
    with pytest.raises(ZeroDivisionError):
        await aside(lambda: 1 // 0)


async def test_a_result_that_nobody_waits_for_any_more_is_let_go():
    gate = threading.Event()
    waiting = aside(lambda: gate.wait(5))
    waiting.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.05)


async def test_a_thread_takes_what_comes_next_and_ends_when_nothing_does():
    threads = set()
    for _ in range(50):
        threads.add(await aside(threading.current_thread))
        await asyncio.sleep(0.001)
    assert len(threads) < 10
    async with asyncio.timeout(5 * IDLE_SECONDS):
        while any(thread.is_alive() for thread in threads):  # noqa: ASYNC110 -- a test may poll
            await asyncio.sleep(0.01)


async def test_one_that_waits_for_ever_keeps_no_other_waiting():
    gate = threading.Event()
    stuck = [aside(gate.wait) for _ in range(40)]
    assert await aside(lambda: "done") == "done"
    gate.set()
    assert await asyncio.gather(*stuck) == [True] * 40


async def _seven():
    return await aside(lambda: 7)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_process_that_was_forked_has_threads_of_its_own():
    asyncio.run(_seven())
    child = os.fork()
    if not child:
        os._exit(asyncio.run(asyncio.wait_for(_seven(), 5)))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_work_that_never_ends_holds_neither_the_loop_nor_the_program():
    ended = subprocess.run(
        [sys.executable, "-c", _STUCK], check=False, capture_output=True, text=True, timeout=20
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("let go\n", "", 0)
