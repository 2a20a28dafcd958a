import pytest

from omni_stream.errors import UsageError
from omni_stream.request.messages import messages_of


def test_a_text_is_one_user_message():
    assert messages_of("Hi") == [{"role": "user", "content": "Hi"}]


def test_messages_are_taken_as_they_are():
    messages = (
        {"role": "system", "content": "Be terse."},
        {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
        {"role": "assistant", "tool_calls": []},
    )
    assert messages_of(messages) == list(messages)


@pytest.mark.parametrize(
    ("prompt", "rule"),
    [
        ("", "must not be empty"),
        (" \n", "must not be empty"),
        ([], "must not be empty"),
        (None, "not NoneType"),
        (b"Hi", "not bytes"),
        ({"role": "user", "content": "Hi"}, "not dict"),
        (["Hi"], r"messages\[0\] is a mapping"),
        ([{"role": "user", "content": "Hi"}, {"content": "Hi"}], r'messages\[1\] needs a "role"'),
        ([{"role": "", "content": "Hi"}], 'needs a "role"'),
        ([{"role": 1, "content": "Hi"}], 'needs a "role"'),
        ([{"role": "user"}], "says nothing"),
    ],
)
def test_what_is_no_prompt_is_refused(prompt, rule):
    with pytest.raises(UsageError, match=rule):
        messages_of(prompt)
