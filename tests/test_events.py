"""Events as values."""

import base64
import copy
import pickle

import pytest

from omni_stream.audio import AudioFormat
from omni_stream.errors import ProtocolError
from omni_stream.events import AudioDelta, Finished, ReasoningDelta, TextDelta, TranscriptDelta, Usage

MONO = AudioFormat(24_000)
RAW = {"choices": []}
EVENTS = [
    (TextDelta, ("hi",)),
    (ReasoningDelta, ("hi",)),
    (TranscriptDelta, ("hi",)),
    (AudioDelta, ("AAAA", MONO, "base64")),
    (Usage, (1, 2, 3, {"cached_tokens": 0})),
    (Finished, ("stop",)),
]
each_event = pytest.mark.parametrize(("kind", "fields"), EVENTS)


@each_event
def test_an_event_is_frozen_and_has_no_room_for_more(kind, fields):
    event = kind(*fields)
    with pytest.raises(AttributeError):
        event.raw = RAW
    assert not hasattr(event, "__dict__")


@each_event
def test_what_came_is_at_hand_but_neither_compared_nor_shown(kind, fields):
    event = kind(*fields, raw=RAW)
    assert event.raw is RAW
    assert "choices" not in repr(event)
    assert event == kind(*fields)
    assert kind(*fields).raw is None


@each_event
def test_an_event_can_be_copied_and_pickled_with_what_came(kind, fields):
    event = kind(*fields, raw=RAW)
    for twin in (copy.copy(event), pickle.loads(pickle.dumps(event))):
        assert twin == event
        assert twin.raw == RAW


@pytest.mark.parametrize("kind", [TextDelta, ReasoningDelta, TranscriptDelta])
def test_words_are_values(kind):
    assert kind("hi") == kind("hi") != kind("ho")
    assert hash(kind("hi")) == hash(kind("hi"))
    assert kind("hi") != "hi"
    assert repr(kind("hi")) == f"{kind.__name__}(text='hi')"


def test_kinds_of_text_are_not_equal():
    assert len({TextDelta("hi"), ReasoningDelta("hi"), TranscriptDelta("hi")}) == 3


def test_events_are_matched_by_kind_and_text():
    match TextDelta("hi", RAW):
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
