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


class Writer(Protocol):
    """Writes PCM behind a head; every call may block, and comes alone."""

    @property
    def pcm_bytes(self) -> int:
        """Bytes of PCM that are written and that the head, if it can, speaks of."""

    @property
    def path(self) -> Path | None:
        """The file's name now; None without one."""

    def open(self) -> None:
        """Open the file; if that fails, leave nothing behind."""

    def write(self, pcm: bytes, format: AudioFormat) -> None:
        """Write whole frames, the head too, and make them readable."""

    def sync(self) -> None:
        """Wait until what was written is on the disk."""

    def complete(self, format: AudioFormat | None) -> None:
        """The file is whole; its format is None if it had no frame."""

    def abandon(self, format: AudioFormat | None) -> None:
        """Close the file as it is; again, do nothing."""


class Gathered:
    """An `Output` that writes in a thread."""

    def __init__(self, writer: Writer) -> None:
        self.full = False
        self._writer = writer
        self._frames: list[AudioFrame] = []
        self._seconds = 0.0
        self._format: AudioFormat | None = None
        self._failed = False
        self._closed = False
        self._lock = asyncio.Lock()

    @property
    def pcm_bytes(self) -> int:
        return self._writer.pcm_bytes

    @property
    def path(self) -> Path | None:
        return self._writer.path

    async def open(self) -> None:
        try:
            await run_to_end(self._writer.open)
        except asyncio.CancelledError:
            await self.abandon()
            raise

    def take(self, frame: AudioFrame) -> None:
        self._format = frame.format
        self._frames.append(frame)
        self._seconds += frame.seconds
        if self._seconds >= GATHERED_SECONDS or len(self._frames) >= GATHERED_FRAMES:
            self.full = True

    async def flush(self) -> None:
        if self._frames:
            await self._run(self._write)

    async def drain(self) -> None:
        await self._run(self._sync)

    async def interrupt(self) -> None:
        await self.flush()

    async def complete(self) -> None:
        await self._run(self._complete)

    async def abandon(self) -> None:
        if not self._closed:
            await self._run(self._abandon)

    async def _run(self, work: Callable[[list[AudioFrame]], None]) -> None:
        async with self._lock:
            frames, self._frames = self._frames, []
            self._seconds = 0.0
            self.full = False
            await run_to_end(partial(self._note_failure, work, frames))

    # In the thread.

    def _note_failure(self, work: Callable[[list[AudioFrame]], None], frames: list[AudioFrame]) -> None:
        try:
            work(frames)
        except OSError:
            self._failed = True
            raise
        except ValueError as error:  # what a file object says that was closed meanwhile
            self._failed = True
            raise OSError(errno.EBADF, str(error)) from error

    def _write(self, frames: list[AudioFrame]) -> None:
        if frames and not self._failed:
            self._writer.write(b"".join(frames), frames[0].format)

    def _sync(self, frames: list[AudioFrame]) -> None:
        self._write(frames)
        self._writer.sync()

    def _complete(self, frames: list[AudioFrame]) -> None:
        self._write(frames)
        self._writer.complete(self._format)
        self._closed = True

    def _abandon(self, frames: list[AudioFrame]) -> None:
        try:
            self._write(frames)
        finally:
            self._closed = True
            self._writer.abandon(self._format)
