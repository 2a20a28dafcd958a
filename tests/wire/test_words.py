import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.events import ReasoningDelta, TextDelta, TranscriptDelta
from omni_stream.wire.words import mended

ANY = st.text(st.characters(codec=None) | st.characters(categories=["Cs"]))


@given(ANY, st.sampled_from([TextDelta, TranscriptDelta, ReasoningDelta]))
def test_what_is_mended_is_text_of_the_same_length_and_kind(text, kind):
    words, replaced = mended(kind(text, {"raw": text}))
    assert type(words) is kind
    assert words.raw == {"raw": text}
    words.text.encode()
    assert [was == now for was, now in zip(text, words.text, strict=True)].count(False) == replaced


@pytest.mark.parametrize("text", ["plain", "\u4f60\u597d", "\U0001f600"])
def test_what_is_whole_is_the_same_object(text):
    words = TextDelta(text)
    assert mended(words) == (words, 0)
    assert mended(words)[0] is words
