"""The key is shown nowhere: not by an error, a log or a traceback, whatever a peer does with it."""

import asyncio
import gc
import io
import logging
import socket
import traceback

import aiohttp
import pytest
from canary import CANARY
from peers import Authority, Peer, chat

from omni_stream.client import Client, Timeouts
from omni_stream.errors import OmniStreamError


def echo(request):
    return request.headers["authorization"]


async def refused(call):
    await call.refuse(
        401, b'{"error":{"message":"wrong: %s","code":"%s"}}' % ((echo(call.request).encode(),) * 2)
    )


async def refused_in_headers(call):
    key = echo(call.request).removeprefix("Bearer ")
    await call.refuse(400, b"{}", X_Request_Id=key, X_Echo=echo(call.request))


async def refused_plainly(call):
    await call.refuse(500, b"x" * 175 + echo(call.request).encode(), content_type="text/plain")


async def no_stream(call):
    await call.refuse(200, b"<html>" + b"x" * 170 + echo(call.request).encode(), content_type="text/html")


async def redirected(call):
    await call.refuse(302, b"", Location=f"https://{CANARY}.example/?{echo(call.request)}")


async def error_in_stream(call):
    await call.head(X_Echo=echo(call.request))
    await call.chunk(chat.text("Hi") + chat.event({"error": {"message": echo(call.request)}}))


async def broken_json(call):
    await call.head()
    await call.chunk(chat.text(echo(call.request)))
    await call.chunk(b"data: {" + echo(call.request).encode() + b"\n\n")


async def broken_json_cut_in_the_key(call):
    await call.head()
    await call.chunk(b"data: {" + b"x" * 55 + echo(call.request).encode() + b"\n\n")


async def broken_audio(call):
    await call.head()
    await call.chunk(chat.delta(audio={"data": f"!{echo(call.request)}!"}))


async def truncated(call):
    await call.head(X_Echo=echo(call.request))
    await call.chunk(chat.text(echo(call.request)))


async def reset(call):
    await truncated(call)
    call.reset()


async def stalled(call):
    await truncated(call)
    await call.gone()


async def silent(call):
    await call.gone()


async def dropped(call):
    call.reset()


async def no_http(call):
    await call.write(echo(call.request).encode() + b"\r\n\r\n")


async def bad_header(call):
    await call.write(b"HTTP/1.1 200 OK\r\n" + echo(call.request).encode() + b"\x00\r\n\r\n")


FAULTS = [
    refused, refused_in_headers, refused_plainly, no_stream, redirected, error_in_stream, broken_json,
    broken_json_cut_in_the_key, broken_audio, truncated, reset, stalled, silent, dropped, no_http, bad_header,
]  # fmt: skip


def everything(error):
    """All that can be seen of an error, and of what it stands on."""
    seen = io.StringIO()
    traceback.TracebackException.from_exception(error, capture_locals=True).print(file=seen)
    chain, at = [], error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or at.__context__
    for link in chain:
        seen.write(f"\n{link} {link!r} {link.args!r} {getattr(link, '__notes__', '')!r}")
        for name in dir(link):
            if not name.startswith("__"):
                seen.write(f"\n{name} {getattr(link, name, None)!r}")
    return seen.getvalue()


async def failure(client, way):
    try:
        async with client.ask("hi") as reply:
            async for item in getattr(reply, way)():
                del item  # what a service said is the caller's to show
    except OmniStreamError as error:
        return error
    raise AssertionError("it did not fail")


def assert_hidden(seen):
    for length in range(8, len(CANARY)):
        assert CANARY[:length] not in seen, f"{length} characters of the key are shown"


@pytest.mark.parametrize(
    ("fault", "way"),
    [
        (fault, way)
        for fault in FAULTS
        for way in ("__aiter__", "decoded")
        if fault is not broken_audio or way == "decoded"  # audio that is not decoded is not broken
    ],
)
@pytest.mark.usefixtures("quick_retries")
async def test_no_fault_shows_the_key(client_of, caplog, capfd, fault, way):
    caplog.set_level(logging.DEBUG)
    async with Peer(fault) as peer:
        timeouts = Timeouts(first_event=0.3, idle=0.3)
        client = client_of(peer, api_key=CANARY, retries=1, timeouts=timeouts)
        error = await failure(client, way)
        assert peer.requests[0].headers["authorization"] == f"Bearer {CANARY}"
        assert_hidden(everything(error) + repr(client))
    gc.collect()
    assert_hidden(
        caplog.text + repr([vars(record) for record in caplog.records]) + "".join(capfd.readouterr())
    )


@pytest.mark.parametrize("fault", ["refused connection", "certificate", "proxy", "closed session"])
async def test_no_failure_to_connect_shows_the_key(client_of, caplog, fault):
    caplog.set_level(logging.DEBUG)
    authority = Authority()
    connector = aiohttp.TCPConnector(ssl=authority.trusting())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    proxy = f"http://ann:{CANARY}@127.0.0.1:{port}" if fault == "proxy" else None
    async with (
        Peer(chat.answer, tls=authority.server(expired=True)) as peer,
        aiohttp.ClientSession(connector=connector, proxy=proxy) as session,
    ):
        address = peer.base_url if fault == "certificate" else f"http://127.0.0.1:{port}/v1"
        client = client_of(address, api_key=CANARY, session=session, retries=0)
        if fault == "closed session":
            client._asker.transport._session = aiohttp.ClientSession()
            await client._asker.transport._session.close()
        error = await failure(client, "text")
    assert_hidden(everything(error) + caplog.text)


@pytest.mark.parametrize("key", [f"{CANARY} ", f"{CANARY}\n", f"é{CANARY}"])
def test_a_key_that_cannot_be_sent_is_not_shown(key):
    def refused_key():
        nonlocal key
        key, given = None, key
        return give(given)

    with pytest.raises(OmniStreamError) as caught:
        refused_key()
    error = caught.value
    while error.__traceback__.tb_frame.f_code.co_name != "__init__":  # the frames before are the caller's
        error.__traceback__ = error.__traceback__.tb_next
    assert_hidden(everything(error))


def give(key):
    return Client(key)


async def test_a_cancelled_request_shows_no_key(client_of):
    async with Peer(silent) as peer:
        client = client_of(peer, api_key=CANARY)
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.1), client.ask("hi"):
                pytest.fail("it was entered")
    assert_hidden(everything(caught.value))
