import io
import logging
import traceback

import pytest

from omni_stream.client.key import Key
from omni_stream.errors import ApiError, ProtocolError, UsageError

CANARY = "sk-canary-0123456789"


def test_a_key_is_shown_nowhere():
    key = Key(CANARY)
    assert CANARY not in f"{key} {key!r} {[key]}"
    assert CANARY not in repr({"Authorization": key.authorization()})


def test_a_key_is_sent_as_it_is():
    assert str(Key(CANARY).authorization()) == f"Bearer {CANARY}"


def test_what_a_peer_echoes_is_hidden():
    key = Key(CANARY)
    refused = ApiError(f"wrong key {CANARY}", status=401)
    broken = ProtocolError(f"no JSON {CANARY}", excerpt=CANARY.encode())
    for error in (refused, broken):
        key.hide_in(error)
        assert CANARY not in f"{error} {error!r} {vars(error)}"
    assert refused.message == "wrong key [key]"
    assert broken.excerpt == b"[key]"


def test_a_stand_in_for_a_key_is_no_secret():
    assert Key("none").hide("none of it") == "none of it"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "is empty"),
        ("k" * 4097, "4097 characters of at most 4096"),
        (f"{CANARY}\n", "its character 21 of 21 is a blank, a control character"),
        (f"{CANARY} x", "is a blank"),
        (f"{CANARY}é", "not ASCII"),
        (7, "is a text, not int"),
    ],
)
def test_what_no_header_can_carry_is_refused_and_not_shown(text, rule):
    key = Key(text)
    del text  # this frame is part of the traceback
    with pytest.raises(UsageError, match=rule) as caught:
        key.check("api_key")
    seen = io.StringIO()
    traceback.TracebackException.from_exception(caught.value, capture_locals=True).print(file=seen)
    logging.getLogger("omni_stream.test").debug("%r", key)
    assert CANARY not in seen.getvalue()
