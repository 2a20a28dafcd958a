"""Errors are named by who must act, and say what they know."""

import builtins
import pickle

import pytest

from omni_stream import errors
from omni_stream.errors import (
    EXCERPT_BYTES,
    ApiError,
    AuthenticationError,
    ConnectError,
    InvalidRequestError,
    LimitExceeded,
    OmniStreamError,
    Partial,
    ProtocolError,
    QuotaError,
    RateLimitError,
    ServerError,
    SinkError,
    StreamStalled,
    StreamTruncated,
    TimeoutError,
    UsageError,
)

ALL = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, Exception)]


@pytest.mark.parametrize("cls", ALL)
def test_every_error_has_the_common_base_and_a_reason_to_exist(cls):
    assert issubclass(cls, OmniStreamError)
    assert cls.__doc__
    assert (cls.partial, cls.events) == (None, ())


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        (UsageError, ValueError),
        (TimeoutError, builtins.TimeoutError),
        (AuthenticationError, ApiError),
        (RateLimitError, ApiError),
        (QuotaError, ApiError),
        (InvalidRequestError, ApiError),
        (ServerError, ApiError),
        (LimitExceeded, ProtocolError),
        (StreamTruncated, ProtocolError),
        (StreamStalled, ProtocolError),
    ],
)
def test_an_error_is_caught_by_its_kind(child, parent):
    assert issubclass(child, parent)


def test_who_must_act_is_never_ambiguous():
    actors = [UsageError, ConnectError, TimeoutError, ApiError, ProtocolError, SinkError]
    for cls in ALL:
        assert sum(issubclass(cls, actor) for actor in actors) == (cls is not OmniStreamError)


def test_an_api_error_says_all_it_knows_in_one_sentence():
    error = RateLimitError(
        "slow down", status=429, code="Throttling", request_id="r-1", retryable=True, hint="wait a minute"
    )
    assert str(error) == "the service refused: slow down (HTTP 429, Throttling, request r-1); wait a minute"
    assert (error.status, error.code, error.request_id, error.retryable) == (429, "Throttling", "r-1", True)
    assert error.retry_after is None


def test_an_api_error_is_silent_about_what_it_does_not_know():
    error = ApiError("no")
    assert str(error) == "the service refused: no"
    assert (error.status, error.code, error.request_id, error.retryable) == (None, "", None, False)


def test_a_protocol_error_says_where():
    error = ProtocolError("invalid JSON", event_index=3, offset=120, excerpt=b"{oops")
    assert str(error) == "invalid JSON in event 3 at byte 120: b'{oops'"


def test_a_protocol_error_before_any_event_says_only_what():
    assert str(ProtocolError("not an event stream")) == "not an event stream"


def test_an_excerpt_is_bounded():
    error = ProtocolError("invalid JSON", excerpt=b"x" * 1000)
    assert error.excerpt == b"x" * EXCERPT_BYTES
    assert len(str(error)) < 120


def test_a_limit_says_limit_seen_and_remedy():
    error = LimitExceeded("the audio of a reply", limit=10.0, seen=10.5, remedy="raise max_audio_seconds")
    assert str(error) == "the audio of a reply is over its limit of 10.0: 10.5 seen; raise max_audio_seconds"
    assert (error.limit, error.seen) == (10.0, 10.5)
    assert (error.event_index, error.offset, error.excerpt) == (None, None, b"")


def test_a_sink_error_says_what_is_safe():
    assert SinkError("disk full").written_bytes is None
    assert SinkError("disk full", written_bytes=480).written_bytes == 480


def test_what_was_received_travels_with_the_error_alone():
    error = StreamTruncated("cut")
    error.partial = Partial(text="hi", audio_seconds=0.5, events=3)
    assert StreamTruncated("cut").partial is None
    assert error.partial == Partial(text="hi", audio_seconds=0.5, events=3) != Partial()


@pytest.mark.parametrize(
    "error",
    [
        UsageError("no"),
        ApiError("slow down", status=429, code="Throttling", request_id="r"),
        LimitExceeded("a line", limit=1, seen=2, remedy="allow more"),
        ProtocolError("bad", event_index=3, offset=40, excerpt=b"x"),
        SinkError("full", written_bytes=7),
    ],
)
def test_an_error_crosses_processes_with_all_that_it_says(error):
    error.partial = Partial(text="so far")
    copied = pickle.loads(pickle.dumps(error))
    assert type(copied) is type(error)
    assert (str(copied), vars(copied)) == (str(error), vars(error))
