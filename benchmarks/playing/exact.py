"""Whether each sample of a reply is heard, as it is and in its place, if nothing is to be stretched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playing import grid
from playing.listener import noticed
from playing.on_a_card import play
from playing.page import table, where
from playing.speech import write_speech

if TYPE_CHECKING:
    from pathlib import Path

    from playing.on_a_card import Facts

TITLE = "Sample for sample"

INTRODUCTION = """\
What a `Speaker` that may not stretch (`least_speed=1, hold_s=0, skips_lead=False`) was given, as above, is
compared with what was heard, from the first sample to the last.
"""

LOADS = ("nothing", "4 threads")


def measure(folder: Path, *, quick: bool) -> Facts:
    """Some replies under each load."""
    seconds, rounds = (1.0, 1) if quick else (8.0, 3)
    speech = folder / "speech"
    write_speech(speech, seconds)
    reply = np.fromfile(speech, np.int16)
    runs = []
    for turn in range(rounds):
        for load in LOADS[-1:] if quick else LOADS:
            played = play(
                grid.__name__,
                folder,
                within=60,
                file=str(speech),
                player="ours, exact",
                latency="high",
                load=load,
                peace_seconds=0.2 if quick else grid.PEACE_SECONDS,
            )
            heard = played.recording.sound[:, 0]
            size = min(len(heard), len(reply))
            runs.append(
                {
                    "round": turn,
                    "load": load,
                    "is_equal": bool(np.array_equal(heard, reply)),
                    "differing": int((heard[:size] != reply[:size]).sum()) + abs(len(heard) - len(reply)),
                    **noticed(played.recording),
                    **played.last("closed"),
                }
            )
    return {"samples": len(reply), "runs": runs}


def render(figures: Facts) -> str:
    """A row a load."""
    rows = []
    for load in dict.fromkeys(run["load"] for run in figures["runs"]):
        runs = where(figures["runs"], load=load)
        equal = sum(run["is_equal"] for run in runs)
        differing = ", ".join(str(run["differing"]) for run in runs)
        rows.append((grid.LOADS[load], f"{equal} of {len(runs)}", differing))
    return table(
        ("", f"runs in which all {figures['samples']:,} samples were heard", "samples that differ"), rows
    )
