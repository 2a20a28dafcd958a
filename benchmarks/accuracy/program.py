"""How far what is measured is from what was so: ``python benchmarks/accuracy [--quick]``.

An emulator in a process of its own, on another core, stalls, jitters and tells when it had sent each
piece; the same replies are measured, one at a time and some 200 at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from side_by_side.cores import choose_cores, pin
from side_by_side.machine import describe_machine, describe_packages

import omni_stream as omni
from accuracy.truth import errors
from omni_stream.bench import Load, Results, run, statistic

if TYPE_CHECKING:
    from collections.abc import Iterator

EMULATOR = (
    *("--first-audio", "0.2", "--real-time-factor", "0.9", "--chunk", "0.1", "--jitter", "0.12"),
    *("--fault", "stall@50%:0.3"),
)
PROMPT = "Say: one two three four five six seven eight"

OF_MANY = {"gap"}
"""Of which a reply has many values, the largest of them being in its underrun and stalls."""

MOST_SECONDS = 0.002
"""What a figure may be off."""


@dataclass(frozen=True, slots=True)
class Session:
    """So many at once.

    Attributes:
        load: The load.
        figure: Which figure of the errors may be at most 2 ms: the worst, or one of many.
    """

    load: Load
    figure: str


FULL = (
    Session(Load(concurrency=1, requests=20, warm_up=1), "max"),
    Session(Load(rate=72, requests=600, warm_up=200), "p95"),  # a reply takes 2.8 s: 200 are open
)
QUICK = (Session(Load(concurrency=1, requests=1, warm_up=0), "max"),)


async def measured(session: Session, base_url: str) -> Results:
    """What is measured of it."""
    async with omni.Client(base_url=base_url, retries=0) as client:
        return await run(client, [PROMPT], session.load)


@contextmanager
def emulator(core: int | None, send_log: Path) -> Iterator[str]:
    """The base URL of the emulator."""
    command = [sys.executable, "-m", "omni_stream.cli", "emulator", "--until-stdin-closes"]
    with subprocess.Popen(
        [*command, *EMULATOR, "--send-log", str(send_log)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        pin(core, child.pid)
        assert child.stdin is not None
        assert child.stdout is not None
        yield child.stdout.readline().strip()
        child.stdin.close()


def main() -> None:
    """Measure, tell, and fail if any figure is further off than it may be."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="only show that it works")
    options.add_argument("--out", type=Path, help="write the figures as JSON to this file")
    asked = options.parse_args()
    cores = choose_cores()
    pin(cores.client)
    told, is_off = [], False
    for session in QUICK if asked.quick else FULL:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder, "sent.jsonl")
            with emulator(cores.server, log) as base_url:
                results = asyncio.run(measured(session, base_url))
            found = errors(results, log)
        [row] = results.summary().rows
        lag = f"{1e3 * (row.lag_p99 or 0):.1f} ms"
        print(
            f"{_most_open(results)} at once: {len(row.measured)} replies, p99 of our event loop's lag {lag}"
        )
        figures = {}
        for metric, values in found.items():
            figures[metric] = {name: statistic(values, name) for name in ("p50", "p95", "p99", "max")}
            judged = statistic(values, "p95" if metric in OF_MANY else session.figure)
            is_off |= judged is None or judged > MOST_SECONDS
            print(f"  {metric:24}{_line(figures[metric])} ms")
        told.append({"load": asdict(session.load), "lag_p99": row.lag_p99, "errors": figures})
    if asked.out is not None:
        machine = {"machine": describe_machine(), "packages": describe_packages(), "load": os.getloadavg()}
        asked.out.write_text(json.dumps({"sessions": told, **machine}, indent=2) + "\n", "utf-8")
    print("within 2 ms of the truth" if not is_off else "further than 2 ms from the truth")
    raise SystemExit(bool(is_off) and not asked.quick)


def _line(figures: dict[str, float | None]) -> str:
    told = {name: "-" if value is None else f"{1e3 * value:.3f}" for name, value in figures.items()}
    return "".join(f"  {name} {value:>8}" for name, value in told.items())


def _most_open(results: Results) -> int:
    """How many replies were open at once."""
    ends = [(one.end, -1) for one in results.requests]
    begins = [(one.sent, 1) for one in results.requests]
    return max(accumulate(change for _, change in sorted([*begins, *ends])))
