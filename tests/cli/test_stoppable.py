import asyncio
import os
import signal

import pytest
from anyio.from_thread import start_blocking_portal

import omni_stream as omni
from omni_stream.cli.stoppable import run_stoppable


@pytest.fixture
def portal():
    with start_blocking_portal() as portal:
        yield portal


def test_it_waits_for_the_end(portal):
    done = []

    async def work():
        await asyncio.sleep(0.01)
        done.append(True)

    run_stoppable(portal, work)
    assert done == [True]


def test_what_the_work_raises_is_raised(portal):
    async def work():
        raise omni.SinkError("full")

    with pytest.raises(omni.SinkError, match="full"):
        run_stoppable(portal, work)


@pytest.mark.parametrize("_", range(20))
def test_ctrl_c_cancels_it_and_waits_until_it_has_cleaned_up(portal, _):
    steps = []

    async def work():
        os.kill(os.getpid(), signal.SIGINT)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            steps.append("cleaned up")

    with pytest.raises(KeyboardInterrupt):
        run_stoppable(portal, work)
    assert steps == ["cleaned up"]
    run_stoppable(portal, lambda: asyncio.sleep(0))
