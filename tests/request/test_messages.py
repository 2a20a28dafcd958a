import pytest

from omni_stream.errors import UsageError
from omni_stream.media import Image
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


def test_texts_and_media_may_stand_in_the_content():
    picture = Image("eagle.png")
    assert messages_of([{"role": "user", "content": ("Look", picture)}]) == [
        {"role": "user", "content": [{"type": "text", "text": "Look"}, picture]}
    ]


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
        ([{"role": "user", "content": Image("a.png")}], "put the Image into a list"),
        ([{"role": "user", "content": 7}], "a text or a list of parts, not int"),
        ([{"role": "user", "content": {"type": "text", "text": "Hi"}}], "a list of parts, not dict"),
        ([{"role": "user", "content": ["Hi", " "]}], r"part 1 of messages\[0\] is empty"),
        ([{"role": "user", "content": [b"Hi"]}], "not bytes"),
        ([{"role": "user", "content": [{"text": "Hi"}]}], "a mapping with its type"),
        ([{"role": "assistant", "content": [Image("a.png")]}], "is of the assistant with Image"),
    ],
)
def test_what_is_no_prompt_is_refused(prompt, rule):
    with pytest.raises(UsageError, match=rule):
        messages_of(prompt)
