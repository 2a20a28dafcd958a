import asyncio
import contextlib
import gc
import warnings

import pytest
from pipeline.conftest import living_generators, settled
from pipeline.links import TEN_MS, TENTH_SECOND, Counter, Journal, Recorder, count_up, passing

from omni_stream.errors import SinkError, UsageError
from omni_stream.pipeline import Pipeline


async def taken(pipeline, n):
    items = []
    async for item in pipeline:
        items.append(item)
        if len(items) == n:
            break
    return items


# -- a bare chain is pulled


async def test_a_bare_chain_gives_everything_in_order():
    journal = Journal()
    async with Pipeline(count_up(journal, 5)).through(passing(journal)) as pipeline:
        assert [item async for item in pipeline] == [0, 1, 2, 3, 4]
    assert journal.closed == ["source", "stage"]  # each ended by itself


async def test_a_bare_chain_runs_nothing_ahead():
    journal = Journal()
    async with Pipeline(count_up(journal)).through(passing(journal)).through(passing(journal)) as pipeline:
        assert journal.given == 0
        async for number in pipeline:
            assert journal.given == number + 1
            assert asyncio.all_tasks() == {asyncio.current_task()}
            await asyncio.sleep(0)
            assert journal.given == number + 1
            if number == 20:
                break


@pytest.mark.parametrize(("ahead_seconds", "most_frames"), [(None, 0), (1.0, 11)])
async def test_memory_is_flat_while_a_slow_sink_is_offered_200_mb(ahead_seconds, most_frames):
    class Slow(Recorder):
        written = most_ahead = 0

        async def write(self, _frame):
            for _ in range(3):
                await asyncio.sleep(0)
            self.written += 1
            self.most_ahead = max(self.most_ahead, journal.given - self.written)

    journal, sink = Journal(), Slow()
    frames = 200_000_000 // len(bytes(TENTH_SECOND))
    pipeline = Pipeline(count_up(journal, frames, item=TENTH_SECOND)).through(passing(journal))
    if ahead_seconds is not None:
        pipeline = pipeline.buffered(ahead_seconds)
    await pipeline.into(sink)
    assert sink.written == frames
    assert sink.most_ahead <= most_frames


# -- however it is left, everything upstream is closed, in the same task


class LeftError(Exception):
    pass


async def by_break(pipeline):
    async with pipeline:
        async for _ in pipeline:
            break


async def by_exception(pipeline):
    with contextlib.suppress(LeftError):
        async with pipeline:
            async for _ in pipeline:
                raise LeftError


async def by_never_reading(pipeline):
    async with pipeline:
        pass


async def by_aclose(pipeline):
    async for _ in pipeline:
        break
    await pipeline.aclose()
    await pipeline.aclose()


async def by_its_end(pipeline):
    async for _ in pipeline:
        pass


async def by_cancel(pipeline):
    async def read():
        async with pipeline:
            async for _ in pipeline:
                await asyncio.Event().wait()

    reader = asyncio.create_task(read())
    await asyncio.sleep(0)
    reader.cancel()
    await asyncio.wait({reader})
    assert reader.cancelled()
    return reader


@pytest.mark.parametrize("leave", [by_break, by_exception, by_aclose, by_cancel])
async def test_leaving_closes_the_outermost_link_first_and_in_the_task_that_leaves(leave):
    journal = Journal()
    pipeline = (
        Pipeline(count_up(journal)).through(passing(journal, "inner")).through(passing(journal, "outer"))
    )
    task = await leave(pipeline) or asyncio.current_task()
    assert journal.closed == ["outer", "inner", "source"]
    assert set(journal.closers) == {task}
    assert living_generators() == []


@pytest.mark.parametrize(
    "leave", [by_break, by_exception, by_never_reading, by_aclose, by_its_end, by_cancel]
)
async def test_a_source_that_is_a_class_is_closed_once_and_after_it_what_it_was_given_with(leave):
    journal = Journal()

    async def close():
        journal.close("owner")

    await leave(Pipeline(Counter(journal, 3), close=close).through(passing(journal)))
    expected = ["source", "owner"] if leave is by_never_reading else ["stage", "source", "owner"]
    assert journal.closed == expected


async def test_a_source_that_is_no_iterator_itself_is_closed_after_its_iterator():
    journal = Journal()

    class Source:
        def __aiter__(self):
            return Counter(journal)

        async def aclose(self):
            journal.close("whole")

    await by_break(Pipeline(Source()))
    assert journal.closed == ["source", "whole"]


