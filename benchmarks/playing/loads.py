"""What else a player's program does: the things that hinder it."""

from __future__ import annotations

import asyncio
import random
import statistics
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOADS = {
    "nothing": "nothing else",
    "1 thread": "1 busy thread",
    "4 threads": "4 busy threads",
    "held": "a C call that holds the GIL for 40 ms in every 60",
    "blocked": "an event loop that is blocked for 500 ms at a time",
}

HELD_SECONDS, EVERY_SECONDS = 0.04, 0.06
BLOCKED_SECONDS, FREE_SECONDS = 0.5, 0.05


@contextmanager
def hindered(name: str) -> Iterator[list[float]]:
    """Hinder this program; how long the GIL was held each time, where that is what hinders."""
    ending = threading.Event()
    held: list[float] = []
    work = _calibrated() if name == "held" else []
    counts = {"1 thread": 1, "4 threads": 4}
    threads = [threading.Thread(target=_spin, args=(ending,)) for _ in range(counts.get(name, 0))]
    if name == "held":
        threads.append(threading.Thread(target=_hold, args=(work, ending, held)))
    for thread in threads:
        thread.start()
    blocking = asyncio.get_running_loop().create_task(_block()) if name == "blocked" else None
    try:
        yield held
    finally:
        ending.set()
        if blocking is not None:
            blocking.cancel()
        for thread in threads:
            thread.join()


def held_ms(held: list[float]) -> float | None:
    """The median of how long the GIL was held."""
    return 1000 * statistics.median(held) if held else None


def _spin(ending: threading.Event) -> None:
    while not ending.is_set():
        pass


def _calibrated() -> list[int]:
    """What takes about as long to sort as the GIL is to be held; a sort of numbers never lets go of it."""
    numbers = random.Random(0).sample(range(1 << 30), 50_000)
    begin = time.thread_time()  # which runs for us alone
    for _ in range(3):
        sorted(numbers)
    took = (time.thread_time() - begin) / 3
    return random.Random(0).sample(range(1 << 30), round(len(numbers) * HELD_SECONDS / took))


def _sorting(numbers: list[int]) -> float:
    begin = time.perf_counter()
    sorted(numbers)
    return time.perf_counter() - begin


def _hold(numbers: list[int], ending: threading.Event, held: list[float]) -> None:
    while not ending.is_set():
        begin = time.perf_counter()
        held.append(_sorting(numbers))
        time.sleep(max(0.0, begin + EVERY_SECONDS - time.perf_counter()))


async def _block() -> None:
    with suppress(asyncio.CancelledError):
        while True:
            time.sleep(BLOCKED_SECONDS)  # noqa: ASYNC251 -- as the program of a user may
            await asyncio.sleep(FREE_SECONDS)
