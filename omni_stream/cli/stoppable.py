"""Work in an event loop of another thread, which Ctrl-C stops without ending the program."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from anyio.from_thread import BlockingPortal

    from omni_stream.cli.interrupting import Interrupting

T = TypeVar("T")


def run_stoppable(
    portal: BlockingPortal,
    work: Callable[[], Coroutine[Any, Any, T]],
    *,
    interrupting: Interrupting | None = None,
) -> T:
    """What ``work`` gives in the loop of ``portal``, waited for and maybe interrupted in the main thread.

    Raises:
        KeyboardInterrupt: Ctrl-C has cancelled it, and it has cleaned up.
        Exception: What ``work`` raised.
    """
    over = Event()
    tasks: list[asyncio.Task[T]] = []

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
        if interrupting is not None:
            interrupting.until(over, portal)
        over.wait()
    except KeyboardInterrupt:
        portal.call(stop)
        over.wait()
        raise
    return tasks[0].result()
