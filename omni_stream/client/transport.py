"""The door to aiohttp: posts a request, gives a response or one of our errors.

* One request, one response: redirects are not followed, aiohttp retries no
  POST, cookies are not kept.
* The answer is asked for as it is; one that comes compressed all the same is
  inflated piece by piece under the same back-pressure.
* Waiting for one of ``max_connections`` happens here and not in aiohttp's
  pool, whose waiting would count as connecting and time out.
* Whatever fails, the connection is dropped before the error leaves.
"""

from __future__ import annotations

import asyncio
import builtins
import os
import ssl
from math import inf
from typing import TYPE_CHECKING

import aiohttp

from omni_stream.client.connecting import Connections
from omni_stream.client.limits import limit_passed
from omni_stream.client.receiving import Receiving
from omni_stream.client.response import Response
from omni_stream.client.retry import HopelessConnectError
from omni_stream.client.sending import Sending
from omni_stream.errors import ConnectError, OmniStreamError, ProtocolError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from omni_stream.client.endpoint import Endpoint
    from omni_stream.client.sending import OnUpload, Part
    from omni_stream.client.timeouts import Timeouts

READ_BUFFER_BYTES = 128 * 1024
"""aiohttp stops reading the socket over twice this, which is what asyncio takes from it at once: less would
have each such read parsed in parts.  A slow consumer holds half a MiB at most, a thousand of them 512 MiB."""


class Transport:
    """Posts requests to one endpoint, on the event loop and in the process that it is first used in.

    Args:
        endpoint: Where to.
        session: A session to use and leave open, None to make one when it is needed.
        timeouts: The limits; ``connect``, ``idle``, ``first_event`` and ``total`` are kept here.
        max_connections: How many responses may be open at once, None for any number.

    Raises:
        UsageError: ``session`` is something else.
    """

    __slots__ = (
        "_closed",
        "_connect_timeout",
        "_connections",
        "_endpoint",
        "_given",
        "_loop",
        "_pid",
        "_receiving",
        "_session",
        "_slots",
        "_timeouts",
    )

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        session: aiohttp.ClientSession | None,
        timeouts: Timeouts,
        max_connections: int | None,
    ) -> None:
        if session is not None and not isinstance(session, aiohttp.ClientSession):
            raise UsageError(f"session is an aiohttp.ClientSession, not {type(session).__name__}")
        self._endpoint = endpoint
        self._timeouts = timeouts
        self._connect_timeout = aiohttp.ClientTimeout(connect=timeouts.connect, ceil_threshold=inf)
        self._given = session
        self._session = session
        self._slots = None if max_connections is None else asyncio.Semaphore(max_connections)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = os.getpid()
        self._closed = False
        self._receiving = Receiving()
        self._connections = Connections() if session is None else None

    def check_open(self) -> None:
        """Refuse to be used once closed.

        Raises:
            UsageError: It is closed, or the session given to it is.
        """
        if self._closed:
            raise UsageError("the client is closed; ask inside its `async with`")
        if self._given is not None and self._given.closed:
            raise UsageError("the session given to the client is closed; keep it open longer than the client")

    def _opened(self) -> aiohttp.ClientSession:
        """The session, made if need be.

        Raises:
            UsageError: It cannot be used here.
        """
        self.check_open()
        if self._pid != os.getpid():
            raise UsageError(
                "the client was made before a fork, in another process; make one in each process"
            )
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise UsageError("the client needs asyncio's event loop; run it with asyncio.run()") from None
        if self._loop is None:
            self._loop = loop
        if self._loop is not loop:
            raise UsageError("the client belongs to another event loop; make one in each event loop")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def aclose(self) -> None:
        """Close an own session and all of its connections. Idempotent."""
        self._closed = True
        if self._given is None and self._session is not None:
            await self._session.close()
        self._receiving.close()

    async def post(
        self,
        url: str,
        body: Sequence[bytes | Part],
        headers: Mapping[str, str],
        *,
        total_deadline: float = inf,
        on_upload: OnUpload | None = None,
    ) -> Response:
        """Send a request and wait for the head of its response.

        Cancelling drops the connection at once.

        Args:
            url: Where to, at the endpoint.
            body: What to send, in order.
            headers: All headers.
            total_deadline: When everything must be done, in the loop's time.
            on_upload: Told how much of the body was sent.

        Raises:
            UsageError: The transport cannot be used here, or a part of the body cannot be read.
            ConnectError: There is no connection, or it broke before the response.
            TimeoutError: A limit has passed.
            ProtocolError: The response is not HTTP.
        """
        session = self._opened()
        if self._slots is not None:
            await self._wait_for_slot(self._slots, total_deadline)
        try:
            return await self._post(
                session, url, body, headers, total_deadline=total_deadline, on_upload=on_upload
            )
        except BaseException:
            self._leave_slot()
            raise

    async def _wait_for_slot(self, slots: asyncio.Semaphore, total_deadline: float) -> None:
        if not slots.locked():
            await slots.acquire()  # at once
            return
        try:
            async with asyncio.timeout_at(None if total_deadline == inf else total_deadline):
                await slots.acquire()
        except builtins.TimeoutError:
            raise limit_passed("total", self._timeouts, self._endpoint.host) from None

    def _leave_slot(self) -> None:
        if self._slots is not None:
            self._slots.release()

    async def _post(
        self,
        session: aiohttp.ClientSession,
        url: str,
        body: Sequence[bytes | Part],
        headers: Mapping[str, str],
        *,
        total_deadline: float,
        on_upload: OnUpload | None,
    ) -> Response:
        scope = asyncio.timeout(None)
        sending = Sending(
            body,
            scope=scope,
            timeouts=self._timeouts,
            total_deadline=total_deadline,
            on_upload=on_upload,
            receiving=self._receiving,
            connections=self._connections,
        )
        try:
            async with scope:
                answer = await session.post(
                    url,
                    data=sending,
                    headers=headers,
                    allow_redirects=False,
                    raise_for_status=False,
                    auto_decompress=True,
                    read_bufsize=READ_BUFFER_BYTES,
                    timeout=self._connect_timeout,
                )
        except BaseException as error:
            sending.abort()
            if sending.fault is not None and isinstance(error, Exception):
                raise sending.fault from None
            if isinstance(error, builtins.TimeoutError):
                limit = sending.limit if scope.expired() else "connect"
                raise limit_passed(limit, self._timeouts, self._endpoint.host) from None
            if isinstance(error, aiohttp.ClientError):
                raise _translated(error, self._endpoint.host) from _os_error(error)
            if isinstance(error, RuntimeError | ValueError):
                raise UsageError(f"the client's session cannot be used: {error}") from None
            raise
        return Response(
            answer,
            direct=sending.direct,
            host=self._endpoint.host,
            sent_at=sending.answered(),
            connect_seconds=sending.connect_seconds,
            on_close=self._leave_slot,
        )


