import asyncio
import threading
import time

import pytest

from omni_stream.sinks.speaker.control import IDLE_SECONDS, Control, StuckError


async def test_work_is_done_in_order_in_one_thread():
    control, seen = Control(), []

    def note(number):
        seen.append((number, threading.current_thread()))
        return number

    posted = [control.post(lambda number=number: note(number), within=5) for number in range(100)]
    assert [await control.ended(work) for work in posted] == list(range(100))
    assert [number for number, _ in seen] == list(range(100))
    (thread,) = {thread for _, thread in seen}
    assert thread is not threading.current_thread()
    assert thread.daemon


async def test_what_work_raises_is_raised_to_whoever_waits():
    with pytest.raises(ZeroDivisionError):
        await Control().run(lambda: 1 / 0, within=5)


async def test_a_cancel_is_raised_when_the_work_has_ended():
    control, going_on, ended = Control(), threading.Event(), []

    def work():
        going_on.wait()
        ended.append(True)

    waiting = asyncio.ensure_future(control.run(work, within=60))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.sleep(0.01)
    assert not waiting.done()
    going_on.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == [True]


async def test_a_thread_that_is_stuck_is_given_up_and_another_goes_on():
    control, going_on = Control(), threading.Event()
    stuck = control.post(going_on.wait, within=0.1)
    behind = control.post(threading.current_thread, within=5)
    with pytest.raises(StuckError):
        await control.ended(stuck)
    assert await control.ended(behind) is not stuck
    threads = threading.active_count()
    going_on.set()  # what was given up comes back, and changes nothing
    while threading.active_count() == threads:  # noqa: ASYNC110 -- nothing tells of it
        await asyncio.sleep(0.01)
    assert await control.run(lambda: 5, within=5) == 5


def test_without_a_loop_one_waits_no_longer_than_one_wants():
    control, going_on = Control(), threading.Event()
    with pytest.raises(StuckError):
        control.wait(control.post(going_on.wait, within=5), seconds=0.05)
    going_on.set()
    assert control.wait(control.post(lambda: 5, within=5), seconds=5) == 5


def test_the_thread_ends_when_there_is_nothing_to_do_unless_it_is_needed():
    control, needed = Control(), Control()
    thread, stays = (
        each.wait(each.post(threading.current_thread, within=5), seconds=5) for each in (control, needed)
    )
    needed.is_needed = True
    thread.join(IDLE_SECONDS + 3)
    assert not thread.is_alive()
    assert stays.is_alive()
    time.sleep(0.2)
    assert stays.is_alive()
    needed.is_needed = False
    stays.join(IDLE_SECONDS + 3)
    assert not stays.is_alive()
    assert control.wait(control.post(lambda: 5, within=5), seconds=5) == 5
