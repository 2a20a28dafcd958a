"""Live playback, measured on the tests' sound card: ``python benchmarks/playing [--quick] [--only NAME]``.

Rules.
1. What a listener hears, and when, is read from the card's log, never from what a player says of itself.
2. Each player runs in a program of its own with a card of its own; those that are compared take turns.
3. What one measurement found is one file in the results, and the page is made of the newest of each.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from side_by_side.machine import describe_machine

from playing import callback, cycles, enter, exact, grid, interruptions, stretching
from playing.page import table

if TYPE_CHECKING:
    from playing.on_a_card import Facts

MEASUREMENTS = {
    module.__name__.rpartition(".")[2]: module
    for module in (grid, exact, interruptions, stretching, callback, cycles, enter)
}

RESULTS = Path(__file__).parents[1] / "results" / "playing"
MEMORY = Path("/dev/shm")
"""Where files are in memory: the card writes its log on the device's thread, which might wait for a disk."""

COMMAND = "make bench-playing"

INTRODUCTION = """\
# Benchmarks of playing

What a listener hears, measured on a sound card that keeps a log of each sample and of when it was due: the
card of the tests, which PortAudio opens as it opens any other. Each player has a program and a card of its
own, and those that are compared take turns in one run. Speech has no sample that is 0, so that any 0 in the
log is silence of a player; a gap is a millisecond of silence or more. How busy the machine was before each
measurement is said at the end.
"""


def main() -> None:
    """Measure, print the page, and leave it and the figures in the results."""
    options = argparse.ArgumentParser(
        prog="python benchmarks/playing", description=__doc__.partition("\n")[0]
    )
    options.add_argument(
        "--quick", action="store_true", help="only show that it works: the figures mean nothing"
    )
    options.add_argument(
        "--only",
        action="append",
        choices=MEASUREMENTS,
        help="measure no others, and keep what is known of them",
    )
    options.add_argument("--page", type=Path, help="write the page to this file")
    options.add_argument("--results", type=Path, help="the folder for the figures, if not the usual one")
    chosen = options.parse_args()
    with contextlib.ExitStack() as until_end:
        results = chosen.results or RESULTS
        if chosen.quick and not chosen.results:  # nothing that is known is forgotten for it
            results = Path(until_end.enter_context(tempfile.TemporaryDirectory()))
        page = _measured(results, chosen.only or list(MEASUREMENTS), quick=chosen.quick)
    if chosen.page:
        chosen.page.write_text(page)
    print(page)


def _measured(results: Path, names: list[str], *, quick: bool) -> str:
    """Measure, and give the page of all that is known then."""
    results.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(len(names) if quick else 1) as programs:
        for _ in programs.map(partial(_measure, results, quick), names):
            pass  # what a measurement raises is raised here
    files = {name: results / f"{name}.json" for name in MEASUREMENTS}
    return render_page({name: json.loads(file.read_text()) for name, file in files.items() if file.exists()})


def _measure(results: Path, quick: bool, name: str) -> None:  # noqa: FBT001 -- `map` gives no names
    setting = describe_machine()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        figures = MEASUREMENTS[name].measure(Path(folder), quick=quick)
    print(f"{name}: done in {time.monotonic() - begin:.0f} s", flush=True)
    outcome = {"setting": setting, "figures": figures}
    (results / f"{name}.json").write_text(json.dumps(outcome, indent=1) + "\n")


def render_page(known: dict[str, Facts]) -> str:
    """Markdown: a section a measurement, the machine, and how to repeat it."""
    parts = [INTRODUCTION]
    for name, outcome in known.items():
        module = MEASUREMENTS[name]
        parts += [f"## {module.TITLE}\n", module.INTRODUCTION, module.render(outcome["figures"])]
    machines = [
        (MEASUREMENTS[name].TITLE, *(outcome["setting"][fact] for fact in ("date", "load before")))
        for name, outcome in known.items()
    ]
    machine = next(iter(known.values()))["setting"]
    parts += [
        "## How to repeat it\n",
        f"    {COMMAND}\n",
        f"{machine['processor']}, {machine['system']}, {machine['python']}.\n",
        table(("", "measured", "load before"), machines),
    ]
    return "\n".join(parts)
