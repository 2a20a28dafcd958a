"""Events as values."""

import base64
from dataclasses import FrozenInstanceError

import pytest

from omni_stream.audio import AudioFormat
from omni_stream.errors import ProtocolError
from omni_stream.events import AudioDelta, Finished, ReasoningDelta, TextDelta, TranscriptDelta, Usage

MONO = AudioFormat(24_000)
RAW = {"choices": []}
EVENTS = [
    TextDelta("hi", RAW),
    ReasoningDelta("hi", RAW),
    TranscriptDelta("hi", RAW),
    AudioDelta("AAAA", MONO, raw=RAW),
    Usage(1, 2, 3, {"cached_tokens": 0}, RAW),
    Finished("stop", RAW),
]


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_frozen_and_has_no_room_for_more(event):
    with pytest.raises(FrozenInstanceError):
        event.raw = None
    assert not hasattr(event, "__dict__")


@pytest.mark.parametrize("event", EVENTS)
def test_what_came_is_at_hand_but_neither_compared_nor_shown(event):
    assert event.raw is RAW
    assert "choices" not in repr(event)
    fields = {name: getattr(event, name) for name in event.__slots__ if name != "raw"}
    assert type(event)(**fields) == event


def test_kinds_of_text_are_not_equal():
    assert len({TextDelta("hi"), ReasoningDelta("hi"), TranscriptDelta("hi")}) == 3


def test_events_are_matched_by_kind_and_text():
    match EVENTS[0]:
        case TextDelta(text):
            assert text == "hi"
        case _:
            pytest.fail("not matched")


def test_an_audio_delta_decodes_on_demand():
    delta = AudioDelta(base64.b64encode(b"\x01\x00\x02\x00").decode(), MONO)
    assert delta.encoding == "base64"
    assert delta.decode() == b"\x01\x00\x02\x00"


@pytest.mark.parametrize("encoded", ["AAA", "A*AA", "AA==AA==", "A" * 200 + "é"])
def test_an_audio_delta_that_is_not_base64_by_itself_says_what_to_use_instead(encoded):
    with pytest.raises(ProtocolError, match="use the decode stage") as caught:
        AudioDelta(encoded, MONO).decode()
    assert caught.value.excerpt == encoded[:80].encode()
