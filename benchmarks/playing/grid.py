"""Players and what hinders them: silence within speech that has come in time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from playing.listener import noticed
from playing.loads import LOADS, held_ms, hindered
from playing.on_a_card import obey, play, say
from playing.page import table, where
from playing.players import PLAYERS
from playing.speech import arriving, write_speech

if TYPE_CHECKING:
    from pathlib import Path

    from playing.on_a_card import Facts
    from playing.players import Player
    from playing.speech import Samples

TITLE = "Silence under load"

INTRODUCTION = """\
Speech comes twice as fast as it is heard, in pieces of 80 ms, to a player's event loop. After a second,
something else in the same program begins to hinder it. A cell has what was heard in each of the runs: gaps
within speech / milliseconds of silence in all, or 0. † was stopped after 20 s, with so much of 8 s heard.

Ours is a `Speaker` as it is by default; it asks the system for real-time priority, and *unhurried* is the
same where that is not granted. A *Python callback* is sounddevice's, and takes what an event loop has put
into a queue; *blocking writes* are those of a thread that takes from such a queue, as players on PyAudio do.
"""

PACE = 0.5
"""Speech comes twice as fast as it is heard, as it does from Qwen-Omni."""

PEACE_SECONDS = 1.0
"""So long after its begin a reply is hindered: another half second has come than is heard, which any player
that has an event loop needs to survive one that is blocked for as long."""

MOST_SECONDS = 20.0
"""A player that is not at the end by then is stopped."""

SIDE_BY_SIDE = {
    "ours": "**ours**",
    "ours, unhurried": "**ours, unhurried**",
    "callback": "Python callback",
    "writes": "blocking writes",
}
OURS = ("ours", "ours, unhurried")

LATENCIES = ("high", "low")
"""What PortAudio calls them; "high" is the default of it, and ours."""


def measure(folder: Path, *, quick: bool) -> Facts:
    """Each player under each load, round after round, at both latencies."""
    seconds, rounds = (0.8, 1) if quick else (8.0, 3)
    loads = ["4 threads"] if quick else list(LOADS)
    latencies = LATENCIES[:1] if quick else LATENCIES
    speech = folder / "speech"
    write_speech(speech, seconds)
    runs = []
    for turn in range(rounds):
        for hindrance in loads:
            for latency in latencies:
                for player in SIDE_BY_SIDE:
                    cell = {"player": player, "load": hindrance, "latency": latency}
                    played = play(
                        __name__,
                        folder,
                        within=MOST_SECONDS + 20,
                        file=str(speech),
                        peace_seconds=0.2 if quick else PEACE_SECONDS,
                        **cell,
                    )
                    runs.append({"round": turn, **cell, **noticed(played.recording), **played.last("closed")})
                    print(
                        "grid", {name: runs[-1][name] for name in (*cell, "gaps", "silence_ms")}, flush=True
                    )
    return {"seconds": seconds, "pace": PACE, "most_seconds": MOST_SECONDS, "runs": runs}


async def plays(file: str, player: str, latency: str, load: str, peace_seconds: float) -> None:
    """Play speech, and be hindered once it has begun."""
    samples = np.fromfile(file, np.int16)
    async with PLAYERS[player](latency) as playing:
        whole = asyncio.create_task(_play(playing, samples))
        await asyncio.sleep(peace_seconds)
        with hindered(load) as held:
            await asyncio.wait([whole], timeout=MOST_SECONDS)
        is_whole = whole.done() and whole.exception() is None
        if not is_whole:
            whole.cancel()
            await asyncio.wait([whole])
        say("closed", is_whole=is_whole, held_ms=held_ms(held), **playing.figures())


async def _play(playing: Player, samples: Samples) -> None:
    async for frame in arriving(samples, pace=PACE):
        await playing.write(frame)
    await playing.end()


def render(figures: Facts) -> str:
    """A table a latency: a row a load, a column a player, and in a cell what was heard in each run."""
    runs = figures["runs"]
    parts = []
    for latency in dict.fromkeys(run["latency"] for run in runs):
        of_device = where(runs, latency=latency)
        milliseconds = 1000 * max(run["latency_seconds"] for run in of_device)
        rows = [
            [LOADS[load], *(_cell(where(of_device, load=load, player=player)) for player in SIDE_BY_SIDE)]
            for load in dict.fromkeys(run["load"] for run in of_device)
        ]
        head = [f"latency {latency!r} ({milliseconds:.0f} ms)", *SIDE_BY_SIDE.values()]
        parts += [table(head, rows), _blame(of_device)]
    return "\n".join(parts)


def _cell(runs: list[Facts]) -> str:
    return ", ".join(
        (f"{run['gaps']} / {run['silence_ms']:,.0f}" if run["gaps"] else "0")
        + ("" if run["is_whole"] else f" † {run['heard_seconds']:.1f} s")
        for run in runs
    )


def _blame(runs: list[Facts]) -> str:
    """Whose fault our gaps were."""
    sentences = []
    for player in OURS:
        gaps, late = (sum(run[name] for run in where(runs, player=player)) for name in ("gaps", "late_gaps"))
        slowest = max(run["longest_seconds"] for run in where(runs, player=player))
        whose = (
            f"had {gaps} gaps in all; at {late} of them the device had run empty, as the system had woken its"
            " thread too late"
            if gaps
            else "had no gap"
        )
        sentences.append(
            f"{SIDE_BY_SIDE[player]} {whose}, and the slowest callback took {1e6 * slowest:.0f} µs."
        )
    return " ".join(sentences) + "\n"


if __name__ == "__main__":
    obey(plays)
