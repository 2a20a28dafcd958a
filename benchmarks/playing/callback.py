"""How long the device's thread is kept, at worst and on average, while replies come now fast, now slowly."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

import omni_stream as omni
from playing.on_a_card import obey, play, say
from playing.page import table
from playing.speech import arriving, voiced

if TYPE_CHECKING:
    from pathlib import Path

    from playing.on_a_card import Facts

TITLE = "The callback"

INTRODUCTION = """\
One reply after the other is played, each of 20 s, which come in 0.5, 1.03 and 1.1 s for each second, in turn;
so the last two are stretched. The time is the clock's, and so has in it whatever else the system ran.
"""

REPLY_SECONDS = 20.0
PACES = (0.5, 1.03, 1.1)
"""Seconds in which a second of a reply comes, one reply after the other: the last two are stretched."""


def measure(folder: Path, *, quick: bool) -> Facts:
    """Replies for so many seconds."""
    seconds = 2.0 if quick else 600.0
    return play(__name__, folder, within=2 * seconds + 60, seconds=seconds).last("closed")


async def plays(seconds: float) -> None:
    """Play replies, one after the other, until so much time has gone."""
    end = time.monotonic() + seconds
    number = 0
    async with omni.Speaker() as speaker:
        while (left := end - time.monotonic()) > 0:
            pace = PACES[number % len(PACES)]
            async for frame in arriving(voiced(min(REPLY_SECONDS, left / max(pace, 1)), number), pace=pace):
                await speaker.write(frame)
            await speaker.drain()
            number += 1
        say("closed", seconds=seconds, replies=number, **dataclasses.asdict(speaker.stats))


def render(figures: Facts) -> str:
    """Mean and worst."""
    mean = figures["busy_seconds"] / figures["blocks"]
    rows = [
        ("the callback took, on average", f"{1e6 * mean:.1f} µs"),
        ("at worst", f"{1e6 * figures['longest_seconds']:.0f} µs"),
        ("of a block of", f"{1000 * figures['played_seconds'] / figures['blocks']:.1f} ms"),
        ("replies", str(figures["replies"])),
        (
            "stretched, held, stalled",
            " s, ".join(
                f"{figures[name]:.1f}" for name in ("stretched_seconds", "held_seconds", "stalled_seconds")
            )
            + " s",
        ),
        ("late wake-ups of its thread", str(figures["late_blocks"])),
    ]
    return table(("", f"{figures['seconds']:,.0f} s"), rows)


if __name__ == "__main__":
    obey(plays)
