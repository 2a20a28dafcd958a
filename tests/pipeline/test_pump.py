import asyncio
import gc
import threading
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline.conftest import living_generators, settled
from pipeline.links import TEN_MS, TENTH_SECOND, Counter, Journal, Recorder, count_up, passing

from omni_stream.errors import UsageError
from omni_stream.pipeline import BufferStats, Pipeline


async def turns(n=50):
    for _ in range(n):
        await asyncio.sleep(0)


async def everything(pipeline):
    return [item async for item in pipeline]


# -- bounds


async def test_nothing_is_read_before_the_first_item_is_asked_for():
    journal = Journal()
    async with Pipeline(Counter(journal)).buffered(1):
        await turns()
        assert journal.given == 0
        assert asyncio.all_tasks() == {asyncio.current_task()}
    assert journal.closed == ["source"]


async def test_a_buffer_is_bounded_in_seconds_of_audio():
    journal = Journal()
    async with Pipeline(count_up(journal, item=TEN_MS)).buffered(0.5) as pipeline:
        async for _ in pipeline:
            await turns(200)
            break
        stats = pipeline.stats
        assert stats.items == 49
        assert stats.level_seconds == pytest.approx(0.49)
        assert stats.high_water_seconds <= 0.5 + 0.01 + 1e-9
        assert stats.limit_seconds == 0.5
        assert journal.given == 50


async def test_a_buffer_of_items_without_a_length_is_bounded_in_number():
    journal = Journal()
    async with Pipeline(count_up(journal)).buffered(0.5) as pipeline:
        async for _ in pipeline:
            await turns(2_000)
            break
        assert pipeline.stats.items <= pipeline.stats.limit_items == 500
        assert journal.given <= 501


async def test_an_item_longer_than_the_bound_passes_alone():
    async with Pipeline(count_up(Journal(), 5, item=TENTH_SECOND)).buffered(0.01) as pipeline:
        assert len(await everything(pipeline)) == 5
        assert pipeline.stats.high_water_seconds == pytest.approx(0.1)


async def test_a_source_that_was_stopped_goes_on_when_the_buffer_is_half_empty():
    journal = Journal()
    async with Pipeline(count_up(journal, item=TEN_MS)).buffered(0.2) as pipeline:
        read = 0
        async for _ in pipeline:
            await turns()
            read += 1
            if read > 12:
                break
            assert journal.given in ({20} if read < 10 else {20, 30} if read == 10 else {30, 31})
        assert pipeline.stats.producer_waits <= 3
        assert pipeline.stats.consumer_waits == 1


async def test_stats_are_values_from_the_start():
    (branch,) = Pipeline(count_up(Journal())).tee(1, seconds=2)
    assert branch.stats == BufferStats(limit_seconds=2, limit_items=2_000)


# -- order, errors, ends


class SourceError(Exception):
    pass


async def failing(items, error):
    for item in range(items):
        yield item
    raise error


@pytest.mark.parametrize("items", [0, 1, 700])
@pytest.mark.parametrize("n", [1, 3])
async def test_an_error_of_the_source_comes_after_the_items_before_it_to_every_branch(items, n):
    error = SourceError()

    async def read(branch):
        seen = []
        with pytest.raises(SourceError) as caught:  # noqa: PT012 -- the loop is what raises
            async for item in branch:
                seen.append(item)
                await asyncio.sleep(0)
        assert caught.value is error
        with pytest.raises(SourceError):  # it does not seem to have ended well when it is asked again
            await everything(branch)
        return seen

    branches = Pipeline(failing(items, error)).tee(n, seconds=0.1)
    assert await asyncio.gather(*map(read, branches)) == [[*range(items)]] * n


async def test_the_links_are_closed_before_the_end_is_told_and_by_the_task_that_read_them():
    journal = Journal()
    async for _ in Pipeline(count_up(journal, 3)).through(passing(journal)).buffered(1):
        pass
    assert journal.closed == ["source", "stage"]
    assert len(set(journal.closers)) == 1
    assert asyncio.current_task() not in journal.closers


