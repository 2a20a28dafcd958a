from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from omni_stream.emulator.scripts import language, language_runs, token_count, written_pieces

TEXT = st.text(
    alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("你好\u3002 aB1.\n")), max_size=80
)


@given(TEXT)
def test_no_character_is_lost(text):
    assert "".join(run for _, run in language_runs(text)) == text
    assert "".join(written_pieces(text)) == text


@given(TEXT)
def test_neighbouring_runs_differ_in_language(text):
    languages = [spoken for spoken, _ in language_runs(text)]
    assert all(one != other for one, other in pairwise(languages))


def test_mixed_text_is_cut_at_its_letters():
    assert language_runs("我喜欢 Python 编程, OK?") == [
        ("chinese", "我喜欢"),
        ("english", " Python "),
        ("chinese", "编程"),
        ("english", ", OK?"),
    ]


def test_numbers_are_read_in_the_language_around_them():
    assert language_runs("3个苹果和 4 个梨") == [("chinese", "3个苹果和 4 个梨")]
    assert language_runs("3 apples") == [("english", "3 apples")]


def test_one_han_character_makes_it_chinese():
    assert language("what is 你") == "chinese"
    assert language("¿Qué es? 42") == "english"


@given(TEXT)
def test_tokens_are_counted_between_one_a_character_and_one_for_four(text):
    assert len(text) / 4 <= token_count(text) <= len(text)


def test_tokens_of_known_texts():
    assert token_count("") == 0
    assert token_count("你是谁") == 3
    assert token_count("hello") == 2
    assert token_count("你好 hello") == 2 + 2
