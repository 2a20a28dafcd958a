"""Where disk work runs: in threads of its own, each piece awaited to its end.

Rules.
1. A disk may block for long, and no call can be taken back from it, so nothing is
   abandoned: a cancel is raised when the work has ended.
2. The threads are the sinks' own: a disk that hangs holds up neither the names
   that asyncio resolves nor the user's own threads.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_THREADS: Final = 32
"""Started as needed: one or two on a quick disk; so many writes may hang before other disks wait too."""

# By event loop, so that a loop's end is the end of its threads, and a forked child starts its own.
_threads: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, ThreadPoolExecutor]] = WeakKeyDictionary()


async def run_to_end(work: Callable[[], None]) -> None:
    """Run `work` in a thread; a cancel is raised when it has ended.

    Raises:
        Exception: What `work` raised; after a cancel, it is the cancel's context.
    """
    loop = asyncio.get_running_loop()
    threads = _threads.get(loop)
    if threads is None:
        threads = _threads[loop] = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="omni_stream disk")
    future = loop.run_in_executor(threads, work)
    cancelled: asyncio.CancelledError | None = None
    with anyio.CancelScope(shield=True):  # a cancelled scope would cancel again at every turn of the loop
        while not future.done():
            try:
                await asyncio.wait((future,))
            except asyncio.CancelledError as error:
                cancelled = error
    try:
        future.result()
    finally:
        if cancelled is not None:
            raise cancelled
