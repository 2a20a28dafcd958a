"""Work in an event loop of another thread, which Ctrl-C stops without ending the program."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from anyio.from_thread import BlockingPortal


def run_stoppable(portal: BlockingPortal, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Do ``work`` in the loop of ``portal``, and wait until it is over; called from the main thread.

    Raises:
        KeyboardInterrupt: Ctrl-C has cancelled it, and it has cleaned up.
        Exception: What ``work`` raised.
    """
    over = Event()
    tasks: list[asyncio.Task[object]] = []

    def begin() -> None:
        task = asyncio.get_running_loop().create_task(work())
        task.add_done_callback(lambda _: over.set())
        tasks.append(task)

    def stop() -> None:
        for task in tasks:
            task.cancel()
        if not tasks:  # Ctrl-C came before it was begun
            over.set()

    try:
        portal.call(begin)
        over.wait()
    except KeyboardInterrupt:
        portal.call(stop)
        over.wait()
        raise
    for task in tasks:
        task.result()
