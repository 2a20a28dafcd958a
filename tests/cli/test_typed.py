import io
import sys

import pytest

import omni_stream as omni
from omni_stream.cli.question import MAX_PROMPT_BYTES
from omni_stream.cli.typed import typed_lines


@pytest.fixture
def typed(monkeypatch):
    """The lines of what a pipe gives."""

    def _typed(content):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        return list(typed_lines())

    return _typed


def test_lines_come_without_their_ends_and_the_last_needs_none(typed):
    assert typed(b"one\n\n two \nthree") == ["one", "", " two ", "three"]
    assert typed(b"") == []


def test_any_language_is_read_whatever_the_locale(typed):
    assert typed("你好\n".encode()) == ["你好"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"a\xff\n", "not UTF-8 at byte 1"), (b"a" * (MAX_PROMPT_BYTES + 1), "over the limit")],
)
def test_what_is_no_text_or_endless_is_refused(typed, content, sentence):
    with pytest.raises(omni.UsageError, match=sentence):
        typed(content)
