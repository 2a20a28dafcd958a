import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.audio import AudioFormat
from omni_stream.events import AudioDelta, Finished, ReasoningDelta, TextDelta, TranscriptDelta
from omni_stream.wire.spoken import SpokenText


def spoken(*items):
    view = SpokenText()
    return "".join(piece for item in items for piece in view([item]))


def content(*texts):
    return [TextDelta(text) for text in texts]


def transcript(*texts):
    return [TranscriptDelta(text) for text in texts]


@pytest.mark.parametrize("told", [content, transcript])
def test_one_telling_is_given_as_it_is(told):
    assert spoken(*told("Hello", ", ", "world", "!")) == "Hello, world!"


def test_nothing_else_is_text():
    others = [ReasoningDelta("hm"), AudioDelta("AAAA", AudioFormat(24_000)), Finished("stop")]
    assert spoken(*others, *content("Hi")) == "Hi"


def test_pieces_are_never_empty():
    assert SpokenText()([*content("Hi"), *transcript("Hi")]) == ["Hi"]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(
            [*content("Hello "), *transcript("Hello "), *content("you!"), *transcript("you!")], id="at once"
        ),
        pytest.param([*content("Hello ", "you!"), *transcript("Hello ", "you!")], id="one after the other"),
        pytest.param([*transcript("Hello ", "you!"), *content("Hello ", "you!")], id="the transcript first"),
        pytest.param(
            [*transcript("Hel"), *content("Hello yo"), *transcript("lo you!"), *content("u!")], id="in turns"
        ),
        pytest.param(
            [*content("Hello "), *transcript("Hello "), *transcript("you!")], id="content in some events"
        ),
        pytest.param(
            [*transcript("Hello "), *content("you!"), *transcript("you!")], id="content from the middle on"
        ),
        pytest.param([*content("Hello ", "you!"), *transcript("hello", " you")], id="marks left out"),
    ],
)
def test_the_same_words_told_twice_are_given_once(events):
    assert spoken(*events) == "Hello you!"


def test_different_words_are_both_given():
    assert spoken(*content("Listen: "), *transcript("once upon a time")) == "Listen: once upon a time"


@given(st.text(max_size=40), st.data())
def test_any_text_told_twice_in_any_interleaving_is_given_once(text, draw):
    view, given_text = SpokenText(), []
    places = {TextDelta: 0, TranscriptDelta: 0}
    while any(place < len(text) for place in places.values()):
        kind = draw.draw(st.sampled_from([kind for kind, place in places.items() if place < len(text)]))
        size = draw.draw(st.integers(1, len(text) - places[kind]))
        piece = text[places[kind] : places[kind] + size]
        places[kind] += size
        given_text += view([kind(piece)])

    def letters(text):
        return [character for character in text if character.isalnum()]

    assert letters("".join(given_text)) == letters(text)
