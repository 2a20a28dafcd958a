"""CPU time per audio event, side by side with other clients: ``python benchmarks [--quick]``."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from side_by_side.contests import Contest, in_memory, over_loopback
from side_by_side.cores import choose_cores, pin
from side_by_side.figures import spread, times_ours
from side_by_side.machine import describe_machine, describe_packages
from side_by_side.page import render_page
from side_by_side.rounds import Bounds
from side_by_side.server import running_server, serve_forever

RESULTS = Path(__file__).parent / "results"
COMMAND = "make bench"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Attributes:
        bounds: Of each contest.
        long_events: Audio events of a reply that runs alone.
        short_events: Audio events of each of many replies.
        streams: How many those are.
    """

    bounds: Bounds
    long_events: int
    short_events: int
    streams: int


FULL = Size(
    Bounds(rounds=15, slot_seconds=0.1, slot_turns=1000, contest_seconds=50),
    long_events=1000,
    short_events=100,
    streams=100,
)
QUICK = Size(
    Bounds(rounds=3, slot_seconds=0.0, slot_turns=1, contest_seconds=5),
    long_events=20,
    short_events=5,
    streams=10,
)


async def measure(size: Size, server: str) -> list[Contest]:
    """All contests, one after the other."""
    contests = []
    for read_bytes in (16 * 1024, 1460):
        contests.append(await in_memory(size.bounds, read_bytes=read_bytes, audio_events=size.long_events))
        print(f"{contests[-1].title}: done", flush=True)
    for streams, events in ((1, size.long_events), (size.streams, size.short_events)):
        contests.append(await over_loopback(size.bounds, server=server, streams=streams, audio_events=events))
        print(f"{contests[-1].title}: done", flush=True)
    return contests


def main() -> None:
    """Measure, print the page, and leave it and the figures in ``results/``."""
    options = argparse.ArgumentParser(prog="python benchmarks", description=__doc__)
    options.add_argument(
        "--quick", action="store_true", help="only show that it works: the figures mean nothing"
    )
    options.add_argument("--page", type=Path, help="also write the page to this file")
    options.add_argument("--results", type=Path, default=RESULTS, help="the folder for page and figures")
    options.add_argument("--serve", type=int, metavar="PORT", help="run only the server, for other uses")
    chosen = options.parse_args()
    if chosen.serve is not None:
        with suppress(KeyboardInterrupt):
            asyncio.run(serve_forever(chosen.serve))
        return
    setting = describe_machine() | describe_packages()
    cores = choose_cores()
    with running_server(cores.server) as server:
        pin(cores.client)
        contests = asyncio.run(measure(QUICK if chosen.quick else FULL, server))
    page = render_page(contests, command=COMMAND, setting=setting)
    outcome = {"setting": setting, "contests": [_summarise(contest) for contest in contests]}
    chosen.results.mkdir(exist_ok=True)
    name = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    (chosen.results / f"{name}.json").write_text(json.dumps(outcome, indent=1) + "\n")
    (chosen.results / f"{name}.md").write_text(page)
    if chosen.page:
        chosen.page.write_text(page)
    print(page)


def _summarise(contest: Contest) -> dict[str, object]:
    return {
        **asdict(contest),
        "summary": {name: asdict(spread(seconds)) for name, seconds in contest.seconds.items()},
        "times_ours": {name: asdict(times_ours(contest, name)) for name in contest.seconds},
    }


if __name__ == "__main__":
    main()
