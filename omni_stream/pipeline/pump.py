"""Reads a source ahead of its consumers: one task, n bounded branches.

Rules.
1. One task reads the source and gives each item to every branch; `buffered` is
   one branch, `tee` is n.  It starts when the first branch is first read.
2. A branch is bounded in seconds of audio and in items.  It is full when it has
   reached a bound, so that it holds one item over it at most.
3. A full branch either blocks, and the source waits, or drops what comes until
   there is room again, and counts it.  A closed branch does neither: it is gone.
4. Waking costs more than moving an item, so neither side is woken for each item:
   the consumer waits only when there is nothing, and the source, once stopped,
   goes on when the branch is half empty.
5. The end of the source, its error too, comes to each branch after all items
   before it.  By then the links that were read are closed, by the task that
   read them.
6. The task ends with the source or with the last branch.  Nothing that the task
   holds refers to a branch, so a branch that is dropped unclosed is noticed.
"""

from __future__ import annotations

import asyncio
import math
import warnings
from collections import deque
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeAlias, TypeVar

from omni_stream.errors import UsageError
from omni_stream.pipeline.closing import PUMP_SECONDS, for_at_most

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from omni_stream.pipeline.buffer_stats import BufferStats
    from omni_stream.pipeline.closing import Closer

T = TypeVar("T")

WhenFull: TypeAlias = Literal["block", "drop"]

LEAST_ITEMS: Final = 256
"""Text and other items without a length are bounded by number; this many small events are a trifle."""

ITEMS_PER_SECOND: Final = 1_000
"""Audio comes in frames of 10 ms and more; a buffer full of shorter ones is bounded by number too."""

_running: Final[set[asyncio.Task[None]]] = set()  # asyncio itself holds tasks weakly


class _Buffer(Generic[T]):
    """What the task fills and a branch empties."""

    __slots__ = (
        "blocks",
        "consumer_waits",
        "dropped_items",
        "dropped_seconds",
        "full",
        "high_water_seconds",
        "items",
        "level_seconds",
        "limit_items",
        "limit_seconds",
        "open",
        "producer_waits",
        "waiter",
    )

    def __init__(self, limit_seconds: float, *, blocks: bool) -> None:
        self.limit_seconds = limit_seconds
        self.limit_items = max(LEAST_ITEMS, math.ceil(limit_seconds * ITEMS_PER_SECOND))
        self.blocks = blocks
        self.items: deque[tuple[T, float]] = deque()
        self.level_seconds = 0.0
        self.high_water_seconds = 0.0
        self.full = False
        self.open = True
        self.waiter: asyncio.Future[None] | None = None
        self.producer_waits = 0
        self.consumer_waits = 0
        self.dropped_items = 0
        self.dropped_seconds = 0.0

    def put(self, item: T, seconds: float) -> None:
        if self.full:  # and drops, or the source would have waited
            self.dropped_items += 1
            self.dropped_seconds += seconds
            return
        items = self.items
        items.append((item, seconds))
        level = self.level_seconds + seconds
        self.level_seconds = level
        if level > self.high_water_seconds:  # noqa: PLR1730 -- max() costs twice as much, for each item
            self.high_water_seconds = level
        if level >= self.limit_seconds or len(items) >= self.limit_items:
            self.full = True
        if self.waiter is not None:
            self.wake()

    def has_room(self) -> bool:
        """Whether a full one is so no longer: a source that waits goes on only when it is worth it."""
        share = 0.5 if self.blocks else 1.0
        return self.level_seconds < self.limit_seconds * share and len(self.items) < self.limit_items * share

    def wake(self) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    def discard(self) -> None:
        """Close: nothing is kept, and who waits for an item is told."""
        self.open = False
        self.full = False
        self.items.clear()
        self.level_seconds = 0.0
        self.wake()


