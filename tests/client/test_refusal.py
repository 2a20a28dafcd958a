import pytest
from multidict import CIMultiDict

from omni_stream.client.refusal import request_id_of, retry_after_of

NOW = "Wed, 25 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0.5 ", 0.5),
        ("0", 0.0),
        ("Wed, 25 Nov 2026 09:01:30 GMT", 90.0),
        ("Wed, 25 Nov 2026 08:00:00 GMT", 0.0),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Wed, 25 Nov 2026 09:01:30", None),  # it says no zone, and the response's own date does
    ],
)
def test_a_wait_is_seconds_or_a_date_by_the_services_own_clock(value, seconds):
    assert retry_after_of(CIMultiDict({"retry-after": value, "date": NOW})) == seconds


def test_a_date_without_the_services_own_says_nothing():
    assert retry_after_of(CIMultiDict({"retry-after": "Wed, 25 Nov 2026 09:01:30 GMT"})) is None
    assert retry_after_of(CIMultiDict()) is None


def test_the_request_id_is_the_headers():
    assert request_id_of(CIMultiDict({"x-request-id": "req-1"})) == "req-1"
    assert request_id_of(CIMultiDict()) is None
