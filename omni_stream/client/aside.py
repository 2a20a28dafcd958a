"""Work that may never end, done aside from the event loop and from the end of the program.

A thread cannot be stopped, and those of a pool are waited for when the loop or the
interpreter ends.  A file that holds its reader for ever must not hold the program.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def aside(work: Callable[[], T]) -> asyncio.Future[T]:
    """What ``work`` returns or raises, in a thread of its own that nobody waits for.

    Cancelling lets go of the result; the work itself goes on to its end.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def done(settle: Callable[[], None]) -> None:
        if not future.done():
            settle()

    def run() -> None:
        settle: Callable[[], None]
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 -- it is raised where it is waited for
            error = raised
            settle = lambda: future.set_exception(error)  # noqa: E731 -- the other is one too
        else:
            settle = lambda: future.set_result(result)  # noqa: E731
        with suppress(RuntimeError):  # the loop has been closed since
            loop.call_soon_threadsafe(done, settle)

    threading.Thread(target=run, name="omni_stream-aside", daemon=True).start()
    return future
