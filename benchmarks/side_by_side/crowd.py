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
        wake_ups: Turns of the event loop per audio event; not a number where nobody counts them.
    """

    delivery: float
    server_late: float
    cpu_seconds: float
    busy: float
    wake_ups: float

    @property
    def is_in_time(self) -> bool:
        """Whether delivery is as it should be."""
        return self.delivery <= DELIVERY_SECONDS


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

    def measured(self, expected: float, cpu_seconds: float, seconds: float, turns: float) -> Look:
        """What it comes to, beside how many events there should be, and what was spent on them."""
        came = np.array(self._came, dtype=np.int64)
        stamps = np.frombuffer(bytes(self._stamps), _STAMPS)
        count = len(came)
        if not count:
            return Look(float("inf"), 0.0, float("nan"), cpu_seconds / seconds, float("nan"))
        return Look(
            delivery=_p99(came - stamps["written"]) if count > 0.9 * expected else float("inf"),
            server_late=_p99(stamps["late"]),
            cpu_seconds=cpu_seconds / count,
            busy=cpu_seconds / seconds,
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
    """Wait until delivery is as it should be, or has had the time for it."""
    for _ in repeat(None, round(LONGEST_SETTLING_SECONDS / SETTLE_SECONDS)):
        if (await crowd.look(SETTLE_SECONDS)).is_in_time:
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
        begun, spent, turns = time.monotonic(), time.process_time(), self._turns()
        await asyncio.sleep(seconds)
        took, spent, turns = time.monotonic() - begun, time.process_time() - spent, self._turns() - turns
        expected = len(self._sessions) * took / EVENT_SECONDS
        if any(session.done() for session in self._sessions):
            expected = float("inf")  # one that has failed is late for ever
        return self._notes.measured(expected, spent, took, turns)


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
