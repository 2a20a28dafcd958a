"""Whether a response is what was asked for, and the error that it is if not.

* A status from 300 on is an error; its body, JSON or event stream or plain,
  says why and is read within bounds.
* A success that is no event stream by its content type is one all the same if
  its type is vague and its first bytes are an event stream's; likewise for
  JSON line by line, where the service answers so.
* Where a text was to be spoken, the audio itself is an answer too.
* Anything else is a broken promise, unless it is JSON that says what went wrong.
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
from omni_stream.client.sound_type import sound_coding
from omni_stream.errors import (
    EXCERPT_BYTES,
    AuthenticationError,
    OmniStreamError,
    ProtocolError,
    StreamTruncated,
)
from omni_stream.wire.faults import api_error_from_body, error_in_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from omni_stream.catalog import Provider
    from omni_stream.client.response import Response
    from omni_stream.wire import Coding

ERROR_BODY_BYTES = 64 * 1024
"""How much of an error body is read: a service's own errors are a few hundred bytes."""

ERROR_BODY_SECONDS = 5.0
"""How long an error body may take: the status alone is an error too, so this is never waited for longer."""

SHOWN_BYTES = 200
"""How much of a body that is no event stream is shown: enough to recognise a login page."""

STREAM = "text/event-stream"
LINES = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
)
VAGUE = LINES | {"", "text/plain", "application/json"}
"""Types under which servers and gateways have been seen to send event streams."""

_EVENTS = rb"(\xef\xbb\xbf)?[\r\n]*(:|(data|event|id|retry):)"
_DOCUMENTS = rb"(\xef\xbb\xbf)?[ \t\r\n]*\{[ \t]*[\"}]"  # a document over several lines is a whole answer
_BEGINNING_BYTES = 64
"""Within these bytes a stream has begun to look like one: a byte order mark, blank lines, a field."""


async def expect_answer(
    response: Response,
    *,
    framing: str | None,
    sound: Coding | None,
    deadline: float,
    idle: float | None,
    hide: Callable[[bytes], bytes],
) -> tuple[bytes, Coding | None]:
    """Read as much of ``response`` as it takes to know that it is an answer.

    Args:
        response: A response of which nothing has been read.
        framing: How the service's answers are framed, as ``Dialect.framing``; None if that is not known.
        sound: How audio was asked to be written where it may be the body itself; None where it may not.
        deadline: When it must be known, in the loop's time.
        idle: How long an error's body may take, if less than ``ERROR_BODY_SECONDS``.
        hide: Takes the key out of a body that is about to be quoted.

    Returns:
        The bytes read, to be decoded first, and how the body is written if it is the audio itself.

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
    content_type = response.headers.get("Content-Type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == STREAM:
        return b"", None
    coding = None if sound is None else sound_coding(content_type, sound)
    if coding is not None:
        return b"", coding
    head = b""
    if kind in VAGUE:
        begins = _EVENTS
        if framing == "lines" or (framing is None and kind in LINES):
            begins = _DOCUMENTS
        async with asyncio.timeout_at(None if deadline == inf else deadline):
            head = await _beginning(response, begins)
        if re.match(begins, head):
            return head, None
    raise _no_stream(response, kind, hide(await _read(response, head, limit, deadline)))


async def _beginning(response: Response, begins: bytes) -> bytes:
    head = b""
    while len(head) < _BEGINNING_BYTES and not re.match(begins, head):
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


def tell_of_regions(error: OmniStreamError, provider: Provider) -> None:
    """Say on a refused key that it belongs to a region, where the provider has several."""
    if isinstance(error, AuthenticationError) and len(provider.regions) > 1:
        told = (
            f"{error}, and that it belongs to the region of the base URL: a key of one is refused by others"
        )
        error.args = (told,)


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
    remedy = "check base_url"
    if body.lstrip()[:1] in {b"{", b"["}:
        remedy = "it is the whole answer or none: leave out what turns streaming off, or check base_url"
    broken = ProtocolError(
        f"{response.host} answered with {kind or 'no content type'} (HTTP {response.status}) and not with an"
        f" event stream; {remedy}; it begins: {body[:SHOWN_BYTES]!r}"
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
