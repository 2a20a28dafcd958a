"""What an open loop is for: a service that stops is slow for all who came meanwhile, and not for one."""

import asyncio
import signal
import sys

import pytest

import omni_stream as omni
from omni_stream.bench import Load, run, statistic

STOPPED_SECONDS = 2.0


@pytest.fixture
async def service():
    """An emulator in a process of its own, which can be stopped."""
    options = ("--first-audio", "0", "--real-time-factor", "0", "--until-stdin-closes")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "omni_stream.cli", "emulator", *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    yield process, (await process.stdout.readline()).decode().strip()
    process.stdin.close()
    await process.wait()


async def test_a_stall_of_two_seconds_is_in_the_99th_percentile_of_an_open_loop(service):
    process, base_url = service
    load = Load(rate=160, arrivals="poisson", concurrency=4, requests=1_000, seed=1)
    async with omni.Client(base_url=base_url, retries=0) as client:
        running = asyncio.create_task(run(client, ["Say: one"], load))
        await asyncio.sleep(1)
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(STOPPED_SECONDS)
        process.send_signal(signal.SIGCONT)
        results = await running
    [row] = results.summary().rows
    assert row.failed == 0
    assert row.figure("ttfa", "p99") > 0.8 * STOPPED_SECONDS
    late = sum(value > 0.2 for value in row.values["ttfa"])
    assert late > 0.5 * 160 * STOPPED_SECONDS  # all who came meanwhile
    from_the_actual_send = [one.audio[0].at - one.sent for one in results.requests]
    assert statistic(from_the_actual_send, "p99") < 0.5 * STOPPED_SECONDS  # which is how it would be hidden
