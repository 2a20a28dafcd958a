import asyncio
import time

from omni_stream.bench.lag import LOOK_SECONDS, LoopLag, lags


async def test_a_hold_up_counts_for_all_looks_that_fall_into_it():
    async with LoopLag() as lag:
        await asyncio.sleep(5 * LOOK_SECONDS)
        time.sleep(50 * LOOK_SECONDS)  # noqa: ASYNC251 -- that is what holds a loop up
        await asyncio.sleep(5 * LOOK_SECONDS)
    late = sorted(lags(lag.counts))
    assert len(late) >= 55
    assert late[-1] >= 49 * LOOK_SECONDS
    assert late[-25] >= 25 * LOOK_SECONDS


async def test_a_loop_that_is_free_is_hardly_late():
    async with LoopLag() as lag:
        await asyncio.sleep(20 * LOOK_SECONDS)
    late = sorted(lags(lag.counts))
    assert 10 <= len(late) <= 200
    assert late[0] < LOOK_SECONDS


async def test_what_was_before_can_be_forgotten():
    async with LoopLag() as lag:
        time.sleep(0.2)  # noqa: ASYNC251 -- likewise
        await asyncio.sleep(0)
        lag.forget()
        await asyncio.sleep(2 * LOOK_SECONDS)
    assert not lag.counts or max(lags(lag.counts)) <= 0.2 + LOOK_SECONDS
