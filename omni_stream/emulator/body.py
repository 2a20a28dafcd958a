"""A request's body, read whole within its limit.

It is read here and not by aiohttp, which would keep its own copy of what may be
hundreds of megabytes for as long as the reply lasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from omni_stream.emulator.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

MAX_BODY_BYTES = 400_000_000
"""A video of 256 MB, the largest that a Flash model takes, is 341 MB in base64; the rest is for text."""

LARGE_BYTES = 16_000_000
"""From here on, bodies take turns: one is held up to four times over while its media are looked at."""


def is_large(request: web.Request) -> bool:
    """Whether the body of ``request`` is, or may be, too large to be held beside many others."""
    return request.content_length is None or request.content_length > LARGE_BYTES


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request has sent.

    Attributes:
        body: Its body.
        headers: Its headers, by name in any case of letters.
        parameters: Those of its path and its query.
    """

    body: bytearray
    headers: Mapping[str, str]
    parameters: Mapping[str, str]


async def read_request(request: web.Request) -> Sent:
    """What ``request`` has sent.

    Raises:
        Refusal: It is over 400 MB.
    """
    body = bytearray()
    too_long = Refusal(f"Exceeded limit on max bytes per request: {MAX_BODY_BYTES}.")
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise too_long
    async for content in request.content.iter_any():
        body += content
        if len(body) > MAX_BODY_BYTES:
            raise too_long
    return Sent(body, request.headers, {**request.query, **request.match_info})
