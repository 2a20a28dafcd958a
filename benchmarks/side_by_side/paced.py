"""Sessions at the pace of speech: an audio event every 100 ms each, as players have them.

* A client and its sessions have a process of their own, on the client's core; the sessions begin
  spread over a second, and are looked at once all are under way.
* Delivery is from the server's writing of an event to its PCM in the program's hands, by the
  monotonic clock that both processes share.
* As many sessions fit on a core as have a delivery of 20 ms at the 99th percentile: found by doubling,
  then by halving the interval.  A number that fails once is tried once more, since the machine
  may have been busy.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import selectors
import time
from array import array
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from side_by_side.contest import Aim, Contest, Own
from side_by_side.contests import AIOHTTP, CLIENT, CLIENTS, OPENAI
from side_by_side.cores import pin
from side_by_side.files import allow_many_files
from side_by_side.server import EVENT_SECONDS, STAMP_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from typing_extensions import Buffer

    from side_by_side.contender import Turn

WHO = (OPENAI, AIOHTTP, CLIENT)
DELIVERY_SECONDS = 0.02
BEGIN_SECONDS = 1.0
SETTLE_SECONDS = 0.5
MOST_SESSIONS = 8192
"""More than the server's core writes to at that pace, so that nothing is said of them."""

STEPS = 3
"""How often the interval is halved: to an eighth of the number."""


@dataclass(frozen=True, slots=True)
class Paced:
    """What became of some sessions.

    Attributes:
        delivery: The 99th percentile, in seconds.
        cpu_seconds: CPU time per audio event.
        memory_bytes: Private memory per session.
        wake_ups: Turns of the event loop per audio event.
    """

    delivery: float
    cpu_seconds: float
    memory_bytes: float
    wake_ups: float


FIGURES: tuple[tuple[str, str, tuple[Aim, ...], Callable[[Paced], float]], ...] = (
    ("CPU time", "µs per audio event", (), lambda paced: paced.cpu_seconds),
    (
        "memory",
        "KiB per session",
        (Own(40, "at most {} KiB per session"),),
        lambda paced: paced.memory_bytes / 1024,
    ),
    ("wake-ups", "turns of the loop per audio event", (), lambda paced: paced.wake_ups),
)
"""What is compared of them: its name, its unit, what it should be, and how it is read."""


class _Counting(selectors.DefaultSelector):
    """Counts how often it is waited on."""

    count = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.count += 1
        return super().select(timeout)


class _Session:
    """Takes the audio of one session."""

    def __init__(self, late: array[float]) -> None:
        self._late = late

    def append(self, pcm: Buffer) -> None:
        """Note how long ago it was written."""
        now = time.monotonic_ns()
        stamp = int.from_bytes(memoryview(pcm)[:STAMP_BYTES], "little")
        self._late.append((now - stamp) / 1e9)


def _private_bytes() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Private_"))


async def _hold(turn: Turn, wait: float, session: _Session) -> None:
    await asyncio.sleep(wait)
    await turn(session.append)


async def _run(selector: _Counting, name: str, server: str, sessions: int, seconds: float) -> Paced:
    events = int((2 * BEGIN_SECONDS + 2 * SETTLE_SECONDS + seconds) / EVENT_SECONDS) + 2
    late = array("d")
    async with CLIENTS[name](f"{server}/p1/v1") as turn:
        await turn(_Session(late).append)
    async with CLIENTS[name](f"{server}/p{events}/v1") as turn:
        gc.collect()
        before = _private_bytes()
        tasks = [
            asyncio.create_task(_hold(turn, BEGIN_SECONDS * number / sessions, _Session(late)))
            for number in range(sessions)
        ]
        await asyncio.sleep(BEGIN_SECONDS + SETTLE_SECONDS)
        gc.collect()
        memory = (_private_bytes() - before) / sessions
        await asyncio.sleep(SETTLE_SECONDS)  # what came while memory was counted is late
        del late[:]
        begun, turns = time.process_time(), selector.count
        await asyncio.sleep(seconds)
        spent, turns = time.process_time() - begun, selector.count - turns
        found = sorted(late)
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
    expected = sessions * seconds / EVENT_SECONDS
    delivery = found[int(0.99 * len(found))] if len(found) > 0.9 * expected else float("inf")
    return Paced(delivery, spent / len(found), memory, turns / len(found))


def _child(line: Connection, core: int | None, *trial: object) -> None:
    pin(core)
    allow_many_files()
    selector = _Counting()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        line.send(runner.run(_run(selector, *trial)))


def _try(name: str, server: str, sessions: int, seconds: float, core: int | None) -> Paced:
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe(duplex=False)
    child = spawning.Process(target=_child, args=(theirs, core, name, server, sessions, seconds), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(60 + seconds):
            raise TimeoutError(f"{sessions} paced sessions of {name} did not come to an end")
        return ours.recv()  # type: ignore[no-any-return]
    finally:
        child.terminate()
        child.join(5)


def at_pace(*, server: str, core: int | None, sessions: int, rounds: int, seconds: float) -> list[Contest]:
    """What a number of sessions takes of each client: CPU time, memory, wake-ups."""
    found: dict[str, list[Paced]] = {name: [] for name in WHO}
    for _ in range(rounds):
        for name in WHO:
            found[name].append(_try(name, server, sessions, seconds, core))
    return [
        Contest(
            title=f"{sessions} sessions at the pace of speech, {what}",
            unit=unit,
            ours=CLIENT,
            limits=(),
            aims=aims,
            values={name: [figure(paced) for paced in all_of] for name, all_of in found.items()},
        )
        for what, unit, aims, figure in FIGURES
    ]


def most_at_pace(*, server: str, core: int | None, least: int, steps: int, seconds: float) -> Contest | None:
    """How many sessions fit on one core; None if the machine is too busy for ``least`` of a client."""

    def fits(name: str, sessions: int) -> bool:
        return any(_try(name, server, sessions, seconds, core).delivery <= DELIVERY_SECONDS for _ in range(2))

    values = {}
    for name in WHO:
        good, bad = 0, least
        while bad <= MOST_SESSIONS and fits(name, bad):
            good, bad = bad, 2 * bad
        for _ in range(steps if good else 0):
            middle = (good + bad) // 2
            good, bad = (middle, bad) if fits(name, middle) else (good, middle)
        if good < least:
            return None
        values[name] = [float(good)]
    return Contest(
        title="Sessions at the pace of speech on one core, delivery within 20 ms at p99",
        unit="sessions",
        ours=CLIENT,
        limits=(),
        aims=(Aim(8, f"as many as {OPENAI}", (OPENAI,)), Aim(2, "as many as by hand", (AIOHTTP,))),
        values=values,
        more_is_better=True,
    )