async def test_closing_a_chain_stops_the_pump_which_closes_its_own_links():
    journal = Journal()
    async with Pipeline(count_up(journal)).through(passing(journal)) as pipeline:
        async for _ in pipeline.buffered(1).through(passing(journal, "behind")):
            break
    assert journal.closed == ["behind", "stage", "source"]
    assert journal.closers[0] is asyncio.current_task()
    assert journal.closers[1] is journal.closers[2] is not asyncio.current_task()


async def test_the_error_of_a_cleanup_comes_at_the_end_and_beside_another_as_a_note():
    class Source:
        def __init__(self, error):
            self._error = error

        def __aiter__(self):
            return self

        async def __anext__(self):
            raise self._error

        async def aclose(self):
            raise SourceError("cleanup")

    with pytest.raises(SourceError, match="cleanup"):
        await everything(Pipeline(Source(StopAsyncIteration())).buffered(1))
    with pytest.raises(ValueError, match="mine") as caught:
        await everything(Pipeline(Source(ValueError("mine"))).buffered(1))
    assert caught.value.__notes__ == ["closing the source failed too: SourceError('cleanup')"]


async def test_a_cancel_of_a_consumer_that_waits_loses_no_item():
    async with Pipeline(count_up(Journal(), 100, turns=3)).buffered(1) as pipeline:
        items, seen, cancels = aiter(pipeline), [], 0
        while True:
            asking = asyncio.current_task()
            asyncio.get_running_loop().call_soon(asking.cancel)
            try:
                seen.append(await anext(items))
                await turns(3)
            except StopAsyncIteration:
                break
            except asyncio.CancelledError:
                asking.uncancel()
                cancels += 1
        asking.uncancel()
    assert seen == [*range(100)]
    assert cancels > 50


# -- branches


@given(
    n=st.integers(1, 5),
    seconds=st.sampled_from([0.01, 0.05, 10]),
    pauses=st.lists(st.integers(0, 3), min_size=5, max_size=5),
    end=st.integers(0, 300),
)
def test_every_branch_gets_every_item_in_order_at_any_pace(n, seconds, pauses, end):
    async def read(branch, pause):
        seen = []
        async for item in branch:
            seen.append(item)
            await turns(pause)
        return seen

    async def main():
        branches = Pipeline(count_up(Journal(), end)).tee(n, seconds=seconds)
        assert await asyncio.gather(*map(read, branches, pauses)) == [[*range(end)]] * n
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())


async def test_closing_one_branch_leaves_the_others_alone():
    journal = Journal()
    left, right = Pipeline(count_up(journal, 1_000)).tee(2, seconds=0.1)
    async with left:
        async for _ in left:
            break
    assert journal.closed == []
    assert await everything(right) == [*range(1_000)]
    assert journal.closed == ["source"]


async def test_closing_the_last_branch_closes_the_source():
    journal = Journal()
    branches = Pipeline(count_up(journal)).tee(3)
    for branch in branches:
        assert journal.closed == []
        async for _ in branch:
            break
        await branch.aclose()
    assert journal.closed == ["source"]


async def test_a_branch_that_blocks_holds_up_the_others_until_it_is_closed():
    journal = Journal()
    slow, quick = Pipeline(count_up(journal, 2_000)).tee(2, seconds=0.1)
    reading = asyncio.create_task(everything(quick))
    await turns(3_000)
    assert journal.given == 256
    assert not reading.done()
    assert slow.stats.items == slow.stats.limit_items == 256
    await slow.aclose()
    assert len(await reading) == 2_000


async def test_a_branch_that_drops_counts_what_it_drops_and_holds_up_nobody():
    dead, quick = Pipeline(count_up(Journal(), 1_000, item=TEN_MS)).tee(
        2, seconds=0.095, when_full=["drop", "block"]
    )
    assert len(await everything(quick)) == 1_000
    assert dead.stats.items == 10
    assert dead.stats.dropped_items == 990
    assert dead.stats.dropped_seconds == pytest.approx(9.9)
    assert quick.stats.dropped_items == 0
    assert len(await everything(dead)) == 10


async def test_a_branch_that_drops_goes_on_when_it_has_room():
    slow, quick = Pipeline(count_up(Journal(), 3_000)).tee(2, seconds=0.1, when_full=["drop", "block"])
    seen = []

    async def read_slowly():
        async for item in slow:
            seen.append(item)
            await turns(5)

    await asyncio.gather(read_slowly(), everything(quick))
    assert seen == sorted(set(seen))
    assert seen[-1] > 2_000
    assert len(seen) + slow.stats.dropped_items == 3_000
    assert slow.stats.dropped_items > 0


