"""What comes of one response, read by read, and what ends it.

Rules.
1. A read is decoded when its items are wanted, and never before: a reader that
   is slow leaves the socket unread, and the service waits.
2. Items completed before an error are given first, then the error is raised.
3. The reply ends where the decoder says so.  What may follow is received within
   bounds, so that the connection can be used again; else it is dropped.
4. Whether audio is decoded is chosen after the first items have come.  They are
   looked for in small pieces, in the way that most readers want or that asks for
   least; the reads are kept, to be decoded anew for who wants the other way, and what
   is behind the first items waits for the choice.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from operator import length_hint
from typing import TYPE_CHECKING, TypeVar, cast

from omni_stream.client.leaving import bare
from omni_stream.errors import LimitExceeded, OmniStreamError, UsageError
from omni_stream.pipeline.pipeline import Batched
from omni_stream.sse import MAX_EVENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from omni_stream.client.direct import DirectBody
    from omni_stream.client.key import Key
    from omni_stream.client.response import Response
    from omni_stream.client.watch import Watch
    from omni_stream.pipeline.pipeline import Near
    from omni_stream.wire import Item, StreamDecoder

T = TypeVar("T")

BEGINNING_BYTES = MAX_EVENT_BYTES // 3
"""The most that may come up to the first items.  It is kept, so it is by a decoder that has to find out the
dialect, and the event under way is held by the parser: together no more than the longest event."""

PIECE_BYTES = 4096
"""What is decoded at once of the beginning, which may be read twice: some events of text."""


class Incoming:
    """The items of a response, as lists.

    Args:
        response: The response; taken over, and closed at its end.
        watch: Its time limits.
        decoder: Makes a decoder, told whether it is to decode audio.
        decodes: Whether audio is decoded as long as nobody has chosen.
        key: What errors must not show.

    Attributes:
        decoder: What decodes it; another one once ``choose`` was called.
        direct: What gives items, once ``choose`` was called, before ``more`` does; None for nothing.
        response: The response.
    """

    __slots__ = (
        "_beginning",
        "_beginning_bytes",
        "_closed",
        "_decoded_bytes",
        "_decodes",
        "_fault",
        "_is_read",
        "_items",
        "_key",
        "_make_decoder",
        "_read",
        "_watch",
        "decoder",
        "direct",
        "response",
    )

    def __init__(
        self,
        response: Response,
        *,
        watch: Watch,
        decoder: Callable[[bool], StreamDecoder],
        decodes: bool = True,
        key: Key | None,
    ) -> None:
        self.response = response
        self._watch = watch
        self._make_decoder = decoder
        self._decodes = decodes
        self._key = key
        self.direct: DirectBody | None = None
        self._items: list[Item] = []
        self._fault: OmniStreamError | None = None
        self._beginning: list[bytes] | None = []
        self._beginning_bytes = 0
        self._read = b""  # the last read
        self._decoded_bytes = 0  # of it; the rest is not decoded yet
        self._is_read = False  # the whole body
        self._closed = False
        self.decoder = decoder(decodes)

    @property
    def has_ended(self) -> bool:
        """Whether the reply is complete, and all of its items were taken."""
        return self.decoder.done and not self._items

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed."""
        return self._closed

    async def begin(self, head: bytes) -> None:
        """Wait for the first items, and keep them.

        Args:
            head: What has been read already.

        Raises:
            OmniStreamError: The response failed before.
        """
        self._watch.start()
        if head:
            self._keep(head)
        while not (self._items or self._fault):
            await self._take_more(PIECE_BYTES)
        if self._fault is not None and not self._items:
            raise self._fault

    def choose(self, *, decode_audio: bool | None, frames_only: bool = False) -> None:
        """Choose, once and before any items were taken, how audio is given; None for either way.

        Args:
            decode_audio: Whether it is decoded.
            frames_only: Whether nothing else is wanted, and may be left out.

        Raises:
            UsageError: It cannot be decoded; another choice may still be made.
        """
        beginning = self._beginning
        if beginning is not None and decode_audio not in {self._decodes, None}:
            self.decoder = self._make_decoder(bool(decode_audio))
            self._fault, self._items = None, []
            self._take(b"".join(beginning))
            if self._is_read and not self._fault:
                self._take(b"")
        elif self._decoded_bytes < len(self._read):
            self._take(self._read[self._decoded_bytes :])
        self._beginning, self._read, self._decoded_bytes = None, b"", 0
        self.direct = self.response.decoded_by(self.decoder.reader, frames_only=frames_only)

    def waiter(self) -> Awaitable[None] | None:
        """What to await before ``more_nowait``, None for nothing.

        Cancelling the wait loses nothing.

        Raises:
            UsageError: Another task is reading it.
        """
        if self.direct is None or self._items:
            return None
        try:
            return self.direct.waiter()
        except RuntimeError:
            raise _taken() from None

    def wait_was_cut(self) -> None:
        """The wait that ``waiter`` began was cancelled, and brought nothing."""
        if self.direct is not None:
            _, for_content = self.direct.waited()
            self._watch.waited(for_content)

    def more_nowait(self) -> list[Item] | None:
        """The next items, if there are some that were decoded in place and need nothing more; else None."""
        return None if self.direct is None else self.direct.take_items()

    async def more(self) -> list[Item]:
        """The next items; empty once the reply has ended.

        Cancelling loses nothing.

        Raises:
            ApiError: The service said no, in the middle of its answer.
            ProtocolError: The stream is broken, truncated or stalled.
            TimeoutError: A limit of time has passed.
            UsageError: The reply was closed before its end, or another task is reading it.
        """
        while not self._items:
            if self._fault is not None:
                raise self._fault.with_traceback(None)
            if self.decoder.done:
                await self.aclose()
                return []
            await self._take_more(sys.maxsize)
        items, self._items = self._items, []
        return items

    async def aclose(self) -> None:
        """Give the connection back if the reply is complete, else drop it. Idempotent.

        A task that waits for items gets a ``UsageError``.
        """
        if self._closed:
            return
        self._closed = True
        self._items = []
        self._watch.stop()
        try:
            if self.response.is_awaited:
                self.response.interrupt(_closed())
            elif self.decoder.done:
                self.response.record_end()
                self.response.decoded_by(None)
                await self.response.drain()
        finally:
            self.response.close()

    async def _take_more(self, most_bytes: int) -> None:
        """Decode what was read, up to ``most_bytes``; read first if there is nothing."""
        if self._closed:
            raise _closed()
        if self.response.is_awaited:
            raise _taken()
        if await self._take_decoded():
            return
        if self._decoded_bytes == len(self._read):
            try:
                self._keep(self.response.read_nowait() or await self._read_on())
            except OmniStreamError as error:
                self._fail(error)
                return
        begin = self._decoded_bytes
        self._decoded_bytes = min(begin + most_bytes, len(self._read))
        content = self._read[begin : self._decoded_bytes]  # a whole read is not copied
        if self._beginning is None:
            self._read, self._decoded_bytes = b"", 0  # held no longer than needed
        self._take(content)

    async def _take_decoded(self) -> bool:
        """Take what is decoded in place, after waiting for it; False if that is not the way."""
        waiter = self.waiter()
        if waiter is not None:
            try:
                await waiter
            except asyncio.CancelledError:
                self.wait_was_cut()
                raise
        completed = None if self.direct is None else self.direct.take_decoded()
        if completed is None:
            return False
        self._add(partial(self.decoder.complete, completed))
        return True

    async def _read_on(self) -> bytes:
        """What comes next; b"" at the end."""
        if not self.response.is_direct:
            self._watch.look_closely()
        began = asyncio.get_running_loop().time()
        try:
            return await self.response.wait()
        finally:
            self._watch.waited(asyncio.get_running_loop().time() - began)

    def _take(self, content: bytes) -> None:
        """Decode ``content``; nothing is the end of the stream."""
        self._add(partial(self.decoder.feed, content) if content else self.decoder.close)

    def _add(self, decode: Callable[[], list[Item]]) -> None:
        try:
            items = decode()
        except OmniStreamError as error:
            self._items.extend(error.events)
            self._fail(error)
            return
        if items:
            self._watch.content()
            self._items = self._items + items if self._items else items

    def _keep(self, read: bytes) -> None:
        """Let ``read`` be decoded, and keep it as long as it may be so twice.

        Raises:
            LimitExceeded: It is too much to be the beginning of an answer.
        """
        self._read, self._decoded_bytes = read, 0
        self._is_read = not read
        if self._beginning is None:
            return
        self._beginning.append(read)
        self._beginning_bytes += len(read)
        if self._beginning_bytes > BEGINNING_BYTES:
            raise LimitExceeded(
                "what came before the first event with content",
                limit=BEGINNING_BYTES,
                seen=self._beginning_bytes,
                remedy="the service sends something else than an answer; check model and base_url",
            )

    def _fail(self, error: OmniStreamError) -> None:
        """Drop the connection; the error is raised once the items before it were taken."""
        self._watch.stop()
        self.response.close()
        if error.partial is None:
            error.partial = self.decoder.partial
        self._fault = self._fault or bare(error, self._key)


