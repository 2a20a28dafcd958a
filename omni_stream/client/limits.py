"""The errors of time limits: which passed, how long it was, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from omni_stream.errors import OmniStreamError, StreamStalled, TimeoutError

if TYPE_CHECKING:
    from omni_stream.client.timeouts import Timeouts

Limit = Literal["connect", "inspect", "read", "send", "first_event", "idle", "content_idle", "total"]
"""A time limit: the fields of ``Timeouts``, and what ``idle`` is until the request is sent: "inspect" while
its media are looked at, "read" while they are read, "send" while they are taken."""


def limit_passed(limit: Limit, timeouts: Timeouts, host: str) -> OmniStreamError:  # noqa: PLR0911 -- a table
    """The error of a limit that has passed while waiting for ``host``."""
    match limit:
        case "connect":
            return TimeoutError(
                f"no connection to {host} within {timeouts.connect} s (Timeouts.connect);"
                " check the address and the network, or allow more"
            )
        case "inspect":
            return TimeoutError(
                f"the media for {host} could not be looked at within {timeouts.idle} s (Timeouts.idle), and"
                " nothing was sent; check their files, which may be broken or on a slow disk, or allow more"
            )
        case "read":
            return TimeoutError(
                f"nothing of a medium could be read for {timeouts.idle} s (Timeouts.idle) while it was sent"
                f" to {host}; check its file or file object, or allow more"
            )
        case "send":
            return TimeoutError(
                f"{host} took no byte of the request for {timeouts.idle} s (Timeouts.idle);"
                " check the network, or allow more"
            )
        case "first_event":
            return TimeoutError(
                f"{host} sent nothing of an answer within {timeouts.first_event} s of the request"
                " (Timeouts.first_event); try again later, or allow more"
            )
        case "idle":
            return StreamStalled(
                f"{host} sent no byte for {timeouts.idle} s in the middle of the reply (Timeouts.idle);"
                " what had come is in .partial"
            )
        case "content_idle":
            return StreamStalled(
                f"{host} sent nothing but heartbeats for {timeouts.content_idle} s in the middle of the reply"
                " (Timeouts.content_idle); what had come is in .partial"
            )
        case "total":
            return TimeoutError(
                f"the reply of {host} was not complete within {timeouts.total} s (Timeouts.total); allow more"
            )
