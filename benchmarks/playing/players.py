"""Players side by side: ours, and the two ways that the field plays a stream from Python.

All have one face.  Entered, a player has what it needs; `write` takes a piece as it comes, in an event
loop; `end` returns when all was heard; left, it is silent at once.  Both others begin with the first piece,
as players of this kind do, and have no limit on what waits.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import queue
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import sounddevice

import omni_stream as omni
from playing.speech import FORMAT

if TYPE_CHECKING:
    from playing.on_a_card import Facts

LOOK_SECONDS = 0.005

EXACT: dict[str, Any] = {"least_speed": 1, "hold_s": 0, "skips_lead": False}
"""How our speaker plays each sample as it is, and none else."""


class Player(Protocol):
    """What plays."""

    async def __aenter__(self) -> Self: ...
    async def write(self, frame: omni.AudioFrame) -> None:
        """Play it behind all others."""

    async def end(self) -> None:
        """Wait until all was heard."""

    async def __aexit__(self, *error: object) -> None: ...
    def figures(self) -> Facts:
        """What it says of itself."""


class Ours:
    """`omni_stream.Speaker`."""

    def __init__(self, latency: str, **options: Any) -> None:  # noqa: ANN401 -- the speaker's own
        self.speaker = omni.Speaker(latency=latency, **options)  # type: ignore[arg-type]
        self.hurried: int | None = None

    async def __aenter__(self) -> Self:
        await self.speaker.__aenter__()
        return self

    async def write(self, frame: omni.AudioFrame) -> None:
        """Write it."""
        await self.speaker.write(frame)
        if self.hurried is None:  # it has just started
            self.hurried = self.count_hurried()

    def count_hurried(self) -> int:
        """How many threads of this program come before those of others."""
        return len(_hurried())

    async def end(self) -> None:
        """Drain."""
        await self.speaker.drain()

    async def __aexit__(self, *error: object) -> None:
        await self.speaker.aclose()

    def figures(self) -> Facts:
        """Its statistics, and how many threads came first by the system's leave."""
        return dataclasses.asdict(self.speaker.stats) | {"hurried": self.hurried}


class OursUnhurried(Ours):
    """The same, whose thread has the priority of any other, as where the system permits no more."""

    def count_hurried(self) -> int:
        """None, from now on."""
        for thread in _hurried():
            os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))
        return len(_hurried())


class ByCallback:
    """A callback in Python that takes from a queue."""

    def __init__(self, latency: str) -> None:
        self._waiting: queue.Queue[bytes] = queue.Queue()
        self._rest = b""
        self._is_empty = threading.Event()
        self._stream = sounddevice.RawOutputStream(
            samplerate=FORMAT.rate, channels=1, dtype="int16", latency=latency, callback=self._give
        )

    async def __aenter__(self) -> Self:
        return self

    async def write(self, frame: omni.AudioFrame) -> None:
        """Put it into the queue."""
        self._waiting.put(bytes(frame))
        if not self._stream.active:
            self._stream.start()

    async def end(self) -> None:
        """Wait until the queue is empty, and what the device has is heard."""
        self._is_empty.clear()
        while not self._is_empty.is_set():  # noqa: ASYNC110 -- another thread sets it, without the loop
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(2 * self._stream.latency)

    async def __aexit__(self, *error: object) -> None:
        self._stream.abort()
        self._stream.close()

    def figures(self) -> Facts:
        """Nothing but its latency."""
        return {"latency_seconds": self._stream.latency}

    def _give(self, out: Any, _frames: int, _time: object, _status: object) -> None:  # noqa: ANN401 -- without types
        while len(self._rest) < len(out):
            try:
                self._rest += self._waiting.get_nowait()
            except queue.Empty:
                break
        given, self._rest = self._rest[: len(out)], self._rest[len(out) :]
        out[: len(given)] = given
        out[len(given) :] = bytes(len(out) - len(given))
        if len(given) < len(out):
            self._is_empty.set()


class ByWrites:
    """A thread that takes from a queue and writes, waiting for the device each time."""

    def __init__(self, latency: str) -> None:
        self._waiting: queue.Queue[bytes | None] = queue.Queue()
        self._stream = sounddevice.RawOutputStream(
            samplerate=FORMAT.rate, channels=1, dtype="int16", latency=latency
        )
        self._thread = threading.Thread(target=self._play)
        self._is_left = False

    async def __aenter__(self) -> Self:
        self._stream.start()
        self._thread.start()
        return self

    async def write(self, frame: omni.AudioFrame) -> None:
        """Put it into the queue."""
        self._waiting.put(bytes(frame))

    async def end(self) -> None:
        """Wait until the device has taken all, and as much silence as it holds."""
        self._waiting.put(bytes(FORMAT.frame_bytes * round(2 * self._stream.latency * FORMAT.rate)))
        self._waiting.put(None)
        while self._thread.is_alive():  # noqa: ASYNC110 -- likewise
            await asyncio.sleep(LOOK_SECONDS)

    async def __aexit__(self, *error: object) -> None:
        self._is_left = True
        self._waiting.put(None)
        self._thread.join()
        self._stream.abort()
        self._stream.close()

    def figures(self) -> Facts:
        """Nothing but its latency."""
        return {"latency_seconds": self._stream.latency}

    def _play(self) -> None:
        while (piece := self._waiting.get()) is not None and not self._is_left:
            self._stream.write(piece)


PLAYERS = {
    "ours": Ours,
    "ours, unhurried": OursUnhurried,
    "ours, exact": partial(Ours, **EXACT),
    "callback": ByCallback,
    "writes": ByWrites,
}


def _hurried() -> list[int]:
    """The threads of this program that come before those of others."""
    threads = [int(thread.name) for thread in Path("/proc/self/task").iterdir()]
    return [thread for thread in threads if os.sched_getscheduler(thread) != os.SCHED_OTHER]
