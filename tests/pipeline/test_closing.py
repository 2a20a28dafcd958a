import asyncio
import contextlib
import logging

import anyio
import pytest
from virtual_time import in_virtual_time

from omni_stream.errors import UsageError
from omni_stream.pipeline import Pipeline
from omni_stream.pipeline.closing import close_in_turn


class CleanupError(Exception):
    pass


def closed_within(closers, seconds):
    """Close in virtual time; what was raised, and how long it took."""

    async def main():
        loop = asyncio.get_running_loop()
        begin, failure = loop.time(), None
        try:
            await close_in_turn(closers, deadline=begin + seconds)
        except Exception as error:  # noqa: BLE001 -- it is what is looked at
            failure = error
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert asyncio.current_task().cancelling() == 0
        return failure, loop.time() - begin

    return in_virtual_time(main)


async def hang():
    await asyncio.Event().wait()


async def ignore_cancels():
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)


async def hang_in_a_shielded_scope():
    with anyio.CancelScope(shield=True):
        await anyio.sleep_forever()


async def fail():
    await asyncio.sleep(0)
    raise CleanupError


def noting(name, calls, then):
    async def close():
        calls.append(name)
        await then()

    return close


async def nothing():
    pass


def test_the_last_added_is_closed_first_and_each_once():
    calls = []
    closers = [noting(n, calls, nothing) for n in range(5)]
    assert closed_within(closers, 0.08) == (None, 0)
    assert calls == [4, 3, 2, 1, 0]
    assert closers == []


@pytest.mark.parametrize("stuck", [hang, ignore_cancels, hang_in_a_shielded_scope])
def test_a_cleanup_that_hangs_is_cut_short_and_the_others_have_their_turn(stuck, caplog):
    calls = []
    closers = [noting(n, calls, stuck) for n in range(20)]
    failure, seconds = closed_within(closers, 0.08)
    assert calls == [*reversed(range(20))]
    assert seconds <= 0.08 + 1e-9
    assert failure is None
    warnings = [record for record in caplog.records if record.name.startswith("omni_stream")]
    assert [record.levelno for record in warnings] == [logging.WARNING] * 20
    assert "was cut short" in caplog.text


def test_the_source_has_the_same_time_as_all_the_others():
    at = []

    async def main():
        loop = asyncio.get_running_loop()

        async def source():
            at.append(loop.time())
            await hang()

        await close_in_turn([source, hang], deadline=loop.time() + 0.08)
        at.append(loop.time())

    in_virtual_time(main)
    assert at == pytest.approx([0.04, 0.08])


def test_the_first_error_is_raised_once_all_are_closed():
    calls = []

    async def fail_otherwise():
        raise ValueError

    closers = [noting(0, calls, nothing), noting(1, calls, fail_otherwise), noting(2, calls, fail)]
    failure, _ = closed_within(closers, 0.08)
    assert isinstance(failure, CleanupError)
    assert calls == [2, 1, 0]


@pytest.mark.parametrize("cleanup", [hang, fail, ignore_cancels])
@pytest.mark.parametrize("scope", ["task", "anyio"])
def test_a_cancel_meanwhile_skips_no_link_and_is_raised_at_the_end(cleanup, scope):
    calls = []

    async def main():
        async def close():
            closers = [noting(n, calls, cleanup) for n in range(3)]
            await close_in_turn(closers, deadline=asyncio.get_running_loop().time() + 0.08)

        if scope == "task":
            task = asyncio.create_task(close())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled()
        else:
            with anyio.move_on_after(0.001) as cancelled:
                await close()
                await anyio.sleep(1)
            if cleanup is not fail:
                assert cancelled.cancelled_caught
        return asyncio.get_running_loop().time()

    try:
        assert in_virtual_time(main) <= 0.1
    except CleanupError:
        assert scope == "anyio"
    assert calls == [2, 1, 0]


def test_a_cleanup_may_take_its_time_within_the_limit_and_await_what_it_likes():
    async def work():
        async with asyncio.timeout(1):
            await asyncio.sleep(0.01)
        await asyncio.gather(asyncio.sleep(0.005), asyncio.sleep(0.01))
        with anyio.move_on_after(0.01):
            await anyio.sleep(1)

    failure, seconds = closed_within([work], 0.08)
    assert failure is None
    assert seconds == pytest.approx(0.03)


def test_a_generator_that_another_task_reads_is_not_touched():
    async def main():
        async def items():
            await asyncio.sleep(1)
            yield 1

        link = items()
        reader = asyncio.ensure_future(anext(link))
        await asyncio.sleep(0)
        with pytest.raises(UsageError, match="end or cancel that task first"):
            await close_in_turn([link.aclose], deadline=1)
        assert await reader == 1
        await link.aclose()

    in_virtual_time(main)


class StuckLinks:
    """A pipeline whose links do not come to the end of their cleanups."""

    def __init__(self, stuck, links):
        self.closed = []
        self._stuck = stuck
        self.pipeline = Pipeline(self._numbers())
        for n in range(1, links):
            self.pipeline = self.pipeline.through(self._stage(n))

    async def _numbers(self):
        try:
            while True:
                await asyncio.sleep(0)
                yield 0
        finally:
            self.closed.append(0)
            await self._stuck()

    def _stage(self, n):
        async def link(items):
            try:
                async for item in items:
                    yield item
            finally:
                self.closed.append(n)
                await self._stuck()

        return link


AHEAD = {
    "bare": lambda pipeline: pipeline,
    "buffered": lambda pipeline: pipeline.buffered(1),
    "tee": lambda pipeline: pipeline.tee(2)[0],
}


@pytest.mark.parametrize("stuck", [hang, ignore_cancels])
@pytest.mark.parametrize("links", [1, 3, 8])
@pytest.mark.parametrize("ahead", AHEAD)
def test_a_pipeline_is_left_within_a_tenth_of_a_second_whatever_its_links_do(stuck, links, ahead):
    chain = StuckLinks(stuck, links)

    async def main():
        clock = asyncio.get_running_loop().time
        async with chain.pipeline as pipeline:
            async for _ in AHEAD[ahead](pipeline):
                break
            begin = clock()
        left = clock() - begin
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=1)
        return left, clock() - begin

    left, ended = in_virtual_time(main)
    assert left <= 0.1
    assert ended <= 0.1
    if ahead == "bare":
        assert chain.closed == [*reversed(range(links))]
    elif stuck is hang:
        # A source that was being read is what the cancel ends first.
        assert sorted(chain.closed) == [*range(links)]
    else:
        assert chain.closed[:1] == [0]
