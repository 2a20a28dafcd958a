from omni_stream.request.shown import SHOWN_CHARACTERS, is_name, shown


def test_a_short_value_is_shown_whole():
    assert shown(["text"]) == "['text']"


def test_a_long_value_is_cut():
    assert shown("x" * 10_000) == "'" + "x" * (SHOWN_CHARACTERS - 1) + "…"


def test_a_name_is_printable_text():
    assert is_name("Eldric Sage")
    assert is_name("语音")
    assert not any(is_name(value) for value in ("", "  ", "a\tb", "a\x7fb", "a\u202eb", None, b"a"))
