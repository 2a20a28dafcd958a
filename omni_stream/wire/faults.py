"""What a service says when it says no -> one of our errors.

Rules.
1. An error comes as a JSON object under ``error`` (or a text there), as ``code``
   and ``message`` of a document without ``choices``, as an event of type
   "error", or as the body of a refused request, which may itself be an event
   stream.  A comment ``HTTP_STATUS/429`` gives an event its status.
2. The service's code decides what the error is; where it says nothing, the kind
   beside it (``type``, or ``status`` in words); where that says nothing, the HTTP
   status: services send billing faults with the status of rate limits.
3. A retry can help after a rate limit and after a fault of the service's own.
   It never helps an account without money.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from omni_stream.errors import (
    ApiError,
    AuthenticationError,
    InvalidRequestError,
    QuotaError,
    RateLimitError,
    ServerError,
)
from omni_stream.sse import SSEParser

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream.sse import ServerSentEvent

MESSAGE_CHARACTERS = 1000
"""A message is for a person to read; services' own have a hundred characters or two."""

PLAIN_CHARACTERS = 200
"""Of a refusal's body that is neither JSON nor an event stream: enough to recognise a gateway's page."""

_STATUS = re.compile(r"\s*HTTP_STATUS/(\d{3})\s*")
_KEY_HINT = "check the key"

# Beginnings of codes, in any case of letters; the first that fits decides.
_KINDS: tuple[tuple[tuple[str, ...], type[ApiError]], ...] = (
    (("throttling", "limit_requests", "limit_burst_rate", "rate_limit", "requestratelimit",
      "resource_exhausted", "too_many"), RateLimitError),
    (
        ("arrearage", "allocationquota.freetieronly", "billing", "commodity", "postpaidbilloverdue",
         "prepaidbilloverdue", "insufficient_quota", "insufficient_balance", "quota_exceeded"),
        QuotaError,
    ),
    (
        ("invalidapikey", "invalid_api_key", "authentication", "accessdenied", "access_denied",
         "model.accessdenied", "permission", "unauthorized", "unauthenticated"),
        AuthenticationError,
    ),
    (
        ("internal", "modelservingerror", "modelunavailable", "model_unavailable", "requesttimeout",
         "server_error", "service_unavailable", "serviceunavailable", "unavailable", "overloaded",
         "deadline_exceeded", "system_busy"),
        ServerError,
    ),
)  # fmt: skip

_KINDS_BY_STATUS: dict[int, type[ApiError]] = {
    HTTPStatus.UNAUTHORIZED: AuthenticationError,
    HTTPStatus.PAYMENT_REQUIRED: QuotaError,
    HTTPStatus.FORBIDDEN: AuthenticationError,
    HTTPStatus.TOO_MANY_REQUESTS: RateLimitError,
}


def api_error_from_body(status: int, body: str, *, request_id: str | None) -> ApiError:
    """The error that a refused request's body tells of; there always is one.

    Args:
        status: The HTTP status, 400 or more.
        body: The body, decoded.
        request_id: The id that the headers gave, if any.
    """
    error = error_in_body(body, status=status, request_id=request_id)
    if error is not None:
        return error
    plain = body.strip()[:PLAIN_CHARACTERS] or _phrase(status)
    return _api_error(plain, code="", status=status, request_id=request_id)


def error_in_body(body: str, *, status: int | None, request_id: str | None) -> ApiError | None:
    """The error that a whole body tells of, None if it tells of none.

    Args:
        body: JSON or an event stream, decoded.
        status: The HTTP status; one below 400 is no error's and counts for nothing.
        request_id: The id that the headers gave, if any.
    """
    document = _document(body)
    if document is not None:
        refused = status is not None and status >= HTTPStatus.BAD_REQUEST
        error = error_in_document(document, status=status, request_id=request_id)
        if error is None and refused and (said := _said(document)):
            error = _api_error(said, code=_code_said(document), status=status, request_id=request_id)
        return error
    for event in _events(body):
        error = error_in_event(event, _document(event.data), status=status, request_id=request_id)
        if error is not None:
            return error
    return None


