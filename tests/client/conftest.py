import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from canary import CANARY

from omni_stream.catalog import providers
from omni_stream.client import Client, Timeouts

VARIABLES = [
    variable for provider in providers() for variable in (provider.key_variable, provider.base_url_variable)
]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def quick_retries(monkeypatch):
    """Waits between attempts that a test need not feel; Retry-After is kept to as it is."""
    monkeypatch.setattr("omni_stream.client.retry.FIRST_WAIT", 0.01)


@pytest.fixture
async def client_of():
    """Makes clients of a peer; closes them, and shows that nothing is left of them."""
    before = open_sockets()
    clients = []

    def make(peer, **options):
        options.setdefault("api_key", CANARY)
        options.setdefault("timeouts", Timeouts(connect=5, first_event=5, idle=5, content_idle=5))
        client = Client(base_url=peer if isinstance(peer, str) else peer.base_url, **options)
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.aclose()
    for peer_turns in range(200):
        if open_sockets() <= before and not other_tasks():
            return
        await asyncio.sleep(0.005 if peer_turns else 0)
    assert not other_tasks()
    assert open_sockets() <= before


def other_tasks():
    """The client's tasks: those of peers and of the test itself are named by their coroutines."""
    return [
        task
        for task in asyncio.all_tasks()
        if task is not asyncio.current_task()
        and not any(name in repr(task.get_coro()) for name in ("Peer._serve", "pytest", "test_"))
    ]


def open_sockets():
    """How many sockets the process has open."""
    count = 0
    for number in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the listing's own
            count += str(number.readlink()).startswith("socket:")
    return count
