import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.captions.weights import Break, spoken


@given(st.text())
def test_the_pieces_are_the_text(text):
    assert "".join(text[piece.begin : piece.end] for piece in spoken(text, 0)) == text
    assert all(piece.syllables >= 0 for piece in spoken(text, 0))


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("你好世界", 4, 4),
        ("lighthouse", 2, 3),
        ("a", 0.5, 1),
        ("strength", 1, 1.5),
        ("2024", 6, 7),
        ("5%", 2, 4),
        ("main.py", 2, 4),
        ("...", 0, 0),
    ],
)
def test_a_word_has_about_as_many_syllables_as_it_is_said_with(text, least, most):
    assert least <= sum(piece.syllables for piece in spoken(text, 0)) <= most


def test_a_mark_within_a_time_or_a_name_is_none():
    assert not [piece for piece in spoken("Open /etc/app.conf at 9:30", 0) if piece.break_]


def test_a_mark_is_where_a_speaker_may_pause_and_a_point_in_a_number_is_none():
    breaks = [piece.break_ for piece in spoken("Well, 3.5 kg. 好。", 0) if piece.break_]
    assert breaks == [Break.COMMA, Break.SENTENCE, Break.SENTENCE]
