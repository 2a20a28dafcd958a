from hypothesis import given
from hypothesis import strategies as st

from omni_stream.cli.one_line import one_line, without_controls


@given(st.text())
def test_no_text_can_command_a_terminal(text):
    assert not any((ord(c) < 32 and c not in "\t\n") or 0x7F <= ord(c) < 0xA0 for c in without_controls(text))


@given(st.text(st.characters(exclude_categories=["Cc"])))
def test_other_text_is_left_alone(text):
    assert without_controls(text) == text


@given(st.text())
def test_a_sentence_has_one_line(text):
    assert len(one_line(text).splitlines()) <= 1


def test_words_stay_apart():
    assert one_line(" a\n  b\tc\r\n") == "a b c"
