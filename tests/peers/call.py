"""One request that a peer has read, and the ways to answer it badly."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENT_STREAM = "text/event-stream;charset=UTF-8"


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    method: str
    target: str
    headers: Mapping[str, str]  # by lower-case name
    body: bytes
    connection: int  # which of the peer's connections it came on, counted from 0


class Call:
    """What a script answers with.

    Nothing is sent that the script does not send.  When the script returns, the connection is
    kept for the next request if `end` was called, else closed with a FIN.

    Attributes:
        request: The request.
        sent_bytes: Bytes written for this request.
    """

    def __init__(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.request = request
        self.sent_bytes = 0
        self.keeps_open = False
        self._reader = reader
        self._writer = writer

    async def read(self, most_bytes: int = 65_536) -> bytes:
        """What has come of a body that is the script's to read; b"" if the client has gone."""
        with suppress(ConnectionError):
            return await self._reader.read(most_bytes)
        return b""

    async def write(self, content: bytes) -> None:
        """Send bytes as they are; waits as long as the client does not read."""
        self._writer.write(content)
        self.sent_bytes += len(content)
        await self._writer.drain()

    async def head(
        self,
        status: int = 200,
        *,
        content_type: str | None = EVENT_STREAM,
        chunked: bool = True,
        **headers: str,
    ) -> None:
        """Send a response's head; `Retry_After="1"` becomes `Retry-After: 1`.

        Without `chunked`, and with no `Content_Length`, the body ends with the connection.
        """
        lines = [f"HTTP/1.1 {status} Status"]
        if content_type is not None:
            lines.append(f"Content-Type: {content_type}")
        if chunked and "Content_Length" not in headers:
            lines.append("Transfer-Encoding: chunked")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.write("\r\n".join([*lines, "", ""]).encode())

    async def chunk(self, content: bytes) -> None:
        """Send one chunk of a chunked body."""
        await self.write(b"%x\r\n%s\r\n" % (len(content), content))

    async def end(self) -> None:
        """End a chunked body as it should end."""
        await self.write(b"0\r\n\r\n")
        self.keeps_open = True

    async def refuse(
        self, status: int, body: bytes, *, content_type: str = "application/json", **headers: str
    ) -> None:
        """Send a whole response with a body of a known length."""
        await self.head(status, content_type=content_type, Content_Length=str(len(body)), **headers)
        await self.write(body)
        self.keeps_open = True

    async def drip(self, content: bytes, *, seconds: float = 0.0) -> None:
        """Send a body byte by byte, each as a chunk of its own."""
        for byte in content:
            await self.chunk(bytes([byte]))
            await asyncio.sleep(seconds)

    def reset(self) -> None:
        """Break the connection with a RST."""
        connection = self._writer.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def gone(self) -> float:
        """Wait until the client has closed the connection; when that was, in the loop's time."""
        with suppress(ConnectionError):
            while await self._reader.read(65_536):
                pass
        return asyncio.get_running_loop().time()
