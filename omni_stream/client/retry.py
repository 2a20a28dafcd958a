"""Whether, and after how long, a request is sent again.

Asked only before the first event with content: after it a retry would be heard
twice and billed twice.  The decision is a value; whoever asks does the waiting.

* What cannot get better by itself is never sent again: a refused certificate,
  a bad request, a wrong key, an account without money, a broken answer.
* Neither is a request that has taken all its time already.
* A wait that the service asks for is kept to the second, unless it is longer
  than ``MAX_RETRY_AFTER``: then the caller is told at once.
"""

from __future__ import annotations

from omni_stream.errors import ApiError, ConnectError, OmniStreamError

FIRST_WAIT = 0.5
"""Seconds before the first retry; each one after it waits twice as long."""

LONGEST_WAIT = 8.0
"""Where the doubling ends: longer is not kinder to a service, only slower for the caller."""

MAX_RETRY_AFTER = 120.0
"""Seconds that a service may ask to wait; who is asked for more should hear of it, not hang."""


class HopelessConnectError(ConnectError):
    """A ``ConnectError`` that the next attempt would meet again: TLS or a proxy refuses."""


def seconds_to_retry(error: OmniStreamError, *, attempt: int, retries: int, jitter: float) -> float | None:
    """Seconds to wait before the next attempt, None to give up.

    Args:
        error: What ended the attempt.
        attempt: Which attempt it was, counted from 0.
        retries: How many attempts may follow the first.
        jitter: From 0 (the full wait) to 1 (half of it), to spread clients that failed together.
    """
    if attempt >= retries:
        return None
    if isinstance(error, ApiError):
        if not error.retryable:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= MAX_RETRY_AFTER else None
    elif not isinstance(error, ConnectError) or isinstance(error, HopelessConnectError):
        return None
    wait: float = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT)
    return wait * (1 - jitter / 2)
