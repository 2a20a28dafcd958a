"""PCM into a pipe, on the event loop: no thread waits for a reader that may be slow or dead.

Rules.
1. The pipe is shared with its owner, and with whoever else has inherited it, so it
   is left in blocking mode.  Instead, the loop waits until it can be written, and
   then writes PIPE_BUF bytes at most: so much fits without waiting, as long as
   nobody else writes to the same pipe.
2. A frame is kept until the pipe has all of it.  The next is taken after it.
3. A frame's rest outlives a cancel, and goes first with the next call.
4. Nothing is gathered: who listens at the other end listens now.
5. Bytes that come as such may be of an encoded file, which is not cut: an interrupt
   writes what the pipe takes at once, and drops nothing.
"""

# ruff: noqa: D102 -- `Output` says what each call is for
from __future__ import annotations

import asyncio
import contextlib
import os
import select
from typing import TYPE_CHECKING, Final

from omni_stream.sinks.object_writer import flush_before

if TYPE_CHECKING:
    import io

    from omni_stream.audio import AudioFormat, AudioFrame
    from omni_stream.sinks.layout import Layout

_NOTHING: Final = memoryview(b"")


class PipeWriter:
    """An `Output` that waits for its reader.

    Args:
        target: A file object of the standard library over a descriptor that cannot seek.
        layout: What is written before the PCM.
    """

    path = None

    def __init__(self, target: io.BufferedWriter | io.FileIO, layout: Layout) -> None:
        self._fd = -1
        self._target = target
        self._head = layout.stream_head
        self._format: AudioFormat | None = None
        self._head_bytes = 0
        self._sent_bytes = 0
        self._rest = _NOTHING
        self._lock = asyncio.Lock()
        self._writable: asyncio.Future[bool] | None = None

    @property
    def full(self) -> bool:
        return bool(self._rest)

    @property
    def written_bytes(self) -> int:
        if self._format is None:
            return self._sent_bytes
        sent = self._sent_bytes - self._head_bytes
        return sent - sent % self._format.frame_bytes if sent > 0 else 0

    async def open(self) -> None:
        flush_before(self._target)
        self._fd = os.dup(self._target.fileno())

    def take(self, item: AudioFrame | bytes) -> None:
        if isinstance(item, bytes):
            self._rest = memoryview(bytes(self._rest) + item)  # with what a cancel has left of the last
        elif self._format is None:
            self._format = item.format
            head = self._head(item.format)
            self._head_bytes = len(head)
            self._rest = memoryview(head + bytes(item))
        else:
            self._rest = memoryview(item)

    async def flush(self) -> None:
        async with self._lock:
            while self._rest:
                if await self._is_writable():
                    self._write_some()

    async def amend(self, offset: int, content: bytes) -> None:
        """Nothing: what is in the pipe is gone."""

    async def drain(self) -> None:
        await self.flush()

    async def interrupt(self) -> None:
        """Drop the rest, up to the end of the frame (or of the head) that is half in the pipe."""
        if self._format is None:
            self._write_at_once()
        elif self._rest:
            sent = self._sent_bytes - self._head_bytes
            self._rest = self._rest[: -sent % self._format.frame_bytes if sent >= 0 else -sent]
        self._wake(writable=False)

    async def complete(self) -> None:
        await self.flush()
        self._close()

    async def abandon(self) -> None:
        """Write what the pipe takes at once, and drop the rest: the reader may never come back."""
        if self._fd < 0:
            return
        try:
            self._write_at_once()
        finally:
            self._rest = _NOTHING
            self._wake(writable=False)
            async with self._lock:
                self._close()

    def _write_at_once(self) -> None:
        ready = select.poll()
        ready.register(self._fd, select.POLLOUT)
        while self._rest and ready.poll(0):
            self._write_some()

    def _write_some(self) -> None:
        with contextlib.suppress(
            BlockingIOError
        ):  # its owner has made it non-blocking, and another has filled it
            count = os.write(self._fd, self._rest[: select.PIPE_BUF])
            self._sent_bytes += count
            self._rest = self._rest[count:]

    async def _is_writable(self) -> bool:
        """Wait until the pipe takes PIPE_BUF bytes, or has no reader; False if woken before."""
        loop = asyncio.get_running_loop()
        self._writable = loop.create_future()
        loop.add_writer(self._fd, self._wake)
        try:
            return await self._writable
        finally:
            loop.remove_writer(self._fd)
            self._writable = None

    def _wake(self, *, writable: bool = True) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(writable)

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __del__(self) -> None:
        self._close()
