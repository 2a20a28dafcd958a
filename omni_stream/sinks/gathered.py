"""Gathers frames on the event loop, and writes them in a thread.

Rules.
1. Most calls of `take` only keep the frame.  From half a second of audio on, the
   output is `full`, and is flushed before it takes more.
2. So a kill loses half a second of audio at most, and the cost of going to a
   thread and back, some 0.1 ms, is paid twice for a second of audio.
3. A piece of work has the writer to itself, and is awaited to its end; see `disk`.
4. An error ends the writing: what comes after a gap is not written.
"""

# ruff: noqa: D102 -- `Writer` and `Output` say what each call is for
from __future__ import annotations

import asyncio
import errno
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from omni_stream.sinks.disk import run_to_end

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from omni_stream.audio import AudioFormat, AudioFrame

GATHERED_SECONDS: Final = 0.5
"""Of audio, as it counts for the listener; at 24 kHz mono, 24 kB."""

GATHERED_FRAMES: Final = 1_000
"""Audio comes in frames of 10 ms and more; shorter ones are bounded by number, and so in memory."""

ENCODED_BYTES_A_SECOND: Final = 16_000
"""Of what comes as bytes nobody knows the seconds; so many are a second of MP3 at 128 kbit/s."""


class Writer(Protocol):
    """Writes PCM behind a head; every call may block, and comes alone."""

    @property
    def written_bytes(self) -> int:
        """Bytes of PCM that are written and that the head, if it can, speaks of."""

    @property
    def path(self) -> Path | None:
        """The file's name now; None without one."""

    def open(self) -> None:
        """Open the file; if that fails, leave nothing behind."""

    def write(self, content: bytes, format: AudioFormat | None) -> None:
        """Write whole frames, the head too, and make them readable; without a format, bytes as they are."""

    def amend(self, offset: int, content: bytes) -> None:
        """Write over what is `offset` bytes behind the head, where that can be done."""

    def sync(self) -> None:
        """Wait until what was written is on the disk."""

    def complete(self) -> None:
        """The file is whole; leave nothing if nothing was written."""

    def abandon(self) -> None:
        """Close the file as it is, likewise; again, do nothing."""


class Gathering:
    """What waits for a thread."""

    def __init__(self) -> None:
        self._items: list[AudioFrame | bytes] = []
        self._seconds = 0.0

    def __bool__(self) -> bool:
        return bool(self._items)

    @property
    def full(self) -> bool:
        return self._seconds >= GATHERED_SECONDS or len(self._items) >= GATHERED_FRAMES

    def add(self, item: AudioFrame | bytes) -> None:
        self._items.append(item)
        self._seconds += len(item) / ENCODED_BYTES_A_SECOND if isinstance(item, bytes) else item.seconds

    def taken(self) -> list[AudioFrame | bytes]:
        """All of it; nothing waits any more."""
        items, self._items = self._items, []
        self._seconds = 0.0
        return items


class Gathered:
    """An `Output` that writes in a thread."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._waiting = Gathering()
        self._failed = False
        self._closed = False
        self._lock = asyncio.Lock()

    @property
    def full(self) -> bool:
        return self._waiting.full

    @property
    def written_bytes(self) -> int:
        return self._writer.written_bytes

    @property
    def path(self) -> Path | None:
        return self._writer.path

    async def open(self) -> None:
        try:
            await run_to_end(self._writer.open)
        except asyncio.CancelledError:
            await self.abandon()
            raise

    def take(self, item: AudioFrame | bytes) -> None:
        self._waiting.add(item)

    async def flush(self) -> None:
        if self._waiting:
            await self._run(self._write)

    async def amend(self, offset: int, content: bytes) -> None:
        await self._run(partial(self._amend, offset, content))

    async def drain(self) -> None:
        await self._run(self._sync)

    async def interrupt(self) -> None:
        await self.flush()

    async def complete(self) -> None:
        await self._run(self._complete)

    async def abandon(self) -> None:
        if not self._closed:
            await self._run(self._abandon)

    async def _run(self, work: Callable[[list[AudioFrame | bytes]], None]) -> None:
        async with self._lock:
            await run_to_end(partial(self._note_failure, work, self._waiting.taken()))

    # In the thread.

    def _note_failure(
        self, work: Callable[[list[AudioFrame | bytes]], None], items: list[AudioFrame | bytes]
    ) -> None:
        try:
            work(items)
        except OSError:
            self._failed = True
            raise
        except ValueError as error:  # what a file object says that was closed meanwhile
            self._failed = True
            raise OSError(errno.EBADF, str(error)) from error

    def _write(self, items: list[AudioFrame | bytes]) -> None:
        if items and not self._failed:
            first = items[0]
            self._writer.write(b"".join(items), None if isinstance(first, bytes) else first.format)

    def _amend(self, offset: int, content: bytes, items: list[AudioFrame | bytes]) -> None:
        self._write(items)
        if not self._failed:
            self._writer.amend(offset, content)

    def _sync(self, items: list[AudioFrame | bytes]) -> None:
        self._write(items)
        self._writer.sync()

    def _complete(self, items: list[AudioFrame | bytes]) -> None:
        self._write(items)
        self._writer.complete()
        self._closed = True

    def _abandon(self, items: list[AudioFrame | bytes]) -> None:
        try:
            self._write(items)
        finally:
            self._closed = True
            self._writer.abandon()