async def test_a_break_without_async_with_is_closed_too_a_moment_later():
    journal = Journal()
    async for _ in Pipeline(count_up(journal)).through(passing(journal)):
        break
    await settled()
    assert journal.closed == ["stage", "source"]


async def test_a_chain_that_was_never_read_needs_no_closing():
    Pipeline(count_up(Journal())).through(passing(Journal()))
    gc.collect()


async def test_the_error_of_a_cleanup_is_raised_where_no_other_is_on_its_way():
    async def clumsy(items):
        try:
            async for item in items:
                yield item
        finally:
            raise LeftError

    journal = Journal()
    pipeline = Pipeline(count_up(journal)).through(clumsy)
    with pytest.raises(LeftError):
        async with pipeline:
            await taken(pipeline, 1)
    assert journal.closed == ["source"]

    with pytest.raises(ValueError, match="mine") as caught:  # noqa: PT012 -- the loop is what raises
        async with Pipeline(count_up(journal)).through(clumsy) as pipeline:
            async for _ in pipeline:
                raise ValueError("mine")
    assert caught.value.__notes__ == ["closing the pipeline failed too: LeftError()"]


# -- a cancel at every await there is


def bare(journal, closing_turns):
    return (
        Pipeline(count_up(journal, 4, item=TEN_MS, turns=2, closing_turns=closing_turns))
        .through(passing(journal, "inner", closing_turns=closing_turns))
        .through(passing(journal, "outer", closing_turns=closing_turns))
    )


async def loop_over(pipeline):
    async with pipeline:
        async for _ in pipeline:
            await asyncio.sleep(0)


async def loop_and_break(pipeline):
    async with pipeline:
        async for _ in pipeline:
            await asyncio.sleep(0)
            break


async def into_a_sink(pipeline):
    await pipeline.into(Recorder())


async def through_a_buffer(pipeline):
    async with pipeline.buffered(0.02) as buffered:
        async for _ in buffered:
            await asyncio.sleep(0)


async def through_a_tee(pipeline):
    async with pipeline:
        await asyncio.gather(*(branch.into(Recorder()) for branch in pipeline.tee(2, seconds=0.02)))


@pytest.mark.parametrize("closing_turns", [0, 3])
@pytest.mark.parametrize("use", [loop_over, loop_and_break, into_a_sink, through_a_buffer, through_a_tee])
async def test_a_cancel_at_any_await_closes_every_link_once_and_leaves_nothing(use, closing_turns):
    bystanders = {asyncio.current_task()}
    for turn in range(1, 1_000):
        journal = Journal()
        user = asyncio.create_task(use(bare(journal, closing_turns)))
        for _ in range(turn):
            await asyncio.sleep(0)
        ended = user.done()
        user.cancel()
        await asyncio.wait({user})
        async with asyncio.timeout(1):
            await asyncio.gather(*(asyncio.all_tasks() - bystanders), return_exceptions=True)
        assert sorted(journal.closed) in ([], ["inner", "outer", "source"])
        assert living_generators() == []
        if ended:
            break
        assert user.cancelled()
        if use in {loop_over, loop_and_break, into_a_sink}:
            assert set(journal.closers) <= {user}
    assert 3 < turn < 999
    assert journal.closed


# -- one consumer


async def test_a_loop_after_a_break_goes_on():
    async with Pipeline(count_up(Journal(), 5)) as pipeline:
        assert await taken(pipeline, 2) == [0, 1]
        assert await taken(pipeline, 2) == [2, 3]
        assert await taken(pipeline, 9) == [4]
        assert await taken(pipeline, 9) == []


async def by_loop(pipeline):
    await taken(pipeline, 1)


async def by_through(pipeline):
    pipeline.through(passing(Journal()))


async def by_buffer(pipeline):
    pipeline.buffered(1)


async def by_tee(pipeline):
    pipeline.tee(2)


async def by_sink(pipeline):
    await pipeline.into(Recorder(entered=True))


CONSUMERS = [by_loop, by_through, by_buffer, by_tee, by_sink]


