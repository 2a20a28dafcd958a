"""The steps of a reply -> a response, on one clock.

A client that goes away ends its reply quietly.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from typing import TYPE_CHECKING

from aiohttp import web

from omni_stream.emulator.stream import End, Pause, Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from omni_stream.emulator.send_log import SendLog
    from omni_stream.emulator.stream import Step

_log = logging.getLogger("omni_stream.emulator")

REQUEST_ID = web.RequestKey("request_id", str)

UNTRUE_BYTES = 1024 * 1024 * 1024
"""A Content-Length that no reply has: 4 h of speech in base64 are less."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # struct linger: on, for no time


class Sender:
    """Sends one reply.

    Args:
        request: What it answers.
        begin: When its schedule began, in the loop's time.
        asked_at: When the request came, in the loop's time.
        status: The HTTP status.
        headers: The response's headers, beside the request's id.
        headers_late_seconds: How much later than the schedule the headers are sent.
        is_length_untrue: Whether the headers promise more bytes than come.
        sends: Where it is told when what was sent.
    """

    def __init__(
        self,
        request: web.Request,
        begin: float,
        *,
        asked_at: float,
        status: int,
        headers: Mapping[str, str],
        headers_late_seconds: float = 0.0,
        is_length_untrue: bool = False,
        sends: SendLog | None = None,
    ) -> None:
        self._request = request
        self._sends = sends
        self._asked_at = asked_at
        self._begin = begin
        self._latest = 0.0
        self._headers_late_seconds = headers_late_seconds
        self._response = web.StreamResponse(
            status=status, headers={"x-request-id": request[REQUEST_ID], **headers}
        )
        if is_length_untrue:
            self._response.content_length = UNTRUE_BYTES

    async def send(self, steps: Iterable[Step]) -> web.StreamResponse:
        """Take the steps, each when it is due."""
        clock = asyncio.get_running_loop().time
        sent: list[tuple[float, float | None]] = []
        try:
            if self._headers_late_seconds:
                await self._pause(self._headers_late_seconds)
            await self._response.prepare(self._request)
            for step in steps:
                match step:
                    case Write(content, due, position):
                        await self._sleep_until(due)
                        await self._response.write(content)
                        if self._sends is not None:
                            sent.append((clock(), position))
                    case Pause(seconds):
                        await self._pause(seconds)
                    case End():
                        await self._end(step)
        except ConnectionError:
            _log.debug("request %s: the client went away", self._request[REQUEST_ID])
        finally:
            if self._sends is not None:
                self._sends.tell(self._request[REQUEST_ID], asked_at=self._asked_at, sent=sent)
        return self._response

    async def _sleep_until(self, due: float) -> None:
        clock = asyncio.get_running_loop().time
        wait = self._begin + due - clock()
        if wait > 0:
            await asyncio.sleep(wait)
        self._latest = max(self._latest, clock() - self._begin - due)

    async def _pause(self, seconds: float) -> None:
        self._begin += seconds
        await asyncio.sleep(seconds)

    async def _end(self, end: End) -> None:
        request_id = self._request[REQUEST_ID]
        _log.debug("request %s: every event sent, the latest %.4f s late", request_id, self._latest)
        transport = self._request.transport
        if end is End.WHOLE:
            await self._response.write_eof()
        elif transport is not None and end is End.CLOSED:
            transport.close()
        elif transport is not None:
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            transport.abort()
