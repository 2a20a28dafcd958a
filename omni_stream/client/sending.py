"""The body of a request, and the time limits while it is sent and answered.

aiohttp limits the connecting itself.  From then on each piece has to be taken
within ``idle``; once the last has gone, the answer has to begin within
``first_event``.  One timer (of the ``asyncio.timeout`` around the request) is
moved from limit to limit.  A service may answer before it has taken the whole
body; what is left is then sent without a limit, as long as the answer is read.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter

    from omni_stream.client.limits import Limit
    from omni_stream.client.timeouts import Timeouts

PIECE_BYTES = 64 * 1024
"""How much is sent between two looks at progress: what asyncio buffers before it makes a writer wait."""


class Sending(aiohttp.Payload):
    """A body of bytes on its way.

    Args:
        body: What to send.
        scope: The timeout around the request; moved as the sending proceeds.
        timeouts: The limits.
        total_deadline: When everything must be done, in the loop's time; ``inf`` for no limit.

    Attributes:
        limit: The limit that runs now.
        sent_at: When the last byte was sent, in the loop's time; None as long as it is not.
    """

    _value: bytes

    def __init__(
        self, body: bytes, *, scope: asyncio.Timeout, timeouts: Timeouts, total_deadline: float
    ) -> None:
        super().__init__(body)
        self._scope: asyncio.Timeout | None = scope
        self._timeouts = timeouts
        self._total_deadline = total_deadline
        self._transport: asyncio.WriteTransport | None = None
        self.limit: Limit = "total"
        self.sent_at: float | None = None

    @property
    def size(self) -> int:
        """Its length, in bytes."""
        return len(self._value)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The body as text."""
        return self._value.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send the body, from limit to limit."""
        self._transport = writer.transport
        for start in range(0, len(self._value), PIECE_BYTES):
            self._run("send", self._timeouts.idle)
            await writer.write(self._value[start : start + PIECE_BYTES])
        self.sent_at = self._run("first_event", self._timeouts.first_event)

    def answered(self) -> float:
        """The answer has begun, and the timeout ends; when the request was sent, as far as it was."""
        self._scope = None
        return asyncio.get_running_loop().time() if self.sent_at is None else self.sent_at

    def abort(self) -> None:
        """Drop the connection at once, with what is still unsent."""
        if self._transport is not None:
            self._transport.abort()

    def _run(self, limit: Limit, seconds: float | None) -> float:
        """Let ``limit`` run from now; when that is."""
        now = asyncio.get_running_loop().time()
        if self._scope is None:
            return now
        deadline = inf if seconds is None else now + seconds
        self.limit = limit if deadline < self._total_deadline else "total"
        soonest = min(deadline, self._total_deadline)
        self._scope.reschedule(None if soonest == inf else soonest)
        return now
