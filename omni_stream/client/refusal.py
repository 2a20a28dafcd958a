"""Whether a response is an event stream, and the error that it is if not.

* A status from 300 on is an error; its body, JSON or event stream or plain,
  says why and is read within bounds.
* A success that is no event stream by its content type is one all the same if
  its type is vague and its first bytes are an event stream's; else it is a
  broken promise, unless it is JSON that says what went wrong.
"""

from __future__ import annotations

import asyncio
import builtins
import re
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import inf
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from omni_stream.client.retry import HopelessConnectError
from omni_stream.errors import EXCERPT_BYTES, OmniStreamError, ProtocolError, StreamTruncated
from omni_stream.wire.faults import api_error_from_body, error_in_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from omni_stream.client.response import Response

ERROR_BODY_BYTES = 64 * 1024
"""How much of an error body is read: a service's own errors are a few hundred bytes."""

ERROR_BODY_SECONDS = 5.0
"""How long an error body may take: the status alone is an error too, so this is never waited for longer."""

SHOWN_BYTES = 200
"""How much of a body that is no event stream is shown: enough to recognise a login page."""

STREAM = "text/event-stream"
VAGUE = frozenset({"", "text/plain", "application/json", "application/x-ndjson"})
"""Types under which servers and gateways have been seen to send event streams."""

_BEGINNING = re.compile(rb"(\xef\xbb\xbf)?[\r\n]*(:|(data|event|id|retry):)")
_BEGINNING_BYTES = 64
"""Within these bytes a stream has begun to look like one: a byte order mark, blank lines, a field."""


async def expect_stream(
    response: Response, *, deadline: float, idle: float | None, hide: Callable[[bytes], bytes]
) -> bytes:
    """Read as much of ``response`` as it takes to know that it is an event stream.

    Args:
        response: A response of which nothing has been read.
        deadline: When it must be known, in the loop's time.
        idle: How long an error's body may take, if less than ``ERROR_BODY_SECONDS``.
        hide: Takes the key out of a body that is about to be quoted.

    Returns:
        The bytes read, to be decoded first.

    Raises:
        ApiError: The service said no.
        ProtocolError: The response is something else.
        builtins.TimeoutError: The deadline has passed.
    """
    limit = min(ERROR_BODY_SECONDS, idle or inf)
    if response.status >= HTTPStatus.BAD_REQUEST:
        raise _refused(response, hide(await _read(response, b"", limit, deadline)))
    if response.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise _redirected(response)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == STREAM:
        return b""
    head = b""
    if kind in VAGUE:
        async with asyncio.timeout_at(None if deadline == inf else deadline):
            head = await _beginning(response)
        if _BEGINNING.match(head):
            return head
    raise _no_stream(response, kind, hide(await _read(response, head, limit, deadline)))


async def _beginning(response: Response) -> bytes:
    head = b""
    while len(head) < _BEGINNING_BYTES and not _BEGINNING.match(head):
        more = await response.read()
        if not more:
            break
        head += more
    return head


async def _read(response: Response, body: bytes, seconds: float, deadline: float) -> bytes:
    """``body`` and what follows it, within bounds; what can be had where the rest cannot."""
    until = min(asyncio.get_running_loop().time() + seconds, deadline)
    with suppress(builtins.TimeoutError, StreamTruncated):
        async with asyncio.timeout_at(until):
            while len(body) < ERROR_BODY_BYTES and (more := await response.read()):
                body += more
    return body[:ERROR_BODY_BYTES]


def _refused(response: Response, body: bytes) -> OmniStreamError:
    if response.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return HopelessConnectError(
            f"the proxy in front of {response.host} wants a name and password (HTTP {response.status});"
            " give the client a session that has them"
        )
    error = api_error_from_body(
        response.status, body.decode(errors="replace"), request_id=request_id_of(response.headers)
    )
    error.retry_after = retry_after_of(response.headers)
    return error


def _redirected(response: Response) -> ProtocolError:
    try:
        target = urlsplit(response.headers.get("Location", ""))
        host = target.netloc.rpartition("@")[2]  # as it came, so that a key in it can be found
        where = f"{target.scheme}://{host}" if host else "elsewhere on the same host"
    except ValueError:
        where = "an address that is none"
    return ProtocolError(
        f"{response.host} redirects to {where} (HTTP {response.status}), which is not followed since key and"
        " prompt would go there; give the right base_url"
    )


def _no_stream(response: Response, kind: str, body: bytes) -> OmniStreamError:
    text = body.decode(errors="replace")
    error = error_in_body(text, status=response.status, request_id=request_id_of(response.headers))
    if error is not None:
        return error
    broken = ProtocolError(
        f"{response.host} answered with {kind or 'no content type'} (HTTP {response.status}) and not with an"
        f" event stream; check base_url; it begins: {body[:SHOWN_BYTES]!r}"
    )
    broken.excerpt = body[:EXCERPT_BYTES]
    return broken


def request_id_of(headers: Mapping[str, str]) -> str | None:
    """The id to quote to the service's support, None if the headers have none."""
    return headers.get("X-Request-Id")


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Seconds that the service asks to wait; None if it does not, or not in a way that can be read.

    A date is compared with the response's own, so that no clock but the service's counts.
    """
    value = headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        with suppress(ValueError, TypeError):  # TypeError: one date has a zone and the other has not
            asked = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
            return max(0.0, asked.total_seconds())
        return None
    return seconds if 0 <= seconds < inf else None
