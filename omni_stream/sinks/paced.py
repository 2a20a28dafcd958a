"""The sink for a far end that plays by itself what it is sent: a telephone gateway, a browser.

Rules.
1. The far end plays at the pace of the clock, from when the first of it was sent, and without
   a gap while it holds anything.  So it holds what was sent, less the time since.
2. It never holds more than `ahead_seconds`, so that little is left when the listener interrupts;
   a block that is longer than that is sent when the far end holds nothing.
3. What is being sent counts as sent: a cancel meanwhile does not send it again.
4. What was sent is taken back by `clear` alone.  Without it, it will be heard.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast

from omni_stream.audio import AudioFormat, AudioFrame, Heard
from omni_stream.errors import UsageError
from omni_stream.sinks.sink import Sink

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MOST_SECONDS: Final = 60.0
"""A far end that falls silent a minute late was not interrupted; more is a mistake of units."""

_LINE: Final = AudioFormat(8_000)
"""Of what comes as bytes, in G.711, each of which is a frame."""


class PacedSink(Sink):
    """Sends audio no faster than it is heard, and takes back what was not heard yet.

    Each write is one message to the far end, so put `mulaw()`, `alaw()` or `blocks(0.020)`
    before it: bytes are sent as they are, frames as their PCM.  It waits until the far end
    holds little enough to take one more.  `drain`, and leaving the sink without an error, wait
    until all has been heard.

    `interrupt` calls `clear` and says what was heard until then, by the clock of the event
    loop; the time on the way to the listener counts as heard.  A write that waits returns, its
    block dropped, but whoever writes goes on with the next.  So enter the sink with
    `async with`, and first cancel the task that plays, then interrupt.

    While paused it sends nothing, and the far end plays what it holds.

    Args:
        send: Sends a message to the far end, such as a method of a WebSocket.  One of which a cancel
            ends the waiting counts as sent.
        clear: Tells the far end to drop all that it holds; None if it cannot, and then all that was
            sent counts as heard.
        ahead_seconds: How much audio the far end may hold, over 0 to 60 s.  It rides out the pauses
            of this program and of the network; without `clear` it is heard after an interruption.

    Raises:
        UsageError: When made: `ahead_seconds` is out of range.
        SinkError: `send` or `clear` failed, or a frame has another format than the first.
            `written_bytes` were sent, and `__cause__` says what happened.
    """

    _unit = "bytes of audio"

    def __init__(
        self,
        send: Callable[[bytes], Awaitable[object]],
        *,
        clear: Callable[[], Awaitable[object]] | None = None,
        ahead_seconds: float = 0.5,
    ) -> None:
        super().__init__()
        _check_seconds(ahead_seconds)
        self._send = send
        self._clear = clear
        self._ahead_seconds = ahead_seconds
        self._frame_bytes = 0  # 0 before the first write
        self._written_bytes = 0
        self._silent_at = 0.0  # when the far end will hold nothing, by the clock of the loop
        self._interrupts = 0
        self._waits: set[asyncio.Future[None]] = set()

    def __repr__(self) -> str:
        return f"PacedSink(ahead_seconds={self._ahead_seconds:g})"

    @property
    def written_bytes(self) -> int:
        """Bytes of audio that were sent and not taken back."""
        return self._written_bytes

    @property
    def unheard_seconds(self) -> float:
        """Seconds of audio that the far end holds now, by the clock of the running event loop."""
        return max(0.0, self._silent_at - asyncio.get_running_loop().time())

    async def write(self, frame: AudioFrame | bytes | bytearray | memoryview) -> None:
        """Send a frame, or bytes as they are; wait while the far end holds enough, or while paused.

        A cancel while it waits leaves the block unsent.

        Args:
            frame: Audio of the format of the first; or G.711, if that came first.

        Raises:
            SinkError: The frame has another format, or `send` failed.
            UsageError: It is neither, or not what the first was; the sink is not open, or another task
                writes.
        """
        await super().write(cast("AudioFrame", frame))  # the rules are the same for bytes

    def _check_frame(self, frame: AudioFrame | bytes | bytearray | memoryview) -> None:
        is_bytes = isinstance(frame, bytes | bytearray | memoryview)
        if self._frame_bytes and is_bytes != (self._frame_bytes == 1):
            kept, came = ("frames", "bytes") if is_bytes else ("bytes", "frames")
            raise UsageError(f"{self!r} takes {kept} since its first write; give {came} a sink of their own")
        if not is_bytes:
            super()._check_frame(cast("AudioFrame", frame))

    async def _take(self, frame: AudioFrame | bytes | bytearray | memoryview) -> None:
        format, frame_bytes = (
            (frame.format, frame.format.frame_bytes) if isinstance(frame, AudioFrame) else (_LINE, 1)
        )
        block = bytes(frame)
        seconds = len(block) / frame_bytes / format.rate
        if not await self._is_time_for(seconds):
            return
        self.format, self._frame_bytes = format, frame_bytes
        self.frames += len(block) // frame_bytes
        if block:
            await self._hand_over(block, seconds)

    async def _hand_over(self, block: bytes, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        interrupts = self._interrupts
        self._written_bytes += len(block)
        self._silent_at = max(self._silent_at, loop.time()) + seconds
        try:
            await _told(self._send, block)
        except OSError:
            if self._interrupts == interrupts:
                self._written_bytes -= len(block)
            raise
        finally:
            if self._interrupts == interrupts:  # if it took long to go, the far end had to wait for it
                self._silent_at = max(self._silent_at, loop.time() + seconds)

    async def _is_time_for(self, seconds: float) -> bool:
        """True when the far end has room for so much; False when interrupted."""
        interrupts = self._interrupts
        spare = max(0.0, self._ahead_seconds - seconds)
        await self._wait_until(self._silent_at - spare)
        while self._paused and await self._wait_for_resume():
            pass
        self._check_usable()
        return self._interrupts == interrupts

    async def _drain(self) -> None:
        await self._wait_until(self._silent_at)

    async def _interrupt(self) -> None:
        self._interrupts += 1
        self._wake()
        if self._clear is None:
            return
        if self.format is not None:
            unheard_frames = round(self.unheard_seconds * self.format.rate)
            self._written_bytes = max(0, self._written_bytes - unheard_frames * self._frame_bytes)
        self._silent_at = 0.0
        await _told(self._clear)

    async def _complete(self) -> None:
        self._wake()
        await self._drain()

    async def _abandon(self) -> None:
        self._wake()

    def _heard(self) -> Heard:
        if self.format is None:
            return Heard(0.0)
        return Heard(self._written_bytes / (self.format.rate * self._frame_bytes))

    async def _wait_until(self, moment: float) -> None:
        """Wait until it has come, or an interrupt or the end of the sink."""
        loop = asyncio.get_running_loop()
        if moment <= loop.time():
            return
        wait = loop.create_future()
        timer = loop.call_at(moment, _end, wait)
        self._waits.add(wait)
        try:
            await wait
        finally:
            self._waits.discard(wait)
            timer.cancel()

    def _wake(self) -> None:
        for wait in self._waits:
            _end(wait)


def _end(wait: asyncio.Future[None]) -> None:
    if not wait.done():
        wait.set_result(None)


async def _told(message: Callable[..., Awaitable[object]], *block: bytes) -> None:
    """Send it; whatever goes wrong, and however the transport calls it, is a failure of the far end."""
    try:
        await message(*block)
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


def _check_seconds(seconds: object) -> None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= MOST_SECONDS:
        raise UsageError(f"a far end may hold over 0 to {MOST_SECONDS:.0f} seconds of audio, not {seconds!r}")
