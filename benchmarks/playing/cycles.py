"""A speaker that is opened, played on for a moment, interrupted and closed, again and again."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import omni_stream as omni
from playing.on_a_card import obey, play, say
from playing.page import middle, table
from playing.speech import FORMAT, voiced

if TYPE_CHECKING:
    from playing.on_a_card import Facts

TITLE = "Cycles"

INTRODUCTION = """\
A speaker is opened, played on until 20 ms are heard, interrupted and closed, again and again in one program.
"""

LOOK_SECONDS = 0.002
REPLY_SECONDS, HEARD_SECONDS = 0.5, 0.02


def measure(folder: Path, *, quick: bool) -> Facts:
    """So many cycles in one program, after others that are not counted."""
    warming, count = (2, 4) if quick else (50, 1000)
    played = play(__name__, folder, within=900, warming=warming, count=count)
    warm, done = played.all("resources")
    steps = [facts["steps_ms"] for facts in played.all("cycle")[warming:]]
    return {
        "count": count,
        "warming": warming,
        "before": warm,
        "after": done,
        "steps_ms": {name: [step[name] for step in steps] for name in steps[0]},
    }


async def cycles(warming: int, count: int) -> None:
    """Do it, and say what this program holds after warming up and at the end."""
    sound = omni.AudioFrame(voiced(REPLY_SECONDS), FORMAT)
    for number in range(warming + count):
        if number == warming:
            say("resources", **_resources())
        say("cycle", steps_ms=await _cycle(sound))
    say("resources", **_resources())


async def _cycle(sound: omni.AudioFrame) -> dict[str, float]:
    """One cycle, and how long each step of it took."""
    times = [time.perf_counter()]
    speaker = omni.Speaker()
    await speaker.__aenter__()
    times.append(time.perf_counter())
    await speaker.write(sound)
    await speaker.flush()
    while speaker.stats.heard_seconds < HEARD_SECONDS:  # noqa: ASYNC110 -- nothing tells of it
        await asyncio.sleep(LOOK_SECONDS)
    times.append(time.perf_counter())
    await speaker.interrupt()
    times.append(time.perf_counter())
    await speaker.aclose()
    times.append(time.perf_counter())
    names = ("open", "play", "interrupt", "close")
    return {name: 1000 * (end - begin) for name, begin, end in zip(names, times, times[1:], strict=False)}


def _resources() -> dict[str, int]:
    """Threads, open files, and memory in kB of this program."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "memory_kb": pages * os.sysconf("SC_PAGE_SIZE") // 1024,
    }


def render(figures: Facts) -> str:
    """What was held before and after, and how long each step took."""
    before, after = figures["before"], figures["after"]
    rows = [
        (title, f"{before[name]:,}", f"{after[name]:,}")
        for name, title in (("threads", "threads"), ("files", "open files"), ("memory_kb", "memory, kB"))
    ]
    steps = [
        (name, middle(times, 1), f"{max(times):.1f}", f"{middle(times[-len(times) // 10 :], 1)}")
        for name, times in figures["steps_ms"].items()
    ]
    return "\n".join(
        (
            table(("", f"after {figures['warming']} cycles", f"after {figures['count']:,} more"), rows),
            table(("a step, in ms", "median", "at most", "the last tenth"), steps),
        )
    )


if __name__ == "__main__":
    obey(cycles)
