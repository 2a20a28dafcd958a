"""Row 24: what a user gives and no request can carry is refused before anybody is called."""

from urllib.parse import unquote

import pytest
from canary import CANARY
from peers import Peer, chat

from omni_stream.catalog import providers
from omni_stream.client import Client
from omni_stream.errors import InvalidRequestError, UsageError

BAD = {
    "a line end": "a\r\nX-Injected: 1",
    "a line feed": "a\nb",
    "a carriage return": "a\rb",
    "NUL": "a\0b",
    "an escape": "a\x1b[31m",
    "DEL": "a\x7fb",
    "a control character of Latin-1": "a\x85b",
    "a line separator": "a\u2028b",
    "half a surrogate pair": "a\ud800",
}

SPEAKERS = [provider.name for provider in providers() if provider.speak is not None]


async def ask(peer, **given):
    client_given = {name: given.pop(name) for name in ("api_key", "base_url") if name in given}
    async with Client(**{"base_url": peer.base_url, **client_given}) as client, client.ask("hi", **given):
        pass


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(
    "give",
    [
        pytest.param(lambda bad, _url: {"api_key": f"sk-{bad}"}, id="key"),
        pytest.param(lambda bad, url: {"base_url": f"{url}/{bad}"}, id="base_url"),
        pytest.param(lambda bad, _url: {"model": bad}, id="model"),
        pytest.param(lambda bad, _url: {"voice": bad}, id="voice"),
        pytest.param(lambda bad, _url: {"extra_headers": {"X-Note": bad}}, id="value of a header"),
        pytest.param(lambda bad, _url: {"extra_headers": {f"X-{bad}": "1"}}, id="name of a header"),
    ],
)
async def test_a_question_is_not_sent(give, bad):
    async with Peer(chat.answer) as peer:
        with pytest.raises(UsageError):
            await ask(peer, **give(BAD[bad], peer.base_url))
        assert peer.connections == 0


@pytest.mark.parametrize("name", ["model", "voice", "format"])
@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("provider", SPEAKERS)
async def test_a_text_to_speak_is_not_sent(provider, name, bad):
    async with Peer(chat.answer) as peer, Client(CANARY, provider=provider, base_url=peer.base_url) as client:
        with pytest.raises(UsageError):
            async with client.speak("hi", **{name: BAD[bad]}):
                pass
        assert peer.connections == 0


@pytest.mark.parametrize("voice", [".", ".."])
async def test_a_name_that_would_lead_to_another_address_is_not_sent(voice):
    async with (
        Peer(chat.answer) as peer,
        Client(CANARY, provider="elevenlabs", base_url=peer.base_url) as client,
    ):
        with pytest.raises(UsageError, match="a name of dots leads elsewhere"):
            client.speak("hi", voice=voice)


@pytest.mark.parametrize("voice", ["a/b", "../b", "a?b=c", "a#b", "a%2fb", "a b", "好", "{format}"])
async def test_what_means_something_in_an_address_is_sent_as_a_name(voice):
    async def answer(call):
        await call.refuse(404, b"{}")

    async with Peer(answer) as peer, Client(CANARY, provider="elevenlabs", base_url=peer.base_url) as client:
        with pytest.raises(InvalidRequestError):
            async with client.speak("hi", voice=voice):
                pass
        [request] = peer.requests
    address, _, query = request.target.partition("?")
    begin, name, end = address.removeprefix("/v1").split("/text-to-speech/")[1].partition("/stream/")
    assert (unquote(begin), name, end) == (voice, "/stream/", "with-timestamps")
    assert query.startswith("output_format=")
