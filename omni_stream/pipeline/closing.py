"""How the links of a chain are closed.

Rules.
1. Closing an outer async generator does not close the inner one, so every link
   is closed by name: the outermost first, then what it read from, to the source.
2. All of it happens in the task that asks for it: a generator may hold things
   that belong to its task, a time limit say.
3. A cancel never skips a link.  The scopes of anyio are shielded off; a
   `Task.cancel` that arrives meanwhile cuts short the one cleanup that it hits
   and is raised again at the end.
4. It is bounded in time, whatever a cleanup does.  A link has half of the time
   that is left, so that the source, which comes last, always has its share.
   Not ours to bound is a cancel that hits a link while it gives an item: that
   link ends in the hands of its reader, as everywhere in asyncio.  A pump, which
   is a task of ours, bounds that as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeAlias

from omni_stream.errors import UsageError

Closer: TypeAlias = Callable[[], Awaitable[object]]

CLOSING_SECONDS = 0.08
"""For all links of a chain: 0.1 s is promised, and the rest of it is the event loop's."""

PUMP_SECONDS = 0.03
"""For what a pump reads, to end once it is cancelled, and again for closing its links: who closes the last
branch waits for both."""

MOST_CUTS = 8
"""How many links of a chain may wait in their cleanups when it is cancelled; the last has 0.2 ms."""

_log = logging.getLogger("omni_stream.pipeline")


async def close_in_turn(closers: list[Closer], *, deadline: float) -> None:
    """Take the closers off the list, last first, and await each.

    Args:
        closers: The source's first, the outermost link's last.
        deadline: By the event loop's clock, when all have to be closed.

    Raises:
        BaseException: The first error of a cleanup, once all are closed; a cancel
            that arrived meanwhile comes before it.
    """
    closers[:] = [closer for closer in closers if not _is_closed(closer)]
    if not closers:
        return
    clock = asyncio.get_running_loop().time
    failure: BaseException | None = None
    from anyio import CancelScope  # noqa: PLC0415 -- a millisecond, which nobody who imports waits for

    with CancelScope(shield=True):
        while closers:
            closer = closers.pop()
            left = max(deadline - clock(), 0.0)
            try:
                if not await for_at_most(left / 2 if closers else left, _closed(closer)):
                    _log.warning("%s was cut short: closing has to end within 0.1 s", closer)
            except BaseException as error:  # noqa: BLE001 -- the other links are closed first
                if failure is None or isinstance(error, asyncio.CancelledError):
                    failure = error
    if failure is not None:
        raise failure


def is_running(link: object) -> bool:
    """Whether `link` is an async generator that is in the middle of giving an item."""
    return getattr(link, "ag_running", False)


def is_over(link: object) -> bool:
    """Whether `link` is an async generator that has ended."""
    return getattr(link, "ag_frame", link) is None


def _is_closed(closer: Closer) -> bool:
    """Whether what it closes says that it is closed, as a source may that closes itself at its end."""
    return getattr(getattr(closer, "__self__", None), "is_closed", False) is True


async def _closed(closer: Closer) -> None:
    if is_running(getattr(closer, "__self__", None)):
        raise UsageError("a pipeline was closed while another task read it; end or cancel that task first")
    await closer()


@types.coroutine
def for_at_most(
    seconds: float, work: Coroutine[Any, Any, None], *, once_cancelled: bool = False
) -> Generator[Any, Any, bool]:
    """Await `work` in this task; False if it was cut short.

    `asyncio.timeout` cancels once, and work that waits again after that, or a scope
    that hides the cancel, would hold its caller for as long as it likes.  So the
    coroutine is stepped by hand: cancelled when its time is up, and left if it waits
    again.

    Args:
        seconds: How long it may take.
        work: What is awaited.
        once_cancelled: Whether its time begins with a cancel of this task, and is unlimited
            before.  The cancel ends the links of a chain one by one, the source first, and each
            may wait in its cleanup: so it is followed by others, at shorter and shorter intervals.
    """
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 -- nothing but a task steps us
    cancels_before = task.cancelling()
    cuts = _Cuts(task, seconds, most=MOST_CUTS if once_cancelled else 1)
    error: BaseException | None = None
    try:
        while True:
            waited = work.send(None) if error is None else work.throw(error)
            if not cuts.left:
                with contextlib.suppress(RuntimeError):  # it ignores even this
                    work.close()
                break
            if not once_cancelled:
                cuts.begin()  # no sooner: most cleanups wait for nothing
            try:
                error = None
                yield waited
            except BaseException as thrown:  # noqa: BLE001 -- it is the work's to take
                error = thrown
                cuts.begin()
    except StopIteration:
        pass
    except asyncio.CancelledError:
        if not cuts.made:
            raise
    finally:
        cuts.end()
    if task.cancelling() > cancels_before:
        raise asyncio.CancelledError
    return not cuts.made


class _Cuts:
    """Cancels a task when its time is up: `most` times, each in the middle of what is left of it."""

    __slots__ = ("_seconds", "_task", "_timer", "left", "made")

    def __init__(self, task: asyncio.Task[Any], seconds: float, *, most: int) -> None:
        self._task = task
        self._seconds = seconds
        self._timer: asyncio.Handle | None = None
        self.left = most
        self.made = 0

    def begin(self) -> None:
        """Start the time, if it has not begun."""
        if self._timer is None:
            self._wait()

    def end(self) -> None:
        """Cancel no more, and take back what was cancelled."""
        if self._timer is not None:
            self._timer.cancel()
        for _ in range(self.made):
            self._task.uncancel()

    def _wait(self) -> None:
        interval = self._seconds / 2 if self.left > 1 else self._seconds
        self._seconds -= interval
        self._timer = self._task.get_loop().call_later(interval, self._expire)

    def _expire(self) -> None:
        # One more turn of the loop, for work that is late only because the loop is.
        self._timer = self._task.get_loop().call_soon(self._cut)

    def _cut(self) -> None:
        self.made += 1
        self.left -= 1
        self._task.cancel()
        if self.left:
            self._wait()
