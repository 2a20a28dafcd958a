"""Sessions at the pace of speech: an audio event every 100 ms each, as players have them.

A client and its sessions have a process of their own, on the client's core.
"""

from __future__ import annotations

import asyncio
import gc
import math
import multiprocessing
import selectors
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import uvloop

from side_by_side.bare_crowd import bare_crowd
from side_by_side.climb import climb
from side_by_side.contest import Aim, Contest, Own
from side_by_side.contests import AIOHTTP, BARE, CLIENT, CLIENTS, OPENAI
from side_by_side.cores import go_first, pin
from side_by_side.crowd import SETTLE_SECONDS, client_crowd, settle
from side_by_side.files import allow_many_files

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager
    from multiprocessing.connection import Connection

    from side_by_side.crowd import Crowd, Look

ON_UVLOOP = f"{CLIENT} on uvloop"

WHO = (OPENAI, AIOHTTP, CLIENT, ON_UVLOOP, BARE)
"""Whose sessions are compared."""

WHO_FIT = (OPENAI, AIOHTTP, CLIENT, BARE)
"""Of whom it is told how many fit on a core."""

MOST_TRIES = 2
"""Of a round in which the machine is too busy for it; one round alone is taken as it comes."""

_CONNECTED_BY = {**CLIENTS, ON_UVLOOP: CLIENTS[CLIENT]}

Found = TypeVar("Found")

CHILD_SECONDS = 200
"""What a child process may take at most: more than the longest climb and its end."""


@dataclass(frozen=True, slots=True)
class Paced:
    """What became of some sessions.

    Attributes:
        look: What was seen of them.
        memory_bytes: Private memory per session.
    """

    look: Look
    memory_bytes: float


FIGURES: tuple[tuple[str, str, tuple[Own, ...], Callable[[Paced], float]], ...] = (
    ("CPU time", "µs per audio event", (), lambda paced: paced.look.cpu_seconds),
    (
        "memory",
        "KiB per session",
        (Own(40, "at most {} KiB per session"),),
        lambda paced: paced.memory_bytes / 1024,
    ),
    ("wake-ups", "turns of the loop per audio event", (), lambda paced: paced.look.wake_ups),
)
"""What is compared of them: its name, its unit, what it should be, and how it is read."""


def at_pace(*, server: str, core: int | None, sessions: int, rounds: int, seconds: float) -> list[Contest]:
    """What a number of sessions takes of each client: CPU time, memory, wake-ups."""
    found: dict[str, list[Paced]] = {name: [] for name in WHO}
    notes = []
    watched = partial(_watch, sessions=sessions, seconds=seconds)
    for _ in range(rounds):
        for name in WHO:
            for _ in range(min(rounds, MOST_TRIES)):
                paced = _in_child(name, server, core, watched)
                if not paced.look.hindrance:
                    break
            else:
                notes.append(f"{name}: in one of the rounds {paced.look.hindrance}.")
            found[name].append(paced)
    return [
        Contest(
            title=f"{sessions} sessions at the pace of speech, {what}",
            unit=unit,
            ours=CLIENT,
            limits=(BARE,),
            aims=aims,
            values=values,
            notes=tuple(notes),
        )
        for what, unit, aims, figure in FIGURES
        if (
            values := {
                name: figures
                for name, all_of in found.items()
                if not any(map(math.isnan, figures := [figure(paced) for paced in all_of]))
            }
        )
    ]


def most_at_pace(
    *, server: str, core: int | None, first: int, most: int, rounds: int, seconds: float
) -> Contest:
    """How many sessions fit on one core, up to ``most``: nothing is told if of a client not even few do."""
    values: dict[str, list[float]] = {name: [] for name in WHO_FIT}
    at_least: dict[str, list[float]] = {name: [] for name in WHO_FIT}
    notes = []
    for _ in range(rounds):
        for name, before in values.items():
            if name == BARE and (before or at_least[name]):
                continue  # once is enough of who is no contender
            begin = max(first, int(0.85 * before[-1])) if before else first
            found = _in_child(name, server, core, partial(climb, first=begin, most=most, seconds=seconds))
            if found.sessions:
                (at_least[name] if found.note else before).append(float(found.sessions))
            if found.note:
                notes.append(f"{name}: {found.sessions:,} or more, as {found.note}.")
    values = {name: found or at_least[name] for name, found in values.items()}
    are_told = all(values.values())
    if not are_told:
        notes.append("Of somebody none fit, on a machine so busy: nothing is told.")
    return Contest(
        title="Sessions at the pace of speech on one core, delivery within 20 ms at p99",
        unit="sessions",
        ours=CLIENT,
        limits=(BARE,),
        aims=(
            (Aim(8, f"as many as {OPENAI}", (OPENAI,)), Aim(2, "as many as by hand", (AIOHTTP,)))
            if are_told
            else ()
        ),
        values=values if are_told else {},
        more_is_better=True,
        notes=tuple(notes),
    )


async def _watch(crowd: Crowd, *, sessions: int, seconds: float) -> Paced:
    await crowd.resize(1)
    await settle(crowd)  # what is made once is no session's
    gc.collect()
    before = _private_bytes()
    await crowd.resize(sessions)
    await settle(crowd)
    gc.collect()
    memory = (_private_bytes() - before) / max(1, sessions - 1)
    await crowd.look(SETTLE_SECONDS)  # what came while memory was counted is late
    look = await crowd.look(seconds)
    if math.isnan(look.cpu_seconds):
        raise TimeoutError(f"of {sessions} sessions none got an event in {seconds} s")
    return Paced(look, memory)


def _private_bytes() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Private_"))


class _Counting(selectors.DefaultSelector):
    """Counts how often it is waited on."""

    count = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.count += 1
        return super().select(timeout)


async def _let(work: Callable[[Crowd], Awaitable[Found]], crowd: AbstractAsyncContextManager[Crowd]) -> Found:
    async with crowd as sessions:
        return await work(sessions)


def _child(
    line: Connection, core: int | None, name: str, server: str, work: Callable[[Crowd], Awaitable[object]]
) -> None:
    pin(core)
    go_first()
    allow_many_files()
    selector = _Counting()
    loop = uvloop.new_event_loop if name == ON_UVLOOP else partial(asyncio.SelectorEventLoop, selector)
    turns = (lambda: math.nan) if name == ON_UVLOOP else (lambda: selector.count)
    crowd = bare_crowd(server) if name == BARE else client_crowd(_CONNECTED_BY[name], server, turns)
    with asyncio.Runner(loop_factory=loop) as runner:
        line.send(runner.run(_let(work, crowd)))


def _in_child(name: str, server: str, core: int | None, work: Callable[[Crowd], Awaitable[Found]]) -> Found:
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe(duplex=False)
    child = spawning.Process(target=_child, args=(theirs, core, name, server, work), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(CHILD_SECONDS):
            raise TimeoutError(f"the sessions of {name} did not come to an end")
        return ours.recv()  # type: ignore[no-any-return]
    finally:
        child.terminate()
        child.join(5)
