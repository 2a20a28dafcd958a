"""Encodes frames in a thread, and hands on what comes of it, to a path, a file object or a pipe alike.

Rules.
1. Frames are gathered as for a file; see `gathered`.  Bytes pass through as they are.
2. What is encoded is handed on in the step that takes it from the encoder, so that
   no cancel loses or doubles any of it.
3. An encoder holds back the audio of a block or a page that is not full.  It counts
   as written, since the end of the file has it; after a failure it does not.
"""

# ruff: noqa: D102 -- `Output` says what each call is for
from __future__ import annotations

import asyncio
import errno
from functools import partial
from typing import TYPE_CHECKING

from omni_stream.sinks.disk import run_to_end
from omni_stream.sinks.encoder import Encoder
from omni_stream.sinks.gathered import Gathering

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from omni_stream.audio import AudioFormat, AudioFrame
    from omni_stream.sinks.codec import Codec
    from omni_stream.sinks.output import Output


class Encoded:
    """An `Output` that encodes before another."""

    def __init__(self, inner: Output, codec: Codec) -> None:
        self._inner = inner
        self._codec = codec
        self._waiting = Gathering()
        self._format: AudioFormat | None = None
        self._encoder: Encoder | None = None
        self._written_bytes = 0
        self._handed_bytes = 0
        self._handed_frames = 0
        self._failed = False
        self._lock = asyncio.Lock()  # of the encoder; none is held while a pipe is waited for

    @property
    def full(self) -> bool:
        return self._waiting.full or self._inner.full

    @property
    def written_bytes(self) -> int:
        """PCM that was encoded, or bytes that passed through."""
        if self._format is None:
            return self._inner.written_bytes
        if not self._failed:
            return self._written_bytes
        held = self._codec.held_frames(self._format.rate) * self._format.frame_bytes
        return max(0, self._written_bytes - held)

    @property
    def path(self) -> Path | None:
        return self._inner.path

    async def open(self) -> None:
        await self._inner.open()

    def take(self, item: AudioFrame | bytes) -> None:
        if isinstance(item, bytes):
            self._inner.take(item)
        else:
            self._format = item.format
            self._waiting.add(item)

    async def flush(self) -> None:
        await self._encode()
        await self._hand_on(self._inner.flush)

    async def amend(self, offset: int, content: bytes) -> None:
        await self._inner.amend(offset, content)

    async def drain(self) -> None:
        await self._encode()
        await self._hand_on(self._inner.drain)

    async def interrupt(self) -> None:
        await self._encode()
        await self._hand_on(self._inner.interrupt)

    async def complete(self) -> None:
        await self._encode(last=True)
        await self._hand_on(self._inner.flush)
        await self._inner.complete()

    async def abandon(self) -> None:
        try:
            if not self._failed:
                await self._encode(last=True)
                await self._hand_on(self._take_at_once)
        finally:
            await self._inner.abandon()
            self._note_written()

    async def _take_at_once(self) -> None:
        """Nothing: what was handed on is written as far as the other output can without waiting."""

    async def _encode(self, *, last: bool = False) -> None:
        async with self._lock:
            frames = self._waiting.taken()
            if frames or (last and self._encoder is not None):
                await run_to_end(partial(self._encode_in_thread, frames, last=last))

    def _encode_in_thread(self, frames: list[AudioFrame | bytes], *, last: bool) -> None:
        assert self._format is not None  # noqa: S101 -- a frame has come
        try:
            pcm = b"".join(frames)
            if pcm:  # an encoded file without a frame is none that a player opens
                self._encoder = self._encoder or Encoder(self._codec, self._format)
                self._encoder.encode(pcm)
            if last and self._encoder is not None:
                self._encoder.finish()
        except RuntimeError as error:  # what soundfile raises
            self._failed = True
            raise OSError(errno.EIO, str(error)) from error

    async def _hand_on(self, forward: Callable[[], Awaitable[None]]) -> None:
        try:
            if self._encoder is None:
                await forward()
                return
            async with self._lock:
                content = self._encoder.taken()
                if content:
                    self._inner.take(content)
                self._handed_bytes += len(content)
                self._handed_frames = self._encoder.frames
            await forward()
            self._note_written()
            async with self._lock:
                amended = self._encoder.amended
                for offset in list(amended):
                    await self._inner.amend(offset, amended[offset])
                    del amended[offset]
        except OSError:
            self._failed = True
            raise

    def _note_written(self) -> None:
        if self._format is not None and self._inner.written_bytes == self._handed_bytes:
            self._written_bytes = self._handed_frames * self._format.frame_bytes
