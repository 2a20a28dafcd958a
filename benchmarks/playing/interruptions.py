"""Interruptions at random times: how soon it is silent at the ear, and whether it is true what was heard."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from playout.listening import RATE, places

import omni_stream as omni
from playing.on_a_card import obey, play, say
from playing.page import middle, table
from playing.players import EXACT
from playing.speech import arriving, voiced

if TYPE_CHECKING:
    from pathlib import Path

    from playing.on_a_card import Facts, Played
    from playing.speech import Samples

TITLE = "Interruptions"

INTRODUCTION = """\
Replies are interrupted after a random time. Silence at the ear, by the card's log, comes so many milliseconds
after `interrupt` was called, beside the latency that the device states of itself (what is on its way to the
ear cannot be called back). What `Heard` says was heard is compared with the last sample that was. *Slowed
down* is a reply that comes in 1.03 s for each second of it.
"""

SEED = 7
VOICES = 8
LOOK_SECONDS = 0.002
REPLY_SECONDS = 4.0
LEAST_SECONDS, MOST_SECONDS = 0.1, 2.0
"""So much of a reply is heard, at least and at most, before it is interrupted."""

REST_SECONDS = 0.15
"""Between an interruption and the next reply, so that the card's log tells them apart."""

SILENT_MS, TRUE_MS = 20.0, 10.0
"""The limits: of the time from a call to silence, beside the device's latency, and of what was heard."""

WAYS = {
    "as it is": (0.0, EXACT),
    "slowed down": (1.03, {}),
}
"""How replies come, in seconds for each of theirs, and how they are played."""


def measure(folder: Path, *, quick: bool) -> Facts:
    """Some replies in one program, each interrupted."""
    count, most = (2, 0.3) if quick else (100, MOST_SECONDS)
    return {
        way: _judged(play(__name__, folder, within=600, way=way, count=count, most_seconds=most))
        for way in WAYS
    }


async def interrupts(way: str, count: int, most_seconds: float) -> None:
    """Play replies, and interrupt each."""
    times = random.Random(SEED)
    pace, options = WAYS[way]
    before = 0.0
    async with omni.Speaker(**options) as speaker:  # type: ignore[arg-type]
        for number in range(count):
            enough = before + times.uniform(LEAST_SECONDS, most_seconds)
            say("begun")
            writing = asyncio.create_task(_write(speaker, number, pace))
            while speaker.stats.heard_seconds < enough:  # noqa: ASYNC110 -- nothing tells of it
                await asyncio.sleep(LOOK_SECONDS)
            writing.cancel()
            say("interrupting")
            heard = await speaker.interrupt()
            say("interrupted", heard_seconds=heard.seconds - before)
            before = heard.seconds
            await asyncio.wait([writing])
            await asyncio.sleep(REST_SECONDS)
        say("closed", **dataclasses.asdict(speaker.stats))


async def _write(speaker: omni.Speaker, number: int, pace: float) -> None:
    async for frame in arriving(_reply(number), pace=pace):
        await speaker.write(frame)


def _reply(number: int) -> Samples:
    """Another one than those before it, so that nothing of those passes for it."""
    return voiced(REPLY_SECONDS, number % VOICES)


def _judged(played: Played) -> Facts:
    begun, asked, told = (played.all(what) for what in ("begun", "interrupting", "interrupted"))
    closed = played.last("closed")
    rate, line = played.recording.frames_per_second, played.recording.timeline[:, 0]
    silent, wrong = [], []
    for number, (begin, end) in enumerate(pairwise([*begun, closed])):
        first, last = (round((each["at"] - played.recording.pieces[0].time) * rate) for each in (begin, end))
        first = max(first, 0)
        sounding = first + np.flatnonzero(line[first:last])
        sound = line[sounding[0] : sounding[-1] + 1]
        silent_at = played.recording.pieces[0].time + (sounding[-1] + 1) / rate
        silent.append(1000 * (silent_at - asked[number]["at"] - closed["latency_seconds"]))
        wrong.append(1000 * (told[number]["heard_seconds"] - _heard_seconds(sound, _reply(number))))
    return {"count": len(begun), "silent_ms": silent, "wrong_ms": wrong, **closed}


def _heard_seconds(sound: Samples, reply: Samples) -> float:
    """How much of a reply was heard, by the last of its samples that was heard as it is."""
    frames, place = places(sound, reply)
    return float(place[-1] + len(sound) - frames[-1]) / RATE


def render(figures: Facts) -> str:
    """A row a way of playing."""
    rows = []
    for way, found in figures.items():
        silent, wrong = found["silent_ms"], [abs(error) for error in found["wrong_ms"]]
        within = sum(each <= SILENT_MS for each in silent)
        true = sum(each <= TRUE_MS for each in wrong)
        rows.append(
            (
                f"{way} ({found['stretched_seconds']:.1f} s stretched)",
                str(found["count"]),
                f"{middle(silent)}, at most {max(silent):.1f}",
                f"{within} of {len(silent)}",
                f"{middle(wrong, 2)}, at most {max(wrong):.2f}",
                f"{true} of {len(wrong)}",
            )
        )
    head = ("a reply played", "interrupted", "ms to silence", f"within {SILENT_MS:.0f}")
    return table((*head, "ms that `Heard` is wrong by", f"within {TRUE_MS:.0f}"), rows)


if __name__ == "__main__":
    obey(interrupts)
