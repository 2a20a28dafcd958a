"""One response and its connection, as bytes.

Whatever ends the body early (a reset, a body shorter than announced, broken
framing) is one fault: ``StreamTruncated``.  What was received before it is
always read first.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp

from omni_stream.errors import StreamTruncated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from omni_stream._native import StreamReader
    from omni_stream.client.direct import DirectBody
    from omni_stream.client.record import Record

DRAIN_SECONDS = 0.05
"""How long the end of a finished body is waited for, to use the connection again: it comes with the last
event or a moment after it, and nobody should notice the wait."""

DRAIN_BYTES = 64 * 1024
"""How much may follow a finished reply: more costs more than a new connection."""


class Response:
    """A response whose head has come.

    Args:
        answer: The response; closed by ``close``.
        direct: What its body is read from before it is read from ``answer``; None for nothing.
        host: Who sent it, for messages.
        sent_at: When the last byte of the request was sent, in the loop's time.
        connect_seconds: What connecting took, 0 for a connection that was used again; None if nobody knows.
        on_close: Called once, when the response is closed.

    Attributes:
        status: The HTTP status.
        headers: The headers; names in any case.
    """

    __slots__ = (
        "_answer",
        "_closed",
        "_content",
        "_direct",
        "_on_close",
        "_record",
        "_waits_since",
        "connect_seconds",
        "headers",
        "host",
        "sent_at",
        "status",
    )

    def __init__(
        self,
        answer: aiohttp.ClientResponse,
        *,
        direct: DirectBody | None,
        host: str,
        sent_at: float,
        connect_seconds: float | None = None,
        on_close: Callable[[], None],
    ) -> None:
        self._answer = answer
        self._content = answer.content
        self._direct = direct
        self._on_close = on_close
        self._waits_since: float | None = None
        self._closed = False
        self._record: Record | None = None
        self.status = answer.status
        self.headers: Mapping[str, str] = answer.headers
        self.host = host
        self.sent_at = sent_at
        self.connect_seconds = connect_seconds

    @property
    def received_bytes(self) -> int:
        """Bytes of the body received so far, read or not."""
        direct = 0 if self._direct is None else self._direct.received_bytes
        return direct + self._content.total_bytes

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for more."""
        return self._waits_since is not None or (self._direct is not None and self._direct.is_awaited)

    def waited(self) -> tuple[float, float] | None:
        """Seconds that it is waited for any byte, and for content; None if nobody waits."""
        if self._direct is not None and self._direct.is_awaited:
            return self._direct.waited()
        if self._waits_since is None:
            return None
        seconds = asyncio.get_running_loop().time() - self._waits_since
        return seconds, seconds

    @property
    def is_received(self) -> bool:
        """Whether the whole body has been received, and the connection given back."""
        return self._content.is_eof()

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone before the end of the body."""
        connection = self._answer.connection
        return connection is not None and connection.closed and not self._content.is_eof()

    def decoded_by(self, reader: StreamReader | None, *, frames_only: bool = False) -> DirectBody | None:
        """What decodes by ``reader`` from now on what is waited for, in place; None if nothing can.

        Args:
            reader: None to decode nothing in place any more.
            frames_only: Whether only audio is given, and nobody woken for words.
        """
        direct = self._direct
        if direct is None or direct.is_over or self._record is not None:
            return None
        direct.decode_by(reader, frames_only=frames_only)
        return None if reader is None else direct

    @property
    def is_direct(self) -> bool:
        """Whether its reader is told at once when the connection is gone."""
        return self._direct is not None and not self._direct.is_over

    def record(self, record: Record) -> None:
        """Tell ``record`` what is read from here on."""
        record.begin(self.status, self.headers)
        self._record = record

    def record_end(self) -> None:
        """Tell the record, once, that the response ended by itself."""
        if self._record is not None:
            self._record.end(self._seconds())
            self._record = None

    def read_nowait(self) -> bytes:
        """What has been received and not been read; b"" if there is nothing."""
        direct = self._direct
        received = b"" if direct is None else direct.take_held()
        if not received and (direct is None or direct.is_over):
            received = _take(self._content)
        if received and self._record is not None:
            self._record.write(received, self._seconds())
        return received

    async def read(self) -> bytes:
        """What has been received, else what comes next; see ``wait``."""
        return self.read_nowait() or await self.wait()

    async def wait(self) -> bytes:
        """Wait for more, all that had come having been read; b"" at the end of the body.

        Cancelling loses nothing.

        Raises:
            StreamTruncated: The body broke off.
            Exception: What ``interrupt`` was given.
        """
        self._waits_since = asyncio.get_running_loop().time()
        try:
            received = await self._next()
        except aiohttp.ClientError as error:
            raise self._truncated(str(error)) from None
        except RuntimeError as error:
            if not self.is_lost:
                raise
            raise self._truncated(str(error)) from None
        finally:
            self._waits_since = None
        if self._record is not None:
            if received:
                self._record.write(received, self._seconds())
            else:
                self.record_end()
        return received

    def interrupt(self, error: Exception) -> None:
        """End the ``wait`` with ``error``."""
        self._content.set_exception(error)
        if self._direct is not None:
            self._direct.stop()

    def interrupt_as_lost(self) -> None:
        """End the ``wait``: the connection is gone."""
        self.interrupt(self._truncated("the framing of its body is broken"))

    async def drain(self) -> None:
        """Receive the end of a body that nobody needs any more, within bounds.

        Cancelling leaves the rest.
        """
        if self.is_received:
            return
        enough = self.received_bytes + DRAIN_BYTES
        with suppress(asyncio.TimeoutError, aiohttp.ClientError, RuntimeError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while self.received_bytes < enough and await self._next():
                    pass

    def close(self) -> None:
        """Give the connection back if the body is received, else drop it at once. Idempotent."""
        if self._closed:
            return
        self._closed = True
        connection = self._answer.connection
        if connection is not None:  # else it was given back
            if connection.transport is not None:
                # Closing politely would wait for unsent bytes, and over TLS for the peer.
                connection.transport.abort()
            self._answer.close()
        self._on_close()

    async def _next(self) -> bytes:
        received = b""
        if self._direct is not None:
            await self._direct.wait()
            received = self._direct.take_held()
        return received or await self._content.readany()

    def _seconds(self) -> float:
        return asyncio.get_running_loop().time() - self.sent_at

    def _truncated(self, reason: str) -> StreamTruncated:
        return StreamTruncated(
            f"the connection to {self.host} broke in the middle of the reply ({reason});"
            " what had come is in .partial"
        )


def _take(content: aiohttp.StreamReader) -> bytes:
    broken = content.exception()
    if broken is None:
        return content.read_nowait()
    # aiohttp would raise at once and keep back what came before the fault.
    content.set_exception(None)  # type: ignore[arg-type]  # it has no other way to clear it
    try:
        return content.read_nowait()
    finally:
        content.set_exception(broken)
