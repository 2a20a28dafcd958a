import pytest

from omni_stream.client.retry import HopelessConnectError, seconds_to_retry
from omni_stream.errors import (
    ApiError,
    AuthenticationError,
    ConnectError,
    ProtocolError,
    QuotaError,
    StreamTruncated,
    TimeoutError,
)


def wait(error, *, attempt=0, retries=2, jitter=0.0):
    return seconds_to_retry(error, attempt=attempt, retries=retries, jitter=jitter)


def asked_to_wait(seconds):
    error = ApiError("slow down", status=429, retryable=True)
    error.retry_after = seconds
    return error


def test_waits_double_up_to_eight_seconds():
    waits = [wait(ConnectError("refused"), attempt=attempt, retries=7) for attempt in range(8)]
    assert waits == [0.5, 1, 2, 4, 8, 8, 8, None]


def test_jitter_takes_at_most_half():
    assert wait(ConnectError("refused"), jitter=1.0) == 0.25
    assert wait(ConnectError("refused"), jitter=0.5) == 0.375


def test_without_retries_the_first_failure_is_the_last():
    assert wait(ConnectError("refused"), retries=0) is None


@pytest.mark.parametrize("seconds", [0.0, 1.5, 120.0])
def test_the_service_is_given_the_time_it_asks_for(seconds):
    assert wait(asked_to_wait(seconds), jitter=1.0) == seconds


def test_a_wait_too_long_is_not_begun():
    assert wait(asked_to_wait(120.1)) is None


@pytest.mark.parametrize("error", [ConnectError("refused"), ApiError("busy", status=503, retryable=True)])
def test_what_may_pass_is_tried_again(error):
    assert wait(error) == 0.5


@pytest.mark.parametrize(
    "error",
    [
        HopelessConnectError("expired certificate"),
        TimeoutError("no connection within 5 s"),
        ApiError("bad voice", status=400),
        AuthenticationError("wrong key", status=401),
        QuotaError("overdue", status=429),
        ProtocolError("HTML"),
        StreamTruncated("cut"),
    ],
)
def test_what_cannot_get_better_is_not_tried_again(error):
    assert wait(error) is None
