import json

import pytest
from peers import Peer, chat
from torture import cancelled_at_every_await

from omni_stream.audio import Heard
from omni_stream.errors import OmniStreamError, UsageError
from omni_stream.events import Finished
from omni_stream.request import Conversation


def turns(conversation):
    return [(message["role"], message["content"]) for message in conversation.messages]


ASKED = [("user", "Hi")]
ANSWERED = [("user", "Hi"), ("assistant", "Hello")]


async def by_events(reply):
    async for _ in reply:
        pass


async def to_the_finish(reply):
    async for event in reply:
        if isinstance(event, Finished):
            break


async def by_audio(reply):
    async for _ in reply.audio():
        pass


async def by_text(reply):
    assert "".join([piece async for piece in reply.text()]) == "Hello"


@pytest.mark.parametrize("read", [by_events, to_the_finish, by_audio, by_text])
async def test_the_answer_is_added_when_the_reply_has_ended(client_of, read):
    conversation = Conversation().user("Hi")
    async with Peer(chat.answer) as peer:
        client = client_of(peer)
        async with client.ask(conversation) as reply:
            await read(reply)
            assert turns(conversation) == ASKED
        assert turns(conversation) == ANSWERED
        async with client.ask(conversation.user("More")) as reply:
            await read(reply)
        sent = [json.loads(request.body)["messages"] for request in peer.requests]
    assert sent == [
        [{"role": "user", "content": "Hi"}],
        [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello"},
            {"role": "user", "content": "More"},
        ],
    ]


async def not_at_all(reply):
    assert reply


async def one_event(reply):
    async for _ in reply:
        break


async def one_frame(reply):
    async with reply.decoded() as items:
        async for _ in items:
            break


@pytest.mark.parametrize("read", [not_at_all, one_event, one_frame])
async def test_a_reply_that_is_left_early_adds_nothing_and_may_be_asked_again(client_of, read):
    conversation = Conversation().user("Hi")
    async with Peer(chat.answer) as peer:
        client = client_of(peer)
        async with client.ask(conversation) as reply:
            await read(reply)
        assert turns(conversation) == ASKED
        async with client.ask(conversation) as reply:
            await by_events(reply)
    assert turns(conversation) == ANSWERED


@pytest.mark.parametrize("read", [one_event, by_events])
async def test_of_an_answer_that_was_interrupted_what_was_heard_is_added(client_of, read):
    conversation = Conversation().user("Hi")
    async with Peer(chat.answer) as peer, client_of(peer).ask(conversation) as reply:
        await read(reply)
        reply.heard(Heard(0.4, "Hel "))
        assert turns(conversation) == ASKED
    assert turns(conversation) == [*ASKED, ("assistant", "Hel")]
    with pytest.raises(UsageError, match=r"assistant\(heard\.text\)"):
        reply.heard(Heard(0.4, "Hel"))


async def test_what_was_heard_counts_whatever_comes_after(client_of):
    conversation = Conversation().user("Hi")

    async def interrupted(client):
        async with client.ask(conversation) as reply:
            reply.heard(Heard(0.4, "Hel"))
            raise KeyError

    async with Peer(chat.answer) as peer:
        with pytest.raises(KeyError):
            await interrupted(client_of(peer))
    assert turns(conversation) == [*ASKED, ("assistant", "Hel")]


async def test_of_an_answer_of_which_nothing_was_heard_nothing_is_added(client_of):
    conversation = Conversation().user("Hi")
    async with Peer(chat.answer) as peer, client_of(peer).ask(conversation) as reply:
        await by_events(reply)
        reply.heard(Heard(0.0))
    assert turns(conversation) == ASKED


async def test_what_was_heard_of_a_question_without_a_conversation_changes_nothing(client_of):
    async with Peer(chat.answer) as peer, client_of(peer).ask("Hi") as reply:
        reply.heard(Heard(0.4, "Hel"))
        with pytest.raises(UsageError, match="not str"):
            reply.heard("Hel")


async def test_an_error_after_the_end_adds_nothing(client_of):
    conversation = Conversation().user("Hi")

    async def read_and_fail(client):
        async with client.ask(conversation) as reply:
            await by_events(reply)
            raise KeyError

    async with Peer(chat.answer) as peer:
        with pytest.raises(KeyError):
            await read_and_fail(client_of(peer))
    assert turns(conversation) == ASKED


async def cut(call):
    await call.head()
    await call.chunk(chat.ANSWER[1])
    call.reset()


async def test_a_reply_that_fails_adds_nothing(client_of):
    conversation = Conversation().user("Hi")
    async with Peer(cut) as peer:
        with pytest.raises(OmniStreamError):
            async with client_of(peer).ask(conversation) as reply:
                await by_events(reply)
    assert turns(conversation) == ASKED
    conversation.user("still open")


async def test_a_cancel_at_any_await_leaves_no_conversation_open(client_of):
    conversations = []
    async with Peer(chat.answer) as peer:
        client = client_of(peer)

        async def turn():
            conversations.append(Conversation().user("Hi"))
            async with client.ask(conversations[-1]) as reply:
                await by_events(reply)

        async def check():
            assert turns(conversations[-1]) in (ASKED, ANSWERED)
            conversations[-1].user("more")

        assert await cancelled_at_every_await(turn, check) > 0
    assert turns(conversations[-1]) == [*ANSWERED, ("user", "more")]


async def test_a_question_that_is_not_sent_leaves_the_conversation_open(client_of):
    conversation = Conversation().user("Hi")
    client_of("http://127.0.0.1:9/v1").ask(conversation)
    conversation.user("more")


async def test_a_conversation_that_went_on_is_not_sent(client_of):
    conversation = Conversation().user("Hi")
    async with Peer(chat.answer) as peer:
        reply = client_of(peer).ask(conversation)
        conversation.user("more")
        with pytest.raises(UsageError, match="has gone on since it was asked"):
            await reply.__aenter__()
        assert peer.requests == []


async def test_two_replies_at_once_are_refused(client_of):
    conversation = Conversation().user("Hi")
    async with Peer(chat.answer) as peer:
        client = client_of(peer)
        second = client.ask(conversation)
        async with client.ask(conversation):
            with pytest.raises(UsageError, match="streaming in"):
                await second.__aenter__()
            with pytest.raises(UsageError, match="streaming in"):
                client.ask(conversation)
