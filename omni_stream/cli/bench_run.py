"""Runs what ``omni-stream bench`` was asked for."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.cli.bench_progress import BenchProgress
from omni_stream.cli.ending import say
from omni_stream.cli.local_emulator import local_emulator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.bench import Case, Results
    from omni_stream.cli.bench_plan import Plan


def clients_of(
    cases: Sequence[Case], provider: str | None, base_url: str | None, limits: omni.Timeouts
) -> dict[str | None, omni.Client]:
    """A client for each region; none if it is the emulator that is measured.

    Raises:
        UsageError: What names the service contradicts itself, or a key is missing.
    """
    regions = dict.fromkeys(case.region for case in cases)
    if provider is None and base_url is None and set(regions) == {None}:
        return {}
    return {
        region: omni.Client(base_url=base_url, region=region, provider=provider, timeouts=limits, retries=0)
        for region in regions
    }


async def run_plan(
    plan: Plan, clients: dict[str | None, omni.Client], limits: omni.Timeouts, results: Results
) -> float | None:
    """Run all of it; the highest load that meets the targets, if that is looked for and there is one.

    Without ``clients``, the emulator is started, measured and ended.

    Raises:
        OmniStreamError: As by ``bench.run``, or the emulator cannot start.
    """
    from omni_stream import bench as library  # noqa: PLC0415 -- other commands start without it

    async with AsyncExitStack() as stack:
        if not clients:
            say("no service is named, so the built-in emulator is measured; --provider names another")
            base_url = await stack.enter_async_context(local_emulator())
            clients = {None: omni.Client(base_url=base_url, timeouts=limits, retries=0)}
        for client in clients.values():
            await stack.enter_async_context(client)
        with BenchProgress() as progress:
            if plan.targets:
                return await library.find_highest(
                    clients,
                    plan.cases,
                    plan.load,
                    plan.targets,
                    most=plan.most,
                    speaks=plan.speaks,
                    results=results,
                    on_round=progress.begins,
                    on_request=progress.ended,
                )
            for level in plan.levels:
                load = plan.load if level == plan.load.level else plan.load.at(level)
                progress.begins(load)
                await library.run(
                    clients, plan.cases, load, speaks=plan.speaks, results=results, on_request=progress.ended
                )
    return None