class Pump(Generic[T]):
    """The task that reads `source` and fills the buffers.

    Args:
        source: What is read.
        close_source: Closes it and all above it, when it has ended or nobody wants more.
        seconds: The bound of each buffer.
        when_full: The policy of each buffer; their number is the number of branches.
    """

    def __init__(
        self, source: AsyncIterator[T], *, close_source: Closer, seconds: float, when_full: Sequence[WhenFull]
    ) -> None:
        self._source = source
        self._close_source = close_source
        self._buffers = [_Buffer[T](seconds, blocks=policy == "block") for policy in when_full]
        self._room: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._ending = False
        self.ended = False
        self.error: BaseException | None = None

    def branches(self) -> list[Branch[T]]:
        """The readers' ends, to be taken once."""
        return [Branch(self, buffer) for buffer in self._buffers]

    async def wait_for_item(self, buffer: _Buffer[T]) -> None:
        """Return when `buffer` holds an item, is closed, or there will be none."""
        if buffer.waiter is not None:
            raise UsageError(
                "a branch has one consumer, and another task waits for its next item; use tee(n)"
            )
        if self._task is None:
            self._start()
        buffer.consumer_waits += 1
        buffer.waiter = asyncio.get_running_loop().create_future()
        try:
            await buffer.waiter
        finally:
            buffer.waiter = None

    def make_room(self, buffer: _Buffer[T]) -> None:
        """Note that an item was taken from a full buffer."""
        if buffer.has_room():
            buffer.full = False
            self._go_on()

    async def leave(self, buffer: _Buffer[T]) -> None:
        """Close a branch, and with the last one the source."""
        buffer.discard()
        self._go_on()
        if not any(other.open for other in self._buffers):
            await self.stop()

    async def stop(self) -> None:
        """End the task and wait until it has ended."""
        task = self._task
        if task is not None and not task.done():
            if not self._ending:
                task.cancel()
            await asyncio.wait({task})
        if not self.ended:  # it was never started, or cancelled before it began
            self.ended = True
            await self._close_source()

    def desert(self, buffer: _Buffer[T]) -> bool:
        """Close a branch that was dropped, from any thread; True if that stops the task."""
        buffer.open = False
        task = self._task
        if task is None or task.done() or task.get_loop().is_closed():
            return False
        task.get_loop().call_soon_threadsafe(self._let_go, buffer)
        return not any(other.open for other in self._buffers)

    def _let_go(self, buffer: _Buffer[T]) -> None:
        buffer.discard()
        self._go_on()
        if self._task is not None and not self._ending and not any(other.open for other in self._buffers):
            self._task.cancel()

    def _start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="omni_stream pump")
        _running.add(self._task)
        self._task.add_done_callback(_running.discard)

    def _go_on(self) -> None:
        if self._room is not None and not self._room.done() and not self._blocked():
            self._room.set_result(None)

    def _blocked(self) -> bool:
        return any(buffer.full and buffer.blocks and buffer.open for buffer in self._buffers)

    async def _wait_for_room(self) -> None:
        for buffer in self._buffers:
            buffer.producer_waits += buffer.full and buffer.blocks
        self._room = asyncio.get_running_loop().create_future()
        try:
            await self._room
        finally:
            self._room = None

    async def _run(self) -> None:
        try:
            await for_at_most(PUMP_SECONDS, self._fill(), once_cancelled=True)
        except BaseException as error:  # noqa: BLE001 -- the consumers', as if they had read the source
            self.error = error
        self._ending = True
        try:
            await self._close_source()
        except BaseException as error:  # noqa: BLE001 -- likewise
            if self.error is None:
                self.error = error
            else:
                self.error.add_note(f"closing the source failed too: {error!r}")
        self.ended = True
        for buffer in self._buffers:
            buffer.wake()

    async def _fill(self) -> None:
        buffers = self._buffers
        async for item in self._source:
            seconds = getattr(item, "seconds", 0.0)
            any_full = False
            for buffer in buffers:
                if buffer.open:
                    buffer.put(item, seconds)
                    any_full |= buffer.full
            if any_full and self._blocked():
                await self._wait_for_room()
            elif any_full:  # and drops: a source that never waits would give nobody else a turn
                await asyncio.sleep(0)


class Branch(Generic[T]):
    """The reader's end of a buffer."""

    __slots__ = ("__weakref__", "_buffer", "_pump")

    def __init__(self, pump: Pump[T], buffer: _Buffer[T]) -> None:
        self._pump = pump
        self._buffer = buffer

    @property
    def stats(self) -> BufferStats:
        """How the buffer is doing now."""
        buffer = self._buffer
        from omni_stream.pipeline.buffer_stats import BufferStats  # noqa: PLC0415 -- for those who ask

        return BufferStats(
            level_seconds=buffer.level_seconds,
            limit_seconds=buffer.limit_seconds,
            high_water_seconds=buffer.high_water_seconds,
            items=len(buffer.items),
            limit_items=buffer.limit_items,
            producer_waits=buffer.producer_waits,
            consumer_waits=buffer.consumer_waits,
            dropped_items=buffer.dropped_items,
            dropped_seconds=buffer.dropped_seconds,
        )

    def __aiter__(self) -> Branch[T]:
        return self

    async def __anext__(self) -> T:
        """The next item; a cancel while waiting for it loses none.

        Raises:
            UsageError: The branch was closed before its end, or another task waits at it.
            Exception: That of the source, after all items before it.
        """
        buffer = self._buffer
        while not buffer.items:
            if not buffer.open:
                raise UsageError("a branch was closed before its end; read it inside its `async with`")
            if self._pump.ended:
                if self._pump.error is not None:
                    raise self._pump.error
                raise StopAsyncIteration
            await self._pump.wait_for_item(buffer)
        item, seconds = buffer.items.popleft()
        buffer.level_seconds = buffer.level_seconds - seconds if buffer.items else 0.0
        if buffer.full:
            self._pump.make_room(buffer)
        return item

    async def aclose(self) -> None:
        """Give up what is held, and with the last branch end the task and the source."""
        if self._buffer.items or not self._pump.ended:
            await self._pump.leave(self._buffer)

    def __del__(self) -> None:
        if self._buffer.open and self._pump.desert(self._buffer):
            warnings.warn(
                "a buffered pipeline was dropped before its end and unclosed; use `async with`",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )
