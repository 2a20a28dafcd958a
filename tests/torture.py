"""Cancels a coroutine at its k-th await, for every k there is."""

import asyncio
import types


@types.coroutine
def _stepped(coroutine, at):
    """Run `coroutine`; while it waits for the `at`-th time, cancel the task. How often it waited."""
    task = asyncio.current_task()
    waits, error = 0, None
    while True:
        try:
            waited = coroutine.send(None) if error is None else coroutine.throw(error)
        except StopIteration:
            return waits
        if waits == at:
            task.get_loop().call_soon(task.cancel)
        waits, error = waits + 1, None
        try:
            yield waited
        except BaseException as thrown:  # noqa: BLE001 -- it is the coroutine's to take
            error = thrown


async def cancelled_at_every_await(make, check, *, most=500):
    """Run `make()` again and again, cancelled at its first await, its second ..., and `check()` after each.

    Returns:
        At how many awaits it was cancelled.
    """
    for at in range(most):
        task = asyncio.create_task(_run(make(), at), name="test_torture")
        await asyncio.wait({task})
        await check()
        if not task.cancelled():
            assert task.result() <= at + 1, "a cancel was swallowed"
            if task.result() <= at:
                return at
    raise AssertionError(f"it waits more than {most} times")


async def _run(coroutine, at):
    return await _stepped(coroutine, at)
