"""The headers of a request.

Those that decide who asks, for what, and how the connection is used are not
the caller's to change; any other may be added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from omni_stream.client.key import Key

MAX_EXTRA_HEADERS = 64
MAX_EXTRA_CHARACTERS = 8192
"""Servers refuse somewhere above 100 headers or 8 KiB of them; a request stays well below."""

_BEARER = "Authorization"
_OF_KEYS = frozenset({"api-key", "authorization", "x-goog-api-key", "xi-api-key"})

_OURS = _OF_KEYS | frozenset(
    {
        "host",
        "content-type",
        "content-length",
        "content-encoding",
        "accept",
        "accept-encoding",
    }
)
_OF_THE_CONNECTION = frozenset(
    {
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_ACCEPTED = {
    "sse": "text/event-stream",
    "lines": "application/x-ndjson, application/json",
    "bytes": "audio/*, application/octet-stream",
}
_NAME = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # a token of RFC 9110, section 5.6.2
_VALUE = r"[ -~]*"


def checked_headers(extra: Mapping[str, str] | None) -> dict[str, str]:
    """The headers that a caller adds.

    Raises:
        UsageError: A header is reserved, malformed, or there are too many.
    """
    if extra is None:
        return {}
    if not isinstance(extra, Mapping):
        raise UsageError(f"extra_headers is a mapping of names to values, not {type(extra).__name__}")
    for name, value in extra.items():
        _check(name, value)
    characters = sum(len(name) + len(value) for name, value in extra.items())
    if len(extra) > MAX_EXTRA_HEADERS or characters > MAX_EXTRA_CHARACTERS:
        raise UsageError(
            f"extra_headers has {len(extra)} headers of {characters} characters, over the limit of"
            f" {MAX_EXTRA_HEADERS} and {MAX_EXTRA_CHARACTERS}; send less"
        )
    return dict(extra)


def request_headers(
    key: Key | None, extra: Mapping[str, str], *, key_header: str = _BEARER, framing: str = "sse"
) -> dict[str, str]:
    """All headers of a request whose answer comes in that framing."""
    headers = {
        "User-Agent": "omni_stream",
        **extra,
        "Content-Type": "application/json",
        "Accept": _ACCEPTED[framing],
        "Accept-Encoding": "identity",
    }
    if key is not None:
        headers[key_header] = key.authorization() if key_header == _BEARER else key.bare()
    return headers


def _check(name: object, value: object) -> None:
    """Check one header; an error does not show its value, which may be a secret."""
    if not isinstance(name, str) or not re.fullmatch(_NAME, name):
        raise UsageError(f"a header's name is letters, digits and dashes, not {name!r:.60}")
    if name.lower() in _OURS:
        remedy = "give the key as api_key" if name.lower() in _OF_KEYS else "leave it out"
        raise UsageError(f"the header {name} is set by the client; {remedy}")
    if name.lower() in _OF_THE_CONNECTION:
        raise UsageError(f"the header {name} is about the connection, which is the client's; leave it out")
    if not isinstance(value, str) or not re.fullmatch(_VALUE, value):
        raise UsageError(f"the value of the header {name} is printable ASCII text; encode what is not")
