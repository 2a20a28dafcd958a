"""Work that may never end, done aside from the event loop and from the end of the program.

A thread cannot be stopped, and those of a pool are waited for when the loop or the
interpreter ends.  A file that holds its reader for ever must not hold the program.
A thread that is done stays for a moment, to take what comes next: a medium is read in
hundreds of pieces, and a thread for each costs as much as reading it.
"""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

IDLE_SECONDS = 0.5
"""How long a thread stays without work: longer than a piece of a medium is on its way in most networks."""

_Works: TypeAlias = "SimpleQueue[Callable[[], None]]"

_idle: list[_Works] = []
"""Where threads without work wait for some."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # the threads are the parent's


def aside(work: Callable[[], T]) -> asyncio.Future[T]:
    """What ``work`` returns or raises, in a thread that nobody else uses meanwhile and nobody waits for.

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

    try:
        works = _idle.pop()
    except IndexError:
        works = SimpleQueue()
        threading.Thread(target=_serve, args=(works,), name="omni_stream-aside", daemon=True).start()
    works.put(run)
    return future


def _serve(works: _Works) -> None:
    while True:
        try:
            run = works.get(timeout=IDLE_SECONDS)
        except Empty:
            with suppress(ValueError):  # it has just been taken, and gets work
                _idle.remove(works)
                return
            continue
        run()
        del run  # what it holds, such as a medium, is not held while nothing is to do
        _idle.append(works)