async def test_a_source_that_never_waits_leaves_a_turn_to_those_who_drop():
    async with Pipeline(count_up(Journal(), 100_000)).tee(1, when_full="drop")[0] as branch:
        seen = await everything(branch)
    assert len(seen) == 100_000


async def test_a_second_task_that_waits_at_a_branch_is_told_to_tee():
    async with Pipeline(count_up(Journal(), turns=9)).buffered(1) as pipeline:
        items = aiter(pipeline)
        first = asyncio.ensure_future(anext(items))
        await asyncio.sleep(0)
        with pytest.raises(UsageError, match=r"another task waits.*use tee\(n\)"):
            await anext(items)
        assert await first == 0


async def test_a_branch_that_is_closed_under_its_reader_does_not_seem_to_end():
    sink = Recorder()
    async with Pipeline(count_up(Journal(), item=TEN_MS, turns=9)) as pipeline:
        reading = asyncio.create_task(pipeline.buffered(1).into(sink))
        await turns(30)
    with pytest.raises(UsageError, match="closed before its end"):
        await reading
    assert sink.calls[-1] == "exit UsageError"


async def test_the_failure_of_one_branch_is_its_own():
    left, right = Pipeline(count_up(Journal(), 100, item=TEN_MS)).tee(2)
    bad, good = Recorder(fail_at="write", error=SourceError()), Recorder()
    results = await asyncio.gather(left.into(bad), right.into(good), return_exceptions=True)
    assert isinstance(results[0], SourceError)
    assert len(good.frames) == 100


# -- what is dropped unclosed


async def test_a_buffer_that_is_dropped_unclosed_warns_and_leaks_no_task():
    journal = Journal()
    with pytest.warns(ResourceWarning, match="use `async with`"):  # noqa: PT031 -- the end of the loop is what drops it
        async for _ in Pipeline(count_up(journal)).through(passing(journal)).buffered(1):
            break
    await settled()
    assert journal.closed == ["stage", "source"]


async def test_a_buffer_that_is_dropped_under_a_stage_is_closed_with_it():
    journal = Journal()
    async for _ in Pipeline(count_up(journal)).buffered(1).through(passing(journal)):
        break
    await settled()
    assert journal.closed == ["stage", "source"]


async def test_a_branch_that_is_dropped_holds_up_the_others_no_more():
    branches = [*Pipeline(count_up(Journal(), 2_000)).tee(2, seconds=0.1)]
    reading = asyncio.create_task(everything(branches.pop()))
    await turns(1_000)
    assert not reading.done()
    branches.clear()
    gc.collect()
    assert len(await reading) == 2_000


async def test_a_buffer_may_be_dropped_in_another_thread():
    asyncio.get_running_loop().set_debug(True)  # it finds out who calls it from another thread
    journal = Journal()
    held = [Pipeline(count_up(journal)).buffered(1)]
    await anext(aiter(held[0]))

    def drop():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it warns is shown above
            held.clear()
            gc.collect()

    dropping = threading.Thread(target=drop)
    dropping.start()
    dropping.join()
    await settled()
    assert journal.closed == ["source"]
    assert living_generators() == []


@pytest.mark.parametrize("turn", [1, 2, 3, 10])
def test_a_program_that_ends_in_the_middle_closes_the_source(turn):
    journal = Journal()

    async def main():
        branch = Pipeline(Counter(journal)).buffered(1)
        reading = asyncio.create_task(branch.into(Recorder(entered=True)))
        await turns(turn)
        return reading, branch

    reading, _ = asyncio.run(main())
    assert reading.cancelled()
    assert journal.closed == ["source"]


async def test_a_pump_that_is_cancelled_before_it_begins_leaves_the_closing_to_its_reader():
    journal = Journal()
    reading = asyncio.create_task(Pipeline(Counter(journal)).buffered(1).into(Recorder(entered=True)))
    await asyncio.sleep(0)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.wait(others)
    assert reading.cancelled()
    assert journal.given == 0
    assert journal.closed == ["source"]
