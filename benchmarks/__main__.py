"""CPU time per audio event, side by side with other clients: ``python benchmarks [--quick]``."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from side_by_side.climb import MOST_SESSIONS
from side_by_side.contests import in_memory, of_many, of_text, over_loopback
from side_by_side.cores import choose_cores, pin
from side_by_side.counted import counted
from side_by_side.figures import spread, times_ours
from side_by_side.files import allow_many_files
from side_by_side.first_audio import first_audio
from side_by_side.framing import by_the_gigabyte, of_a_huge_event
from side_by_side.machine import describe_machine, describe_packages
from side_by_side.paced import at_pace, most_at_pace
from side_by_side.page import render_page
from side_by_side.rounds import Bounds
from side_by_side.server import running_server, serve_forever

if TYPE_CHECKING:
    from side_by_side.contest import Contest

RESULTS = Path(__file__).parent / "results"
COMMAND = "make bench"

EVENTS_OF_MANY = 20
"""Two seconds of speech: a short answer, of which the request is a good part."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Attributes:
        bounds: Of each contest.
        long_events: Audio events of a reply that runs alone.
        short_events: Audio events of each of many replies.
        streams: How many those are.
        at_once: Numbers of replies at once whose cost is compared.
        paced: How many sessions run at the pace of speech, and in how many rounds.
        most: With how many of them the search for the most begins, where it ends, and in how many rounds.
        pace_seconds: How long they are looked at.
    """

    bounds: Bounds
    long_events: int
    short_events: int
    streams: int
    at_once: tuple[int, ...]
    paced: tuple[int, int]
    most: tuple[int, int, int]
    pace_seconds: float


FULL = Size(
    Bounds(rounds=11, slot_seconds=0.1, slot_turns=1000, contest_seconds=40),
    long_events=1000,
    short_events=100,
    streams=100,
    at_once=(1, 10, 100, 1000, 2000),
    paced=(200, 3),
    most=(128, MOST_SESSIONS, 2),
    pace_seconds=3.0,
)
QUICK = Size(
    Bounds(rounds=3, slot_seconds=0.0, slot_turns=1, contest_seconds=5),
    long_events=20,
    short_events=5,
    streams=10,
    at_once=(1, 10),
    paced=(2, 1),
    most=(2, 2, 1),
    pace_seconds=0.3,
)


async def measure(size: Size, server: str, core: int | None) -> list[Contest]:
    """All contests, one after the other."""
    bounds = size.bounds
    contests: list[Contest] = []

    def add(contest: Contest) -> None:
        contests.append(contest)
        print(f"{contest.title}: done", flush=True)

    for read_bytes in (16 * 1024, 1460):
        add(await in_memory(bounds, read_bytes=read_bytes, audio_events=size.long_events))
    add(by_the_gigabyte(bounds))
    add(of_a_huge_event(bounds))
    for streams, events in ((1, size.long_events), (size.streams, size.short_events)):
        add(await over_loopback(bounds, server=server, streams=streams, audio_events=events))
    for contest in counted(server=server):
        add(contest)
    add(await of_text(bounds, server=server, deltas=size.long_events))
    add(await first_audio(bounds, server=server))
    add(await of_many(bounds, server=server, counts=size.at_once, audio_events=EVENTS_OF_MANY))
    sessions, rounds = size.paced
    for contest in at_pace(
        server=server, core=core, sessions=sessions, rounds=rounds, seconds=size.pace_seconds
    ):
        add(contest)
    first, most, rounds = size.most
    add(
        most_at_pace(
            server=server, core=core, first=first, most=most, rounds=rounds, seconds=size.pace_seconds
        )
    )
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
        allow_many_files()
        contests = asyncio.run(measure(QUICK if chosen.quick else FULL, server, cores.client))
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
        "summary": {name: asdict(spread(values)) for name, values in contest.values.items()},
        "times_ours": {name: asdict(times_ours(contest, name)) for name in contest.values},
    }


if __name__ == "__main__":
    main()
