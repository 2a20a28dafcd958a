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
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeAlias

import anyio

from omni_stream.errors import UsageError

Closer: TypeAlias = Callable[[], Awaitable[object]]

CLOSING_SECONDS = 0.08
"""For all links of a chain: 0.1 s is promised, and the rest of it is the event loop's."""

PUMP_CLOSING_SECONDS = 0.06
"""For the links that a pump has read from: who closes its last branch waits for that too."""

_log = logging.getLogger("omni_stream")


async def close_in_turn(closers: list[Closer], *, deadline: float) -> None:
    """Take the closers off the list, last first, and await each.

    Args:
        closers: The source's first, the outermost link's last.
        deadline: By the event loop's clock, when all have to be closed.

    Raises:
        BaseException: The first error of a cleanup, once all are closed; a cancel
            that arrived meanwhile comes before it.
    """
    clock = asyncio.get_running_loop().time
    failure: BaseException | None = None
    with anyio.CancelScope(shield=True):
        while closers:
            closer = closers.pop()
            left = max(deadline - clock(), 0.0)
            try:
                if not await _for_at_most(left / 2 if closers else left, _closed(closer)):
                    _log.warning("%s was cut short: closing has to end within 0.1 s", closer)
            except BaseException as error:  # noqa: BLE001 -- the other links are closed first
                if failure is None or isinstance(error, asyncio.CancelledError):
                    failure = error
    if failure is not None:
        raise failure


def is_running(link: object) -> bool:
    """Whether `link` is an async generator that is in the middle of giving an item."""
    return getattr(link, "ag_running", False)


async def _closed(closer: Closer) -> None:
    if is_running(getattr(closer, "__self__", None)):
        raise UsageError("a pipeline was closed while another task read it; end or cancel that task first")
    await closer()


@types.coroutine
def _for_at_most(  # noqa: C901 -- one state machine, which parts would hide
    seconds: float, cleanup: Coroutine[Any, Any, None]
) -> Generator[Any, Any, bool]:
    """Await `cleanup` in this task; False if it was cut short.

    `asyncio.timeout` cancels once, and a cleanup that waits again after that, or
    a scope that hides the cancel, would hold its caller for as long as it likes.
    So the coroutine is stepped by hand: cancelled once, and left if it waits again.
    """
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 -- nothing but a task steps us
    loop = task.get_loop()
    cancels_before = task.cancelling()
    cut_short = False

    def cut() -> None:
        nonlocal cut_short
        cut_short = True
        task.cancel()

    timer: asyncio.Handle

    def expire() -> None:
        # One more turn of the loop, for a cleanup that is late only because the loop is.
        nonlocal timer
        timer = loop.call_soon(cut)

    timer = loop.call_later(seconds, expire)
    error: BaseException | None = None
    try:
        while True:
            waited = cleanup.send(None) if error is None else cleanup.throw(error)
            if cut_short:
                with contextlib.suppress(RuntimeError):  # it ignores even this
                    cleanup.close()
                break
            try:
                error = None
                yield waited
            except BaseException as thrown:  # noqa: BLE001 -- it is the cleanup's to take
                error = thrown
    except StopIteration:
        pass
    except asyncio.CancelledError:
        if not cut_short:
            raise
    finally:
        timer.cancel()
        if cut_short:
            task.uncancel()
    if task.cancelling() > cancels_before:
        raise asyncio.CancelledError
    return not cut_short
