import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.errors import UsageError
from omni_stream.media import Image
from omni_stream.request import conversation as conversation_file
from omni_stream.request.conversation import Conversation

PICTURE = {"type": "image_url", "image_url": {"url": "https://example.test/dog.jpeg"}}
TEXTS = st.text(min_size=1).filter(str.strip)


def turns(chat):
    return [(message["role"], message["content"]) for message in chat.messages]


def test_turns_follow_each_other():
    chat = Conversation(system="You are terse.")
    chat.user("Hi").assistant("Hello.").user("Once more.")
    assert turns(chat) == [
        ("system", "You are terse."),
        ("user", "Hi"),
        ("assistant", "Hello."),
        ("user", "Once more."),
    ]


def test_parts_stand_beside_text():
    chat = Conversation().user("What is this?", PICTURE)
    assert turns(chat) == [("user", [{"type": "text", "text": "What is this?"}, PICTURE])]


def test_media_stand_in_the_order_in_which_they_are_given():
    picture = Image("eagle.png")
    chat = Conversation().user("What is this?", picture)
    assert turns(chat) == [("user", [{"type": "text", "text": "What is this?"}, picture])]


@pytest.mark.parametrize(
    ("role", "noted"),
    [
        ("你是一个商场的导购员", "好的，我记住了你的设定。"),  # noqa: RUF001 -- the guide's words
        ("You are terse.", "All right, I will keep to that."),
    ],
)
def test_a_role_may_be_told_in_turns(role, noted):
    chat = Conversation(system=role, system_as="turns").user("你是谁")
    assert turns(chat) == [("user", role), ("assistant", noted), ("user", "你是谁")]
    assert turns(Conversation(system_as="turns")) == []


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5), st.none() | TEXTS)
def test_what_is_kept_as_json_is_the_same_conversation(pairs, system):
    chat = Conversation(system=system)
    for asked, answered in pairs:
        chat.user(asked, PICTURE).assistant(answered)
    assert Conversation.from_json(chat.to_json()).messages == chat.messages


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: Conversation(system=""), "system is a text that is not empty"),
        (lambda: Conversation().user(), "a message says something"),
        (lambda: Conversation().user(" "), "what the user says is a text"),
        (lambda: Conversation().user("a", ""), "a part of what the user says"),
        (lambda: Conversation().user("a", b"b"), "or a mapping with its type, not bytes"),
        (lambda: Conversation().user({"text": "a"}), "a mapping with its type"),
        (lambda: Conversation().assistant("Hi"), "the assistant answers the user"),
        (lambda: Conversation().user("a").assistant("b").assistant("c"), "the assistant answers the user"),
        (lambda: Conversation().user("a").assistant(""), "what the assistant says is a text"),
        (lambda: Conversation().question(), "when the user has spoken last"),
        (lambda: Conversation().user("a").assistant("b").question(), "when the user has spoken last"),
        (lambda: Conversation().user("a").begin(2), "has gone on since it was asked"),
        (lambda: Conversation.from_json("{"), "kept as JSON, and this is none"),
        (lambda: Conversation.from_json("[]"), "no conversation of version 1"),
        (lambda: Conversation.from_json('{"omni_stream_conversation": 2}'), "no conversation of version 1"),
        (
            lambda: Conversation.from_json('{"omni_stream_conversation": 1}'),
            "of a conversation are a list",
        ),
        (
            lambda: Conversation.from_json('{"omni_stream_conversation": 1, "messages": [{"role": "user"}]}'),
            r"messages\[0\] says nothing",
        ),
        (
            lambda: Conversation.from_json(
                '{"omni_stream_conversation": 1, "messages": [{"role": "user", "tool_calls": []}]}'
            ),
            "a message says something",
        ),
        (lambda: Conversation(system="a", system_as="user"), 'system_as is "message" or "turns"'),
    ],
)
def test_what_is_no_turn_is_refused(call, rule):
    with pytest.raises(UsageError, match=rule):
        call()


def test_while_an_answer_streams_in_nothing_is_added():
    chat = Conversation().user("a")
    chat.begin(1)
    changes = (lambda: chat.user("b"), lambda: chat.assistant("b"), lambda: chat.begin(1))
    for change in (*changes, chat.question, chat.withdraw):
        with pytest.raises(UsageError, match="an answer to this conversation is streaming in"):
            change()
    chat.end("b")
    assert turns(chat) == [("user", "a"), ("assistant", "b")]


def test_what_was_not_answered_can_be_taken_back():
    chat = Conversation(system="a").user("b").assistant("c").user("d", Image("eagle.png")).user("e")
    assert turns(chat.withdraw()) == [("system", "a"), ("user", "b"), ("assistant", "c")]
    assert turns(chat.withdraw()) == [("system", "a"), ("user", "b"), ("assistant", "c")]
    assert turns(Conversation().user("a").withdraw()) == []


@pytest.mark.parametrize("answer", [None, ""])
def test_without_an_answer_the_question_stays_open(answer):
    chat = Conversation().user("a")
    chat.begin(1)
    chat.end(answer)
    assert chat.question() == ({"role": "user", "content": "a"},)


def test_a_conversation_has_an_end(monkeypatch):
    monkeypatch.setattr(conversation_file, "MOST_MESSAGES", 2)
    with pytest.raises(UsageError, match="at most 2 messages"):
        Conversation().user("a").user("b").user("c")


def test_one_without_room_for_the_answer_is_not_asked(monkeypatch):
    monkeypatch.setattr(conversation_file, "MOST_MESSAGES", 4)
    chat = Conversation().user("a").assistant("b").user("c")
    chat.begin(len(chat.question()))
    chat.end("the last that there is room for")
    assert len(chat.messages) == 4

    full = Conversation().user("a").assistant("b").user("c").user("d")
    with pytest.raises(UsageError, match="at most 4 messages, answers included; begin a new one"):
        full.question()
    assert len(full.withdraw().user("c, d").question()) == 3


def test_messages_are_a_copy():
    chat = Conversation().user("a")
    chat.messages[0]["content"] = "changed"
    assert turns(chat) == [("user", "a")]


def test_it_is_shown_without_what_was_said():
    assert repr(Conversation().user("secret")) == "<Conversation of 1 messages>"
