"""Every error that omni_stream raises on purpose, named by who must act.

``UsageError``: the caller.  ``ConnectError`` and ``TimeoutError``: the
environment, so a retry may help.  ``ApiError``: the service said no.
``ProtocolError``: the peer broke SSE, JSON, base64 or PCM.  ``SinkError``: a
file or a device failed.

Whatever was received before a stream failed is never lost: an error raised
while a stream is read carries it as ``partial``, and one raised out of a
``feed`` carries the events completed in that call as ``events``.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXCERPT_BYTES = 80
"""An excerpt shows where a peer went wrong; more would copy a prompt or speech into a log."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What had been received of a reply when it was asked for.

    Attributes:
        text: The text (``content``) so far.
        transcript: The transcript of the speech so far, of services that send one.
        reasoning: The reasoning so far.
        audio_seconds: Seconds of audio received.
        events: How many events had been decoded.
    """

    text: str = ""
    transcript: str = ""
    reasoning: str = ""
    audio_seconds: float = 0.0
    events: int = 0


class OmniStreamError(Exception):
    """The common base of every error of this package.

    Attributes:
        partial: What had been received of the reply, or None where no stream was being read.
        events: The events completed in the ``feed`` that raised, in order; empty elsewhere.
    """

    partial: Partial | None = None
    events: Sequence[Any] = ()

    def __reduce__(self) -> tuple[Callable[..., OmniStreamError], tuple[object, ...]]:
        """Copied and pickled with all that it says, whatever its constructor asks for."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[OmniStreamError], args: tuple[object, ...], said: dict[str, Any]) -> OmniStreamError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(said)
    return error


class UsageError(OmniStreamError, ValueError):
    """An argument or a call breaks a rule; raised before anything is sent."""


class ConnectError(OmniStreamError):
    """No connection: the name does not resolve, it was refused, TLS failed, or a proxy is in the way."""


class TimeoutError(OmniStreamError, builtins.TimeoutError):
    """A time limit for connecting, for the first event or for the whole reply has passed."""


class ApiError(OmniStreamError):
    """The service said no, by an HTTP status or inside the stream.

    Attributes:
        status: The HTTP status, or the one that the stream named; None if neither did.
        code: The service's own error code, "" if it gave none.
        message: The service's own message.
        request_id: The id to quote to the service's support, None if it gave none.
        retryable: Whether the same request may succeed later.
        retry_after: Seconds that the service asked to wait, None if it did not.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        request_id: str | None = None,
        retryable: bool = False,
        hint: str = "",
    ) -> None:
        self.message = message
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retryable = retryable
        self.retry_after: float | None = None
        facts = [f"HTTP {status}"] if status is not None else []
        facts += [code] if code else []
        facts += [f"request {request_id}"] if request_id else []
        where = f" ({', '.join(facts)})" if facts else ""
        super().__init__(f"the service refused: {message}{where}{f'; {hint}' if hint else ''}")


class AuthenticationError(ApiError):
    """The key is missing, wrong, of another region, or not allowed to do this."""


class RateLimitError(ApiError):
    """Too many requests or tokens for now; a later retry may succeed."""


class QuotaError(ApiError):
    """The account's money or allowance is used up; a retry cannot help."""


class InvalidRequestError(ApiError):
    """The service refuses the request as it stands: a bad voice, model, message or content."""


class ServerError(ApiError):
    """The service failed by itself."""


class ProtocolError(OmniStreamError):
    """The peer broke SSE, JSON, base64, PCM or HTTP.

    Attributes:
        event_index: Which event of the stream, counted from 0; None where none had begun.
        offset: The byte of the stream at which that event begins; None likewise.
        excerpt: At most 80 bytes of what came.
    """

    def __init__(
        self,
        message: str,
        *,
        event_index: int | None = None,
        offset: int | None = None,
        excerpt: bytes = b"",
    ) -> None:
        self.event_index = event_index
        self.offset = offset
        self.excerpt = excerpt[:EXCERPT_BYTES]
        where = "" if event_index is None else f" in event {event_index} at byte {offset}"
        shown = f": {self.excerpt!r}" if self.excerpt else ""
        super().__init__(f"{message}{where}{shown}")


class LimitExceeded(ProtocolError):
    """The peer sent more than a limit allows.

    Attributes:
        limit: The limit.
        seen: How much had come when it was exceeded, in the limit's unit.
    """

    def __init__(self, what: str, *, limit: float, seen: float, remedy: str) -> None:
        self.limit = limit
        self.seen = seen
        super().__init__(f"{what} is over its limit of {limit}: {seen} seen; {remedy}")


class StreamTruncated(ProtocolError):
    """The stream ended before the reply did."""


class StreamStalled(ProtocolError):
    """The stream went silent in the middle of the reply for longer than its limit."""


class SinkError(OmniStreamError):
    """A file or a device failed; ``__cause__`` is the original error.

    Attributes:
        written_bytes: Bytes of PCM that are safely written, None where that is not known.
    """

    def __init__(self, message: str, *, written_bytes: int | None = None) -> None:
        self.written_bytes = written_bytes
        super().__init__(message)


class DeviceLostError(SinkError):
    """A sound device has vanished: unplugged, or its sound server has ended.

    Attributes:
        written_bytes: Bytes of PCM that were heard before.
    """
