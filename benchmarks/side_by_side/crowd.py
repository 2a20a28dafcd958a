"""Sessions at the pace of speech, more or fewer at any time, and what is seen of them.

* Delivery is from the server's writing of an event to its PCM in the program's hands, by the
  monotonic clock that both processes share.
* Sessions begin spread over a time.  Then nobody looks until delivery is as it should be, or has had its
  time to become so: what their requests held up says nothing of the pace.
* No garbage is looked for on purpose, and no memory read, while somebody looks.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from side_by_side.pacing import EVENT_SECONDS, STAMP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from typing_extensions import Buffer

    from side_by_side.contender import Connect, Turn

DELIVERY_SECONDS = 0.02
"""At the 99th percentile."""

SLOWEST_BEGINNING, FASTEST_BEGINNING = 50, 1500
"""New sessions a second."""

BEGINNING_SECONDS = 2.0
"""What they are spread over, if neither is overstepped."""

LATE_SECONDS = 0.01
"""Of the server, at the 99th percentile: half of what delivery may be."""

TAKEN = 0.05
"""Of a core: with more of it taken by others it is not known what fits on one."""

SETTLE_SECONDS = 0.5
LONGEST_SETTLING_SECONDS = 4.0

SESSION_EVENTS = 6000
"""Ten minutes of speech: longer than anybody looks."""

_STAMPS = np.dtype([("written", "<i8"), ("late", "<i8"), ("", "V2")])


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of sessions for some time.

    Attributes:
        delivery: The 99th percentile, in seconds; infinite where over a tenth of the events did not come.
        server_late: How late the server wrote, at the 99th percentile, in seconds.
        cpu_seconds: CPU time per audio event.
        busy: Which part of the time a core was busy with them.
        taken: Which part of the time others had the core while this process could have used it.
        wake_ups: Turns of the event loop per audio event; not a number where nobody counts them.
    """

    delivery: float
    server_late: float
    cpu_seconds: float
    busy: float
    taken: float
    wake_ups: float

    @property
    def is_in_time(self) -> bool:
        """Whether delivery is as it should be."""
        return self.delivery <= DELIVERY_SECONDS

    @property
    def hindrance(self) -> str:
        """Why nobody who is late is to blame; empty where there is no reason."""
        if self.server_late > LATE_SECONDS:
            return f"the server itself was {1e3 * self.server_late:.0f} ms late"
        if self.taken > TAKEN:
            return f"other programs had {100 * self.taken:.0f} % of the core"
        return ""


class Spent:
    """What this process has had since this was made: time, CPU time, and time that it waited for its core."""

    def __init__(self) -> None:
        self._begun = _spent()

    def seconds(self) -> list[float]:
        """Seconds of each."""
        return [now - then for now, then in zip(_spent(), self._begun, strict=True)]


def _spent() -> tuple[float, float, float]:
    return time.monotonic(), time.process_time(), _waited()


def _waited() -> float:
    """How long this process has waited for its core; 0 where the system does not tell."""
    try:
        _, nanoseconds, _ = Path("/proc/self/schedstat").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return int(nanoseconds) / 1e9


class Notes:
    """What is noted of each event: when it came, and its stamp."""

    def __init__(self) -> None:
        self._came = array("q")
        self._stamps = bytearray()

    def append(self, pcm: Buffer) -> None:
        """Note that it is here."""
        self._came.append(time.monotonic_ns())
        self._stamps += memoryview(pcm)[: STAMP.size]

    def clear(self) -> None:
        """Forget what there is."""
        del self._came[:], self._stamps[:]

    def look(self, sessions: float, spent: Spent, turns: float) -> Look:
        """What it comes to, of so many sessions, and what was spent on them."""
        seconds, cpu_seconds, waited = spent.seconds()
        came = np.array(self._came, dtype=np.int64)
        stamps = np.frombuffer(bytes(self._stamps), _STAMPS)
        count = len(came)
        if not count:
            nothing = float("nan")
            return Look(float("inf"), 0.0, nothing, cpu_seconds / seconds, waited / seconds, nothing)
        is_whole = count > 0.9 * sessions * seconds / EVENT_SECONDS
        return Look(
            delivery=_p99(came - stamps["written"]) if is_whole else float("inf"),
            server_late=_p99(stamps["late"]),
            cpu_seconds=cpu_seconds / count,
            busy=cpu_seconds / seconds,
            taken=waited / seconds,
            wake_ups=turns / count,
        )


def _p99(nanoseconds: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    return float(np.quantile(nanoseconds, 0.99)) / 1e9


class Crowd(Protocol):
    """Sessions under way."""

    async def resize(self, sessions: int) -> None:
        """Let some more begin, or some leave, so that there are so many."""

    async def look(self, seconds: float) -> Look:
        """Watch them for that long."""


def beginnings(sessions: int) -> list[float]:
    """When each of some new sessions begins, in seconds from now."""
    rate = min(FASTEST_BEGINNING, max(SLOWEST_BEGINNING, sessions / BEGINNING_SECONDS))
    return [number / rate for number in range(sessions)]


async def settle(crowd: Crowd) -> None:
    """Wait until delivery is as it should be, and what the server sends, or both have had the time for it."""
    for _ in repeat(None, round(LONGEST_SETTLING_SECONDS / SETTLE_SECONDS)):
        look = await crowd.look(SETTLE_SECONDS)
        if look.is_in_time and not look.hindrance:
            return


class ClientCrowd:
    """Sessions of a client.

    Args:
        turn: Asks for a reply at the pace of speech.
        turns: How often the event loop has waited.
    """

    def __init__(self, turn: Turn, turns: Callable[[], float]) -> None:
        self._turn = turn
        self._turns = turns
        self._notes = Notes()
        self._sessions: list[asyncio.Task[None]] = []

    async def resize(self, sessions: int) -> None:
        """Let some more begin, or some leave, so that there are so many."""
        ended = [session for session in self._sessions if session.done()]
        under_way = [session for session in self._sessions if not session.done()]
        self._sessions = under_way[:sessions]
        for session in under_way[sessions:]:
            session.cancel()
        await asyncio.gather(*ended, *under_way[sessions:], return_exceptions=True)
        waits = beginnings(sessions - len(self._sessions))
        self._sessions += [asyncio.create_task(self._hold(wait)) for wait in waits]
        await asyncio.sleep(max(waits, default=0))

    async def _hold(self, wait: float) -> None:
        await asyncio.sleep(wait)
        await self._turn(self._notes.append)

    async def look(self, seconds: float) -> Look:
        """Watch them for that long."""
        self._notes.clear()
        spent, turns = Spent(), self._turns()
        await asyncio.sleep(seconds)
        has_failed = any(session.done() for session in self._sessions)  # who has is late for ever
        sessions = float("inf") if has_failed else len(self._sessions)
        return self._notes.look(sessions, spent, self._turns() - turns)


@asynccontextmanager
async def client_crowd(
    connect: Connect, server: str, turns: Callable[[], float]
) -> AsyncIterator[ClientCrowd]:
    """Nobody yet, of a client that has asked once."""
    async with connect(f"{server}/p1/v1") as turn:
        await turn(Notes().append)
    async with connect(f"{server}/p{SESSION_EVENTS}/v1") as turn:
        crowd = ClientCrowd(turn, turns)
        try:
            yield crowd
        finally:
            await crowd.resize(0)
