import asyncio
import gc

import pytest


def living_generators():
    """Async generators of this loop that have begun and not ended."""
    gc.collect()
    begun = asyncio.get_running_loop()._asyncgens
    return [link for link in begun if link.ag_frame is not None and link.__name__ != "nothing_is_left"]


async def settled():
    """Let what was dropped be closed."""
    for _ in range(20):
        gc.collect()
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
async def nothing_is_left():
    yield
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert living_generators() == []


@pytest.fixture(autouse=True, scope="module")
def quick_collections():
    gc.freeze()  # what is there before the tests cannot be their garbage
    yield
    gc.unfreeze()