def _translated(error: aiohttp.ClientError, host: str) -> OmniStreamError:  # noqa: PLR0911 -- a table
    """What we raise for ``error``; its text has no credentials."""
    match error:
        case aiohttp.ClientHttpProxyError():
            return HopelessConnectError(
                f"the proxy in front of {host} refused to connect (HTTP {error.status}); check its settings"
            )
        case aiohttp.ClientProxyConnectionError():
            return ConnectError(
                f"no connection to the proxy {error.host}:{error.port} ({_reason(error)}); check its address"
            )
        case aiohttp.ClientConnectorCertificateError():
            return HopelessConnectError(
                f"the certificate of {host} is not trusted ({_verdict(error.certificate_error)});"
                " nothing was sent"
            )
        case aiohttp.ClientSSLError():
            return HopelessConnectError(
                f"no TLS connection to {host} ({_reason(error)}); check that it speaks https"
            )
        case aiohttp.ClientConnectorError():
            return ConnectError(
                f"no connection to {host} ({_reason(error)}); check the address and the network"
            )
        case aiohttp.ClientConnectionError():
            return ConnectError(f"{host} closed the connection before it answered; try again")
        case aiohttp.ClientResponseError():
            return ProtocolError(f"the answer of {host} is not HTTP ({error.message.partition(':')[0]})")
        case aiohttp.InvalidURL():
            return UsageError(f"base_url is no address that can be connected to: {host}")
        case _:
            return ProtocolError(f"the exchange with {host} failed ({type(error).__name__})")


def _os_error(error: aiohttp.ClientError) -> OSError | None:
    """The error of the operating system behind ``error``."""
    return error.os_error if isinstance(error, aiohttp.ClientConnectorError) else None


def _verdict(error: Exception) -> str:
    return error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error)


def _reason(error: aiohttp.ClientConnectorError) -> str:
    return error.os_error.strerror or str(error.os_error)