@pytest.mark.parametrize("second", CONSUMERS)
@pytest.mark.parametrize("first", CONSUMERS)
async def test_a_second_consumer_is_told_to_tee(first, second):
    async with Pipeline(count_up(Journal(), 1, item=TEN_MS)) as pipeline:
        await first(pipeline)
        if first is second is by_loop:
            await second(pipeline)
        else:
            with pytest.raises(UsageError, match=r"one consumer.*use tee\(n\)"):
                await second(pipeline)


async def test_a_second_consumer_in_another_task_is_told_to_tee():
    async with Pipeline(count_up(Journal())) as pipeline:
        await taken(pipeline, 1)
        with pytest.raises(UsageError, match=r"read by the loop of a task.*use tee\(n\)"):
            await asyncio.create_task(taken(pipeline, 1))
        assert await taken(pipeline, 1) == [1]


@pytest.mark.parametrize("use", CONSUMERS)
async def test_a_closed_pipeline_says_so(use):
    journal = Journal()
    async with Pipeline(count_up(journal)) as pipeline:
        pass
    with pytest.raises(UsageError, match="closed"):
        await use(pipeline)


async def test_a_loop_that_was_closed_before_its_end_does_not_seem_to_end():
    async with Pipeline(count_up(Journal())) as pipeline:
        await taken(pipeline, 1)
    with pytest.raises(UsageError, match="closed, before its end"):
        await taken(pipeline, 1)


async def test_closing_what_another_task_reads_is_an_error_there_and_closes_the_rest():
    journal, turn = Journal(), asyncio.Event()

    async def waiting(items):
        try:
            async for item in items:
                yield item
                await turn.wait()
        finally:
            journal.close("stage")

    pipeline = Pipeline(count_up(journal)).through(waiting)

    async def read():
        async with pipeline:
            async for _ in pipeline:
                pass

    reader = asyncio.create_task(read())
    await asyncio.sleep(0)
    with pytest.raises(UsageError, match="while another task read it"):
        await pipeline.aclose()
    assert journal.closed == ["source"]
    turn.set()
    await asyncio.wait({reader})
    assert journal.closed == ["source", "stage"]


# -- what is a stage, a source, a sink


async def test_a_stage_may_return_an_iterator_class_and_it_is_closed():
    journal = Journal()

    class Doubled:
        def __init__(self, items):
            self._items = items

        def __aiter__(self):
            return self

        async def __anext__(self):
            return 2 * await anext(self._items)

        async def aclose(self):
            journal.close("doubled")

    async with Pipeline(count_up(journal)).through(Doubled).through(passing(journal)) as pipeline:
        assert await taken(pipeline, 3) == [0, 2, 4]
    assert journal.closed == ["stage", "doubled", "source"]


async def test_a_stage_may_hand_back_what_it_was_given():
    journal = Journal()
    async with Pipeline(count_up(journal, 3)).through(lambda items: items) as pipeline:
        assert [item async for item in pipeline] == [0, 1, 2]
    assert journal.closed == ["source"]


async def not_yielding(items):
    return items


def not_async(items):
    yield items


async def of_two(items, more):
    yield items, more


@pytest.mark.parametrize("stage", [None, 5, not_yielding, not_async, of_two, lambda: None, lambda _: None])
async def test_what_is_no_stage_is_refused_at_once_and_the_pipeline_stays_usable(stage):
    async with Pipeline(count_up(Journal(), 2)) as pipeline:
        with pytest.raises(UsageError, match="is not a stage"):
            pipeline.through(stage)
        assert await taken(pipeline, 9) == [0, 1]


@pytest.mark.parametrize("source", [None, [1, 2], iter("ab"), count_up])
def test_what_is_no_source_is_refused(source):
    with pytest.raises(UsageError, match="reads an async iterable"):
        Pipeline(source)


@pytest.mark.parametrize("sink", [None, "answer.wav", Recorder])
async def test_what_is_no_sink_is_refused(sink):
    async with Pipeline(count_up(Journal())) as pipeline:
        with pytest.raises(UsageError, match="into wants a sink"):
            await pipeline.into(sink)


async def test_a_pipeline_may_be_the_source_of_another():
    journal = Journal()
    inner = Pipeline(count_up(journal)).through(passing(journal, "inner"))
    async with Pipeline(inner).through(passing(journal, "outer")) as pipeline:
        assert await taken(pipeline, 2) == [0, 1]
    assert journal.closed == ["outer", "inner", "source"]


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 14_401, "1", None])
async def test_a_buffer_has_a_sensible_bound(seconds):
    async with Pipeline(count_up(Journal())) as pipeline:
        with pytest.raises(UsageError, match="seconds of audio"):
            pipeline.buffered(seconds)
        with pytest.raises(UsageError, match="seconds of audio"):
            pipeline.tee(2, seconds=seconds)