class Items(Batched[T]):
    """The items of a response one by one, as one reader wants them.

    Args:
        incoming: Where they come from; closed with this.
        select: What the reader wants of a list of items.
        is_chosen: Whether what is decoded in place is what the reader wants.
    """

    __slots__ = ("_batch", "_ended", "_incoming", "_is_chosen", "_select")

    def __init__(
        self, incoming: Incoming, select: Callable[[list[Item]], list[T]], *, is_chosen: bool = False
    ) -> None:
        self._incoming = incoming
        self._is_chosen = is_chosen
        self._select = select
        self._batch: Iterator[T] = iter(())
        self._ended: bool | None = None  # None until it is closed

    @property
    def has_ended(self) -> bool:
        """Whether the reply is complete and all of it was given, as far as it was read before closing."""
        if self._ended is not None:
            return self._ended
        return self._incoming.has_ended and not length_hint(self._batch)

    @property
    def is_closed(self) -> bool:
        """Whether the response is closed, and nothing is held any more."""
        return self._incoming.is_closed and not length_hint(self._batch)

    def __aiter__(self) -> Items[T]:
        return self

    async def __anext__(self) -> T:
        """The next item; see ``Incoming.more``."""
        for item in self._batch:
            return item
        waiter = self.waiter()
        if waiter is not None:
            try:
                await waiter
            except asyncio.CancelledError:
                self._incoming.wait_was_cut()
                raise
        items = self.take_items()
        if items:
            self._batch = iter(items)
            return next(self._batch)
        batch = await self.batch()
        if batch is None:
            raise StopAsyncIteration
        return next(batch)

    @property
    def near(self) -> Near[T]:
        """What may give items sooner than ``batch``, after everything that ``batch`` has at hand."""
        direct = self._incoming.direct
        return self if direct is None or not self._is_chosen else cast("Near[T]", direct)

    def waiter(self) -> Awaitable[None] | None:
        """What to await before ``take_items``, None for nothing; see ``Incoming.waiter``."""
        return self._incoming.waiter()

    def take_items(self) -> list[T] | None:
        """What has come of the items, if that is known without asking further; else None."""
        items = self._incoming.more_nowait()
        return None if items is None else self._select(items)

    async def batch(self) -> Iterator[T] | None:
        """What has come of the items, at least one; None at the end.  See ``Incoming.more``."""
        while not length_hint(self._batch):
            items = await self._incoming.more()
            if not items:
                return None
            self._batch = iter(self._select(items))
        return self._batch

    async def aclose(self) -> None:
        """Give up what is held, and close the response."""
        self._ended = self.has_ended
        self._batch = iter(())
        await self._incoming.aclose()


def _taken() -> UsageError:
    return UsageError("a reply has one consumer, and another task waits for its next item; use tee(n)")


def _closed() -> UsageError:
    return UsageError("the reply was closed before its end; read it inside its `async with`")
