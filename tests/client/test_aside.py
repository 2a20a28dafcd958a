"""Work that nobody waits for."""

import asyncio
import subprocess
import sys
import threading

import pytest

from omni_stream.client.aside import aside

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


def test_work_that_never_ends_holds_neither_the_loop_nor_the_program():
    ended = subprocess.run(
        [sys.executable, "-c", _STUCK], check=False, capture_output=True, text=True, timeout=20
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("let go\n", "", 0)
