"""How long each part of a reply may take."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from omni_stream.errors import UsageError


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Time limits of one reply, in seconds; None for no limit.

    The idle limits run only while the socket is waited on: a reader that is
    slow or pauses never trips them.

    Attributes:
        connect: From the first step of connecting (resolving the name, TCP, TLS) to the connection.
        first_event: From the last byte of the request sent to the first event with content.
        idle: Without any byte: of the request taken by the server, of a medium read to be sent, or of the
            begun reply (comments and heartbeats count). Also until the media of a request have been
            looked at.
        content_idle: Without an event with content, once the first has come.
        total: From entering the reply to its end, retries and waiting for a free connection included.

    Raises:
        UsageError: A limit is not a positive, finite number.
    """

    connect: float | None = 5.0
    first_event: float | None = 60.0
    idle: float | None = 30.0
    content_idle: float | None = 60.0
    total: float | None = None

    def __post_init__(self) -> None:
        for limit in fields(self):
            _check(limit.name, getattr(self, limit.name))


def _check(name: str, seconds: object) -> None:
    if seconds is None:
        return
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < math.inf:
        raise UsageError(
            f"Timeouts.{name} is a number of seconds above 0, or None for no limit, not {seconds!r}"
        )
