"""How long the connection of a request took to be there, as aiohttp tells."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from types import SimpleNamespace


class Connecting:
    """The connecting of one request, given to its session as ``trace_request_ctx``.

    Attributes:
        seconds: What it took, 0 for a connection that was used again; None if nobody has told.
    """

    __slots__ = ("_begun_at", "seconds")

    def __init__(self) -> None:
        self._begun_at = 0.0
        self.seconds: float | None = None

    def begin(self) -> None:
        """A connection is being made."""
        self._begun_at = asyncio.get_running_loop().time()

    def end(self) -> None:
        """It is there."""
        self.seconds = asyncio.get_running_loop().time() - self._begun_at

    def reuse(self) -> None:
        """There was one."""
        self.seconds = 0.0


def told_of_connections() -> aiohttp.TraceConfig:
    """What has a session tell each request's ``Connecting``."""
    config = aiohttp.TraceConfig()
    config.on_connection_create_start.append(_begin)
    config.on_connection_create_end.append(_end)
    config.on_connection_reuseconn.append(_reuse)
    return config


async def _begin(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _told: aiohttp.TraceConnectionCreateStartParams
) -> None:
    context.trace_request_ctx.begin()


async def _end(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _told: aiohttp.TraceConnectionCreateEndParams
) -> None:
    context.trace_request_ctx.end()


async def _reuse(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _told: aiohttp.TraceConnectionReuseconnParams
) -> None:
    context.trace_request_ctx.reuse()