def error_in_event(
    event: ServerSentEvent, document: object, *, status: int | None = None, request_id: str | None = None
) -> ApiError | None:
    """The error that an event tells of, None if it tells of none.

    Args:
        event: The event.
        document: Its data as JSON, None if it is not JSON.
        status: The HTTP status, where it was an error's.
        request_id: The id that the headers gave, if any.
    """
    own_status = _status_in(event.comments)
    status = own_status or status
    error = error_in_document(document, status=status, request_id=request_id)
    if error is None and (event.type == "error" or own_status is not None):
        said = (_said(document) if isinstance(document, dict) else document) or event.data
        error = _api_error(
            str(said).strip() or "no reason given", code="", status=status, request_id=request_id
        )
    return error


def error_in_document(
    document: object, *, status: int | None = None, request_id: str | None = None
) -> ApiError | None:
    """The error that a JSON document tells of, None if it tells of none."""
    if not isinstance(document, dict):
        return None
    fault = document.get("error")
    if not fault and document.get("code") and "message" in document and not document.get("choices"):
        fault = document
    if not fault:
        return None
    details = fault if isinstance(fault, dict) else {"message": fault}
    kind = details.get("type") or details.get("status") or ""
    code = details.get("code") or kind
    if isinstance(code, int):
        status, code = _own_status(status) or code, kind or str(code)
    told = (details.get("request_id"), document.get("request_id"), request_id, document.get("id"))
    return _api_error(
        str(details.get("message") or _said(details) or code or "no reason given"),
        code=str(code),
        kind=str(kind),
        status=status,
        request_id=next((id for id in told if isinstance(id, str) and id), None),
    )


def _api_error(
    message: str, *, code: str, status: int | None, request_id: str | None, kind: str = ""
) -> ApiError:
    status = _own_status(status)
    error = _named(code, message) or _named(kind, message) or _by_status(status, is_named=bool(code))
    return error(
        _printable(message)[:MESSAGE_CHARACTERS],
        status=status,
        code=_printable(code)[:PLAIN_CHARACTERS],
        request_id=None if request_id is None else _printable(request_id)[:PLAIN_CHARACTERS],
        retryable=error in {RateLimitError, ServerError},
        hint=_KEY_HINT if error is AuthenticationError else "",
    )


def _named(code: str, message: str) -> type[ApiError] | None:
    """What a code, or a kind of codes, means by its name; None if that says nothing."""
    lowered = code.lower()
    if lowered == "insufficient_quota" and "billing" not in message.lower():
        return (
            RateLimitError  # DashScope's name for a limit per minute; OpenAI's, for an account without money
        )
    return next((kind for beginnings, kind in _KINDS if lowered.startswith(beginnings)), None)


def _by_status(status: int | None, *, is_named: bool) -> type[ApiError]:
    if status is None:
        return InvalidRequestError if is_named else ApiError
    return _KINDS_BY_STATUS.get(status) or (
        ServerError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else InvalidRequestError
    )


def _own_status(status: int | None) -> int | None:
    """``status`` if it is an error's: a fault inside a stream that began well has none of its own."""
    return status if status is not None and status >= HTTPStatus.BAD_REQUEST else None


def _status_in(comments: Iterable[str]) -> int | None:
    for comment in comments:
        if (found := _STATUS.fullmatch(comment)) and int(found[1]) >= HTTPStatus.BAD_REQUEST:
            return int(found[1])
    return None


def _said(document: dict[str, Any]) -> str:
    """What a refusal without an error object says, as web frameworks put it."""
    for key in ("message", "detail", "error_msg", "msg"):
        said = document.get(key)
        if isinstance(said, dict) and isinstance(inner := said.get("message"), str) and inner:
            return inner
        if said:
            return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return ""


def _code_said(document: dict[str, Any]) -> str:
    """The code beside what ``_said`` gives, "" if there is none."""
    detail = document.get("detail")
    code = (detail.get("status") or detail.get("code")) if isinstance(detail, dict) else None
    return code if isinstance(code, str) else ""


def _document(text: str) -> dict[str, Any] | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _events(body: str) -> list[ServerSentEvent]:
    """The events of a body, with a last one that has no blank line behind it."""
    parser = SSEParser()
    return parser.feed(body.encode("utf-8", "replace") + b"\n\n")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"


def _printable(text: str) -> str:
    """``text`` in one line, without what could steer a terminal or break a log."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
