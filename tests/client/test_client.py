import asyncio
import json

import aiohttp
import pytest
from canary import CANARY
from peers import Peer, chat

from omni_stream.client import Client, Timeouts
from omni_stream.errors import UsageError

LOCAL = "http://127.0.0.1:1/v1"


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"retries": -1}, "retries is a whole number from 0 to 10, not -1"),
        ({"retries": 11}, "retries is a whole number"),
        ({"retries": True}, "retries is a whole number"),
        ({"retries": 1.0}, "retries is a whole number"),
        ({"max_connections": 0}, "max_connections is a whole number from 1 to 65535, not 0"),
        ({"timeouts": 5}, "timeouts is a Timeouts"),
        ({"strict": "yes"}, "strict is True or False"),
        ({"session": object()}, "session is an aiohttp.ClientSession, not object"),
        ({"region": "mars", "base_url": None}, "region of dashscope is one of"),
        ({"api_key": ""}, "api_key is empty"),
    ],
)
def test_what_breaks_a_rule_is_refused_when_the_client_is_made(arguments, rule):
    with pytest.raises(UsageError, match=rule):
        Client(**{"base_url": LOCAL, **arguments})


@pytest.mark.parametrize(
    ("prompt", "arguments", "rule"),
    [
        ("", {}, "a prompt must not be empty"),
        (7, {}, "a prompt is a text or a list of messages"),
        ("hi", {"temperature": 3}, "temperature"),
        ("hi", {"voice": "Cherry", "modalities": ["text"]}, "needs audio"),
        ("hi", {"extra_headers": {"Authorization": "x"}}, "give the key as api_key"),
        ("hi", {"extra_headers": {"X-A": "a\r\nb"}}, "printable ASCII"),
        ("hi", {"model": "a\nb"}, "model is the name of a model"),
        ("hi", {"extra_body": {"stream": False}}, "a reply is always streamed"),
    ],
)
async def test_what_breaks_a_rule_is_refused_when_it_is_asked_and_nothing_is_sent(
    client_of, prompt, arguments, rule
):
    async with Peer(chat.answer) as peer:
        with pytest.raises(UsageError, match=rule):
            client_of(peer).ask(prompt, **arguments)
        assert peer.connections == 0


async def test_a_question_is_sent_as_it_was_asked(client_of):
    async with Peer(chat.answer) as peer:
        client = client_of(peer, api_key=CANARY)
        async with client.ask("你好", voice="Ethan", seed=7, extra_headers={"X-Trace": "1"}):
            pass
        (request,) = peer.requests
    assert (request.method, request.target) == ("POST", "/v1/chat/completions")
    assert request.headers["authorization"] == f"Bearer {CANARY}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept"] == "text/event-stream"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["x-trace"] == "1"
    body = json.loads(request.body)
    assert body["messages"] == [{"role": "user", "content": "你好"}]
    assert (body["audio"], body["seed"], body["stream"]) == ({"voice": "Ethan", "format": "wav"}, 7, True)


async def test_a_long_request_arrives_whole(client_of):
    media = "x" * 3_000_000
    async with Peer(chat.answer) as peer:
        async with client_of(peer).ask("hi", extra_body={"media": media}):
            pass
        assert json.loads(peer.requests[0].body)["media"] == media


async def test_what_the_caller_changes_after_asking_is_not_sent(client_of):
    messages = [{"role": "user", "content": "hi"}]
    async with Peer(chat.answer) as peer:
        reply = client_of(peer).ask(messages)
        messages[0]["content"] = "changed"
        async with reply:
            pass
        assert json.loads(peer.requests[0].body)["messages"][0]["content"] == "hi"


async def test_a_connection_is_used_again(client_of):
    async with Peer(chat.answer) as peer:
        client = client_of(peer)
        for _ in range(3):
            async with client.ask("hi") as reply:
                async for _ in reply:
                    pass
        assert (len(peer.requests), peer.connections) == (3, 1)


async def test_an_answer_before_the_request_is_sent_whole_is_taken(client_of):
    """A service may refuse a body that is too large without reading it."""

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"error":{"code":"too_large","message":"too large"}}'
        writer.write(
            b"HTTP/1.1 413 Too Large\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (len(body), body)
        )
        await over.wait()
        writer.transport.abort()

    over = asyncio.Event()
    async with await asyncio.start_server(serve, "127.0.0.1", 0, limit=1024) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Exception, match="too large"):
            async with client_of(f"http://127.0.0.1:{port}/v1").ask(
                "hi", extra_body={"media": "x" * 30_000_000}
            ):
                pytest.fail("it was entered")
        over.set()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # aiohttp's, of what callers still give
async def test_a_session_that_cannot_be_used_is_told(client_of):
    async with Peer(chat.answer) as peer:
        async with aiohttp.ClientSession(auth=aiohttp.BasicAuth("ann", "secret")) as session:
            client = client_of(peer, api_key=CANARY, session=session)
            with pytest.raises(UsageError, match="the client's session cannot be used"):
                await client.ask("hi").__aenter__()
        with pytest.raises(UsageError, match="the session given to the client is closed"):
            client.ask("hi")
        assert peer.requests == []


def test_a_client_is_made_without_an_event_loop():
    client = Client(base_url=LOCAL, timeouts=Timeouts(total=5))
    assert repr(client) == "<Client of dashscope at 127.0.0.1:1, 0 replies open>"
