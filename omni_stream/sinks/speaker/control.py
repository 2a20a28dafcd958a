"""The one thread that calls PortAudio, which is not made for several.

Rules.
1. Work is done in order, a piece at a time.  Whoever asked for it waits without blocking
   its event loop; a cancel is raised when the work has ended, as with any device.
2. Work has a limit.  If PortAudio does not return within it, that thread is given up, for it
   can neither be ended nor waited for, and another goes on with the rest.  It is a daemon, so
   that no program is held up at its end.
3. The thread ends when there has been nothing to do for a moment and no device is open.
4. A forked child has none of its parent's threads: it begins anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import threading
import time
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

IDLE_SECONDS: Final = 1.0
"""Between the work of one sink and the next; longer, and a thread is kept for nobody."""

LOOK_SECONDS: Final = 0.25
"""How often someone who waits looks whether the thread is stuck."""


class StuckError(Exception):
    """PortAudio did not return in time."""


class Work(Generic[T]):
    """A piece of work: `future` is its result, or the `StuckError`."""

    def __init__(self, call: Callable[[], T], within: float) -> None:
        self.call = call
        self.within = within
        self.began: float | None = None
        self.future: Future[T] = Future()

    def run(self) -> None:
        """Do it, in the thread."""
        self.began = time.monotonic()
        try:
            result = self.call()
        except BaseException as error:  # noqa: BLE001 -- it is for whoever asked
            with contextlib.suppress(InvalidStateError):  # given up before
                self.future.set_exception(error)
        else:
            with contextlib.suppress(InvalidStateError):
                self.future.set_result(result)

    def give_up(self) -> None:
        """It is stuck."""
        with contextlib.suppress(InvalidStateError):  # it has come back just now
            self.future.set_exception(StuckError())

    @property
    def is_stuck(self) -> bool:
        """Whether it has begun, and not ended within its limit."""
        return self.began is not None and time.monotonic() - self.began > self.within


class Control:
    """The thread, and the work that waits for it.

    Attributes:
        is_needed: Whether it stays even if there is nothing to do: at the end of a program, when something
            may be left to close, no thread can be started any more.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Without a thread and without work."""
        self.is_needed = False
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[Work[object]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._current: Work[object] | None = None

    def post(self, call: Callable[[], T], *, within: float) -> Work[T]:
        """Have something done; `within` seconds of its begin, or it is stuck."""
        work = Work(call, within)
        with self._lock:
            self._waiting.put(work)  # type: ignore[arg-type]  # nobody looks at its result here
            self._go_on()
        return work

    async def run(self, call: Callable[[], T], *, within: float) -> T:
        """Have something done, and wait for its result.

        Raises:
            StuckError: It did not end within so many seconds.
            Exception: What it raised.
        """
        return await self.ended(self.post(call, within=within))

    async def ended(self, work: Work[T]) -> T:
        """Wait for the result of what was posted; as `run`."""
        future = asyncio.wrap_future(work.future)
        cancelled: asyncio.CancelledError | None = None
        with anyio.CancelScope(shield=True):  # a cancelled scope would cancel again at every turn of the loop
            while not future.done():
                try:
                    await asyncio.wait((future,), timeout=LOOK_SECONDS)
                except asyncio.CancelledError as error:
                    cancelled = error
                self._look()
        try:
            return future.result()
        finally:
            if cancelled is not None:
                raise cancelled

    def wait(self, work: Work[T], *, seconds: float) -> T:
        """Wait for the result of what was posted, in a thread without a loop.

        Raises:
            StuckError: It did not end in so many seconds.
            Exception: What it raised.
        """
        try:
            return work.future.result(seconds)
        except FutureTimeoutError:
            raise StuckError from None

    def _look(self) -> None:
        """Give up the thread if it is stuck."""
        with self._lock:
            stuck = self._current
            if stuck is None or not stuck.is_stuck:
                return
            self._current = self._thread = None
            self._go_on()
        stuck.give_up()

    def _go_on(self) -> None:
        if self._thread is None and not self._waiting.empty():
            self._thread = threading.Thread(target=self._serve, name="omni_stream speaker", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        me = threading.current_thread()
        while True:
            try:
                work = self._waiting.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    if self._thread is me and (self.is_needed or not self._waiting.empty()):
                        continue
                    if self._thread is me:
                        self._thread = None
                    return
            with self._lock:
                self._current = work
            work.run()
            with self._lock:
                if self._thread is not me:  # it was given up, and has come back all the same
                    return
                self._current = None
            del work  # which holds what it was about


control = Control()


os.register_at_fork(after_in_child=control.begin)