@pytest.mark.parametrize("n", [0, -1, 1_001, 2.0, "2", None])
async def test_a_tee_has_a_sensible_number_of_branches(n):
    async with Pipeline(count_up(Journal())) as pipeline:
        with pytest.raises(UsageError, match="1 to 1,000 branches"):
            pipeline.tee(n)


@pytest.mark.parametrize("when_full", ["wait", ["block"], ["block", "wait"], []])
async def test_a_tee_has_a_policy_for_each_branch(when_full):
    async with Pipeline(count_up(Journal())) as pipeline:
        with pytest.raises(UsageError, match="when_full"):
            pipeline.tee(2, when_full=when_full)


# -- into


async def test_into_writes_all_flushes_closes_and_returns_the_sink():
    sink = Recorder()
    assert await Pipeline(count_up(Journal(), 3, item=TEN_MS)).into(sink) is sink
    assert sink.calls == ["enter", *["write"] * 3, "flush", "exit None"]
    assert sink.frames == [TEN_MS] * 3


async def test_into_leaves_a_sink_open_that_its_owner_has_entered():
    sink = Recorder(entered=True)
    await Pipeline(count_up(Journal(), 1, item=TEN_MS)).into(sink)
    await Pipeline(count_up(Journal(), 1, item=TEN_MS)).into(sink)
    assert sink.calls == ["write", "flush", "write", "flush"]


@pytest.mark.parametrize("step", ["enter", "write", "flush", "exit None"])
@pytest.mark.parametrize("ahead", [False, True])
async def test_the_error_of_a_sink_is_seen_as_it_was_raised(step, ahead):
    journal, error = Journal(), SinkError("the disk is full")
    sink = Recorder(fail_at=step, error=error)
    pipeline = Pipeline(count_up(journal, 500, item=TEN_MS)).through(passing(journal))
    if ahead:
        pipeline = pipeline.buffered(0.1)
    with pytest.raises(SinkError) as caught:
        await pipeline.into(sink)
    assert caught.value is error
    if step == "write":
        assert sink.calls[-1] == "exit SinkError"
        assert journal.closed == ["stage", "source"]


async def test_the_error_of_a_source_is_seen_as_it_was_raised_and_the_sink_is_told():
    error = LeftError()

    async def failing():
        yield TEN_MS
        raise error

    for pipeline in [Pipeline(failing()), Pipeline(failing()).buffered(1)]:
        sink = Recorder()
        with pytest.raises(LeftError) as caught:
            await pipeline.into(sink)
        assert caught.value is error
        assert sink.calls == ["enter", "write", "exit LeftError"]


async def test_what_is_upstream_is_closed_before_the_sink():
    journal = Journal()

    class Last(Recorder):
        async def __aexit__(self, *error):
            journal.close("sink")

    await Pipeline(count_up(journal, 1, item=TEN_MS)).into(Last())
    with pytest.raises(SinkError):
        await Pipeline(count_up(journal, item=TEN_MS)).into(Last(fail_at="write", error=SinkError("full")))
    assert journal.closed == ["source", "sink"] * 2


async def test_a_sink_that_cannot_be_entered_closes_what_is_upstream():
    journal = Journal()

    async def close():
        journal.close("owner")

    with pytest.raises(SinkError):
        await Pipeline(count_up(journal), close=close).into(
            Recorder(fail_at="enter", error=SinkError("exists"))
        )
    assert journal.closed == ["owner"]


async def test_stats_are_of_the_nearest_buffer_upstream():
    async with Pipeline(count_up(Journal())) as pipeline:
        assert pipeline.stats is None
        buffered = pipeline.buffered(2)
        assert buffered.stats.limit_seconds == 2
        assert buffered.through(passing(Journal())).stats.limit_seconds == 2


async def test_a_buffer_that_is_closed_with_what_is_before_it_needs_no_warning():
    journal = Journal()
    async with Pipeline(count_up(journal)).through(passing(journal)) as pipeline:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            async for _ in pipeline.buffered(1):
                break
            await settled()
        assert journal.closed == []
    assert journal.closed == ["stage", "source"]
