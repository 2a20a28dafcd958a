import pytest

from omni_stream.client.headers import checked_headers, request_headers
from omni_stream.client.key import Key
from omni_stream.errors import UsageError


def test_a_request_asks_for_an_event_stream_as_it_is():
    headers = request_headers(Key("k"), {"X-Trace": "1", "User-Agent": "mine"})
    assert {name: str(value) for name, value in headers.items()} == {
        "User-Agent": "mine",
        "X-Trace": "1",
        "Content-Type": "application/json",
        "Accept": "text/event-stream",
        "Accept-Encoding": "identity",
        "Authorization": "Bearer k",
    }


def test_without_a_key_nothing_is_authorized():
    assert "Authorization" not in request_headers(None, {})


def test_a_key_goes_where_the_service_looks_for_it():
    headers = request_headers(Key("k"), {}, key_header="xi-api-key")
    assert str(headers["xi-api-key"]) == "k"
    assert "Authorization" not in headers


@pytest.mark.parametrize(("framing", "accepted"), [("lines", "application/json"), ("bytes", "audio/*")])
def test_an_answer_is_asked_for_in_its_framing(framing, accepted):
    assert accepted in request_headers(None, {}, framing=framing)["Accept"]


def test_other_headers_may_be_added():
    assert checked_headers(None) == {}
    assert checked_headers({"X-DashScope-DataInspection": "{}"}) == {"X-DashScope-DataInspection": "{}"}


@pytest.mark.parametrize(
    ("extra", "rule"),
    [
        ({"authorization": "Bearer secret"}, "set by the client; give the key as api_key"),
        ({"Accept-Encoding": "gzip"}, "set by the client"),
        ({"Host": "elsewhere"}, "set by the client"),
        ({"Transfer-Encoding": "chunked"}, "about the connection"),
        ({"Connection": "close"}, "about the connection"),
        ({"Proxy-Authorization": "Basic secret"}, "about the connection"),
        ({"X-A": "secret\r\nX-B: 2"}, "the value of the header X-A is printable ASCII"),
        ({"X-A": "secret\x00"}, "printable ASCII"),
        ({"X-A": "secret é"}, "printable ASCII"),
        ({"X-A": 1}, "printable ASCII"),
        ({"X-A\r\nX-B": "secret"}, "a header's name is"),
        ({"": "secret"}, "a header's name is"),
        ({7: "secret"}, "a header's name is"),
        ([("X-A", "secret")], "is a mapping"),
        ({f"X-{n}": "secret" for n in range(65)}, "65 headers"),
        ({"X-A": "secret" * 2000}, "12003 characters"),
    ],
)
def test_what_must_not_be_sent_is_refused_and_not_shown(extra, rule):
    with pytest.raises(UsageError, match=rule) as caught:
        checked_headers(extra)
    assert "secret" not in str(caught.value)
