"""The faults that a client promises to meet, each by a real peer that has it."""

import asyncio
import gzip
import json
import os
import socket
import time
from contextlib import suppress

import aiohttp
import pytest
from canary import CANARY
from peers import Authority, Call, Peer, black_hole, chat

from omni_stream.audio import AudioFrame
from omni_stream.client import Client, Timeouts
from omni_stream.errors import (
    ApiError,
    AuthenticationError,
    ConnectError,
    InvalidRequestError,
    LimitExceeded,
    ProtocolError,
    QuotaError,
    RateLimitError,
    ServerError,
    StreamStalled,
    StreamTruncated,
    TimeoutError,
    UsageError,
)
from omni_stream.events import AudioDelta, Finished, TextDelta, Usage


async def read(client, got=None, *, way="__aiter__", entered=None, **question):
    """The items of a whole reply; those before an error are in ``got``."""
    got = [] if got is None else got
    async with client.ask("hi", **question) as reply:
        if entered is not None:
            entered.set()
        await note(getattr(reply, way)(), got)
    return got


def closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def error_body(code, message="no", status=None):
    return json.dumps({"error": {"code": code, "message": message, "type": code, "param": None}}).encode()


def refusing(status, body=b"", **headers):
    async def script(call):
        await call.refuse(status, body, **headers)

    return script


async def begin(call, *pieces, **head):
    await call.head(**head)
    for piece in pieces:
        await call.chunk(piece)


async def note(items, got):
    async for item in items:
        got.append(item)


ANSWER = [
    TextDelta("Hel"),
    TextDelta("lo"),
    AudioDelta,
    Usage(1, 2, 3, {}),
    Finished("stop"),
]


def is_answer(events):
    return [AudioDelta if isinstance(event, AudioDelta) else event for event in events] == ANSWER


class TestConnecting:  # rows 1 to 4
    @pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
    @pytest.mark.usefixtures("quick_retries")
    async def test_a_refused_connection_is_tried_again_and_then_told(self, client_of, host):
        client = client_of(f"http://{host}:{closed_port()}/v1")
        with pytest.raises(ConnectError, match=r"no connection to .*; check the address and the network"):
            await read(client)

    async def test_a_name_that_does_not_resolve_is_told(self, client_of):
        client = client_of("http://omni-stream.invalid/v1", timeouts=Timeouts(connect=10), retries=0)
        # A name server that does not answer at all is a time-out; either names the host.
        with pytest.raises((ConnectError, TimeoutError), match=r"no connection to omni-stream\.invalid"):
            await read(client)

    async def test_the_cause_of_a_refused_connection_is_the_operating_systems(self, client_of):
        client = client_of(f"http://127.0.0.1:{closed_port()}/v1", retries=0)
        with pytest.raises(ConnectError) as caught:
            await read(client)
        assert isinstance(caught.value.__cause__, ConnectionRefusedError)

    async def test_retries_end_with_the_total_limit(self, client_of):
        timeouts = Timeouts(total=0.2)
        client = client_of(f"http://127.0.0.1:{closed_port()}/v1", timeouts=timeouts, retries=10)
        began = time.monotonic()
        with pytest.raises(ConnectError):
            await read(client)
        assert time.monotonic() - began < 5

    @pytest.mark.usefixtures("quick_retries")
    async def test_a_connection_that_is_accepted_late_enough_is_used(self, client_of):
        port = closed_port()
        client = client_of(f"http://127.0.0.1:{port}/v1", retries=10)
        answer = asyncio.create_task(read(client), name="test_answer")
        await asyncio.sleep(0.02)

        async def serve(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            pieces = b"".join(chat.ANSWER)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + pieces)
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", port):
            assert is_answer(await answer)

    async def test_a_black_hole_is_given_up_at_the_connect_limit(self, client_of):
        with black_hole() as port:
            client = client_of(f"http://127.0.0.1:{port}/v1", timeouts=Timeouts(connect=0.2))
            began = time.monotonic()
            with pytest.raises(TimeoutError, match=r"no connection to 127.0.0.1:\d+ within 0.2 s"):
                await read(client)
            assert 0.19 < time.monotonic() - began < 5

    @pytest.mark.parametrize("fault", ["expired", "wrong host", "self-signed"])
    async def test_a_bad_certificate_is_an_error_at_once_and_nothing_is_sent(self, client_of, fault):
        authority = Authority()
        tls = {
            "expired": lambda: authority.server(expired=True),
            "wrong host": lambda: authority.server("elsewhere.example"),
            "self-signed": lambda: Authority().server(),
        }[fault]()
        connector = aiohttp.TCPConnector(ssl=authority.trusting())
        greetings, received = [], []

        async def serve(reader, writer):
            greetings.append(1)
            with suppress(OSError):
                await writer.start_tls(tls)
                received.append(await reader.read())
            writer.close()

        async with (
            await asyncio.start_server(serve, "127.0.0.1", 0) as server,
            aiohttp.ClientSession(connector=connector) as session,
        ):
            port = server.sockets[0].getsockname()[1]
            client = client_of(f"https://127.0.0.1:{port}/v1", api_key=CANARY, session=session)
            with pytest.raises(ConnectError, match=r"certificate of .* is not trusted") as caught:
                await read(client)
        assert len(greetings) == 1  # and no other attempt
        assert b"".join(received) == b""
        expected = {"expired": "expired", "wrong host": "mismatch", "self-signed": "issuer|self-signed"}
        assert any(word in str(caught.value) for word in expected[fault].split("|"))

    async def test_a_good_certificate_is_good(self, client_of):
        authority = Authority()
        connector = aiohttp.TCPConnector(ssl=authority.trusting())
        async with (
            Peer(chat.answer, tls=authority.server()) as peer,
            aiohttp.ClientSession(connector=connector) as session,
        ):
            assert is_answer(await read(client_of(peer, api_key=CANARY, session=session)))

    async def test_a_plain_server_at_an_https_address_is_an_error(self, client_of):
        async def plain(reader, writer):
            await reader.read(1)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            client = client_of(f"https://127.0.0.1:{port}/v1", api_key=CANARY)
            with pytest.raises(ConnectError, match="no TLS connection to"):
                await read(client)

    @pytest.mark.parametrize("scheme", ["http", "https"])
    async def test_a_proxy_that_wants_a_password_is_named_and_not_asked_again(self, client_of, scheme):
        async with Peer(refusing(407, Proxy_Authenticate="Basic")) as proxy:
            async with aiohttp.ClientSession(proxy=f"http://ann:{CANARY}@127.0.0.1:{proxy.port}") as session:
                client = client_of(f"{scheme}://127.0.0.1:1/v1", api_key=CANARY, session=session)
                with pytest.raises(
                    ConnectError, match=r"the proxy in front of 127\.0\.0\.1:1 .*407"
                ) as caught:
                    await read(client)
            assert len(proxy.requests) == 1
        assert CANARY not in f"{caught.value!r} {caught.value.__cause__!r}"

    @pytest.mark.usefixtures("quick_retries")
    async def test_a_dead_proxy_is_named_without_its_password(self, client_of):
        port = closed_port()
        async with aiohttp.ClientSession(proxy=f"http://ann:{CANARY}@127.0.0.1:{port}") as session:
            with pytest.raises(ConnectError, match=f"no connection to the proxy 127.0.0.1:{port}") as caught:
                await read(client_of("http://127.0.0.1:1/v1", session=session))
        assert CANARY not in f"{caught.value!r} {caught.value.__cause__!r}"

    async def test_a_proxy_of_the_environment_is_not_used(self, client_of, monkeypatch):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
        async with Peer(chat.answer) as peer:
            assert is_answer(await read(client_of(peer)))


class TestRefusals:  # rows 5 to 10
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    @pytest.mark.parametrize("origin", ["same", "other"])
    async def test_a_redirect_is_not_followed(self, client_of, status, origin):
        async with Peer(chat.answer) as other:
            location = "/elsewhere" if origin == "same" else f"{other.base_url}/chat/completions"
            async with Peer(refusing(status, Location=location)) as peer:
                with pytest.raises(ProtocolError, match=rf"redirects to .*\(HTTP {status}\)"):
                    await read(client_of(peer, api_key=CANARY))
                assert len(peer.requests) == 1
            assert other.connections == 0

    @pytest.mark.parametrize("status", [400, 404, 422])
    async def test_a_refusal_has_the_services_code_and_message(self, client_of, status):
        script = refusing(
            status, error_body("bad_voice", "Voice 'X' is not supported."), X_Request_Id="req-7"
        )
        async with Peer(script) as peer:
            with pytest.raises(InvalidRequestError) as caught:
                await read(client_of(peer))
            assert len(peer.requests) == 1
        error = caught.value
        assert (error.status, error.code, error.request_id) == (status, "bad_voice", "req-7")
        assert error.message == "Voice 'X' is not supported."

    async def test_a_refusal_may_be_an_event_stream(self, client_of):
        body = b"data: " + error_body("data_inspection_failed", "inappropriate") + b"\n\n"
        async with Peer(refusing(400, body, content_type="text/event-stream")) as peer:
            with pytest.raises(ApiError, match="inappropriate"):
                await read(client_of(peer))

    async def test_of_an_error_body_64_kib_are_read(self, client_of):
        async def endless(call):
            await call.head(400, content_type="text/plain")
            while True:
                await call.chunk(b"x" * 4096)

        async with Peer(endless, send_buffer_bytes=4096) as peer:
            with pytest.raises(InvalidRequestError, match=r"the service refused: x{200} "):
                await read(client_of(peer))
            await peer.closed()
            assert peer.sent_bytes < 8 * 1024 * 1024  # 64 KiB and what sockets hold

    async def test_an_error_body_that_does_not_end_is_not_waited_for(self, client_of):
        async def stalled(call):
            await call.head(404, content_type="application/json", Content_Length="1000")
            await call.write(b'{"error":')
            await call.gone()

        async with Peer(stalled) as peer:
            with pytest.raises(InvalidRequestError):
                await read(client_of(peer, timeouts=Timeouts(idle=0.1)))

    async def test_an_error_body_that_breaks_off_is_used_as_far_as_it_came(self, client_of):
        async def broken(call):
            await call.head(404, content_type="text/plain", Content_Length="1000")
            await call.write(b"no such thing")

        async with Peer(broken) as peer:
            with pytest.raises(InvalidRequestError, match="no such thing"):
                await read(client_of(peer))

    @pytest.mark.parametrize("status", [401, 403])
    async def test_a_wrong_key_is_told_with_the_hint_at_regions(self, client_of, status):
        async with Peer(refusing(status, error_body("invalid_api_key", "Incorrect key."))) as peer:
            with pytest.raises(AuthenticationError, match="belongs to the region"):
                await read(client_of(peer))
            assert len(peer.requests) == 1

    @pytest.mark.usefixtures("quick_retries")
    async def test_a_service_that_is_busy_is_asked_again(self, client_of):
        busy = refusing(429, error_body("limit_requests"))
        async with Peer(busy, busy, chat.answer) as peer:
            assert is_answer(await read(client_of(peer)))
            assert len(peer.requests) == 3
            assert len({request.body for request in peer.requests}) == 1

    @pytest.mark.usefixtures("quick_retries")
    async def test_retry_after_is_waited_for(self, client_of):
        busy = refusing(429, error_body("limit_requests"), Retry_After="1")
        async with Peer(busy, chat.answer) as peer:
            began = time.monotonic()
            assert is_answer(await read(client_of(peer)))
            assert time.monotonic() - began >= 1

    @pytest.mark.parametrize("wait", ["600", "Wed, 25 Nov 2099 10:00:00 GMT"])
    async def test_a_retry_after_of_minutes_is_told_at_once(self, client_of, wait):
        busy = refusing(
            429, error_body("limit_requests"), Retry_After=wait, Date="Wed, 25 Nov 2026 09:00:00 GMT"
        )
        async with Peer(busy) as peer:
            with pytest.raises(RateLimitError) as caught:
                await read(client_of(peer))
            assert len(peer.requests) == 1
        assert caught.value.retry_after >= 600

    @pytest.mark.parametrize("code", ["Arrearage", "billing_hard_limit_reached"])
    async def test_an_account_without_money_is_never_tried_again(self, client_of, code):
        async with Peer(refusing(429, error_body(code))) as peer:
            with pytest.raises(QuotaError):
                await read(client_of(peer))
            assert len(peer.requests) == 1

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    @pytest.mark.usefixtures("quick_retries")
    async def test_a_fault_of_the_service_is_tried_again_and_heard_once(self, client_of, status):
        async with Peer(refusing(status, b"<html>", content_type="text/html"), chat.answer) as peer:
            assert is_answer(await read(client_of(peer)))
            assert len(peer.requests) == 2

    @pytest.mark.usefixtures("quick_retries")
    async def test_a_fault_that_stays_is_told_after_the_retries(self, client_of):
        async with Peer(refusing(503)) as peer:
            with pytest.raises(ServerError, match="HTTP 503"):
                await read(client_of(peer, retries=3))
            assert len(peer.requests) == 4

    @pytest.mark.usefixtures("quick_retries")
    async def test_a_connection_closed_without_an_answer_is_tried_again(self, client_of):
        async def silent(call):
            call.reset()

        async with Peer(silent, chat.answer) as peer:
            assert is_answer(await read(client_of(peer)))

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("text/html", b"<html>Please sign in"),
            ("audio/mpeg", b"ID3\x04\x00"),
            ("application/json", b'{"object":"chat.completion","choices":[]}'),
            (None, b"hello"),
        ],
    )
    async def test_what_is_no_event_stream_is_shown(self, client_of, content_type, body):
        async with Peer(refusing(200, body, content_type=content_type)) as peer:
            with pytest.raises(ProtocolError, match="not with an event stream") as caught:
                await read(client_of(peer))
        assert (content_type or "no content type") in str(caught.value)
        assert repr(body[:200]) in str(caught.value)

    async def test_an_error_as_json_is_an_error_whatever_its_status(self, client_of):
        async with Peer(refusing(200, error_body("invalid_parameter", "no voice"))) as peer:
            with pytest.raises(InvalidRequestError, match="no voice"):
                await read(client_of(peer))

    @pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
    async def test_an_event_stream_of_a_vague_type_is_one(self, client_of, content_type):
        async def vague(call):
            await call.head(content_type=content_type)
            for piece in chat.ANSWER:
                await call.chunk(piece)
            await call.end()

        async with Peer(vague) as peer:
            assert is_answer(await read(client_of(peer)))

    async def test_what_is_not_http_is_a_protocol_error(self, client_of):
        async def other(call):
            await call.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

        async with Peer(other) as peer:
            with pytest.raises(ProtocolError, match="is not HTTP"):
                await read(client_of(peer))

    @pytest.mark.parametrize("flood", [b"X-A: 1\r\n" * 20_000, b"X-A: " + b"1" * 200_000 + b"\r\n"])
    async def test_a_flood_of_headers_is_a_protocol_error(self, client_of, flood):
        async def flooding(call):
            await call.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + flood + b"\r\n")
            await call.gone()

        async with Peer(flooding) as peer:
            with pytest.raises(ProtocolError):
                await read(client_of(peer))

    async def test_a_compressed_reply_is_inflated(self, client_of):
        async def compressed(call):
            await call.head(Content_Encoding="gzip")
            for at in range(0, len(body := gzip.compress(b"".join(chat.ANSWER))), 7):
                await call.chunk(body[at : at + 7])
            await call.end()

        async with Peer(compressed) as peer:
            assert is_answer(await read(client_of(peer)))
            assert peer.requests[0].headers["accept-encoding"] == "identity"

    async def test_a_bomb_runs_into_the_limit_of_a_line(self, client_of):
        bomb = gzip.compress(b"data: " + b"x" * (80 * 1024 * 1024), compresslevel=1)

        async def exploding(call):
            await call.head(Content_Encoding="gzip")
            await call.chunk(bomb)
            await call.end()

        async with Peer(exploding) as peer:
            with pytest.raises(LimitExceeded):
                await read(client_of(peer))


async def begin_and_wait(call, *pieces, **head):
    await begin(call, *pieces, **head)
    await call.gone()


async def heartbeats(call, *pieces):
    await begin(call, *pieces)
    while True:
        await call.chunk(chat.HEARTBEAT)
        await asyncio.sleep(0.01)


SILENT = {
    "no answer": Call.gone,
    "headers": begin_and_wait,
    "headers of a vague type": lambda call: begin_and_wait(call, content_type="text/plain"),
    "a role": lambda call: begin_and_wait(call, chat.ROLE),
    "a heartbeat": lambda call: begin_and_wait(call, chat.HEARTBEAT),
}


class TestSilence:  # rows 11 and 12
    @pytest.mark.parametrize("fault", SILENT)
    async def test_silence_before_the_first_event_ends_at_its_limit(self, client_of, fault):
        async with Peer(SILENT[fault]) as peer:
            with pytest.raises(TimeoutError, match=r"within 0.2 s of the request \(Timeouts.first_event\)"):
                await read(client_of(peer, timeouts=Timeouts(first_event=0.2)))
            assert len(peer.requests) == 1

    async def test_an_answer_may_take_longer_to_begin_than_sending_may_stand_still(self, client_of):
        begun = asyncio.get_running_loop().time()
        async with Peer(Call.gone) as peer:
            with pytest.raises(TimeoutError, match="first_event"):
                await read(client_of(peer, timeouts=Timeouts(first_event=0.3, idle=0.1)))
        assert asyncio.get_running_loop().time() - begun >= 0.3

    async def test_heartbeats_are_no_first_event(self, client_of):
        async with Peer(heartbeats) as peer:
            with pytest.raises(TimeoutError, match="first_event"):
                await read(client_of(peer, timeouts=Timeouts(first_event=0.2)))

    async def test_a_stall_ends_at_the_idle_limit_and_keeps_what_came(self, client_of):
        async def stalling(call):
            await begin_and_wait(call, *chat.ANSWER[:4])

        got = []
        async with Peer(stalling) as peer:
            with pytest.raises(StreamStalled, match=r"no byte for 0.2 s .*Timeouts.idle") as caught:
                await read(client_of(peer, timeouts=Timeouts(idle=0.2)), got)
        assert len(got) == 3
        assert caught.value.partial.text == "Hello"
        assert caught.value.partial.audio_seconds == pytest.approx(0.1)

    async def test_heartbeats_alone_end_at_the_content_idle_limit(self, client_of):
        async with Peer(lambda call: heartbeats(call, *chat.ANSWER[:3])) as peer:
            client = client_of(peer, timeouts=Timeouts(idle=5, content_idle=0.2))
            with pytest.raises(StreamStalled, match=r"nothing but heartbeats for 0.2 s") as caught:
                await read(client)
        assert caught.value.partial.text == "Hello"

    async def test_heartbeats_reset_the_idle_limit(self, client_of):
        async def slow(call):
            await begin(call, *chat.ANSWER[:3])
            for _ in range(8):
                await asyncio.sleep(0.1)
                await call.chunk(chat.HEARTBEAT)
            for piece in chat.ANSWER[3:]:
                await call.chunk(piece)
            await call.end()

        async with Peer(slow) as peer:
            assert is_answer(await read(client_of(peer, timeouts=Timeouts(idle=0.4, content_idle=5))))

    async def test_the_total_limit_ends_a_reply_that_still_streams(self, client_of):
        async def endless(call):
            await begin(call, chat.ROLE)
            while True:
                await call.chunk(chat.text("na "))
                await asyncio.sleep(0.01)

        async with Peer(endless) as peer:
            with pytest.raises(TimeoutError, match=r"not complete within 0.3 s \(Timeouts.total\)") as caught:
                await read(client_of(peer, timeouts=Timeouts(total=0.3)))
        assert caught.value.partial.text.startswith("na na ")

    @pytest.mark.parametrize("fault", SILENT)
    async def test_the_total_limit_ends_any_silence(self, client_of, fault):
        async with Peer(SILENT[fault]) as peer:
            with pytest.raises(TimeoutError, match=r"Timeouts.total"):
                await read(client_of(peer, timeouts=Timeouts(total=0.2)))

    async def test_the_total_limit_counts_the_wait_for_a_connection(self, client_of):
        async with Peer(begin_and_wait) as peer:
            client = client_of(peer, max_connections=1, timeouts=Timeouts(total=0.2))
            failures = await asyncio.gather(read(client), read(client), return_exceptions=True)
            assert [type(failure) for failure in failures] == [TimeoutError, TimeoutError]
            assert len(peer.requests) == 1

    async def test_a_reader_that_is_slow_trips_no_idle_limit(self, client_of):
        async def in_two(call):
            await begin(call, *chat.ANSWER[:3])
            await asyncio.sleep(0.05)
            for piece in chat.ANSWER[3:]:
                await call.chunk(piece)
            await call.end()

        got = []
        timeouts = Timeouts(idle=0.2, content_idle=0.2)
        async with Peer(in_two) as peer, client_of(peer, timeouts=timeouts).ask("hi") as reply:
            async for event in reply:
                got.append(event)
                await asyncio.sleep(0.3)
        assert is_answer(got)

    async def test_a_loop_that_is_blocked_finds_what_came_meanwhile(self, client_of):
        async def blocking(call):
            await begin(call, *chat.ANSWER[:3])
            await asyncio.sleep(0.1)
            await call.chunk(chat.ANSWER[3])
            time.sleep(0.5)  # noqa: ASYNC251 -- it blocks the client's loop, on purpose
            for piece in chat.ANSWER[4:]:
                await call.chunk(piece)
            await call.end()

        async with Peer(blocking) as peer:
            timeouts = Timeouts(idle=0.3, content_idle=0.3)
            assert is_answer(await read(client_of(peer, timeouts=timeouts)))

    async def test_a_service_that_takes_no_byte_of_the_request_ends_at_the_idle_limit(self, client_of):
        over = asyncio.Event()

        async def deaf(reader, writer):
            await over.wait()
            writer.transport.abort()

        async with await asyncio.start_server(deaf, "127.0.0.1", 0, limit=1024) as server:
            port = server.sockets[0].getsockname()[1]
            client = client_of(f"http://127.0.0.1:{port}/v1", timeouts=Timeouts(idle=0.3))
            with pytest.raises(TimeoutError, match=r"took no byte of the request for 0\.3 s"):
                await read(client, extra_body={"media": "x" * 32_000_000})
            over.set()


async def cut(call, end):
    """Send the beginning of an answer, then `end` it."""
    await begin(call, *chat.ANSWER[:4])
    end(call)


CUT = {
    "a RST": lambda call: cut(call, lambda call: call.reset()),
    "a FIN in a chunked body": lambda call: begin(call, *chat.ANSWER[:4]),
    "a FIN in a chunk": lambda call: begin_and_break(call, b"ffff\r\ndata: {"),
    "a body that is longer than it came": lambda call: with_length(call, 100_000),
}


async def begin_and_break(call, rest):
    await begin(call, *chat.ANSWER[:4])
    await call.write(rest)


async def with_length(call, length):
    await call.head(Content_Length=str(length))
    await call.write(b"".join(chat.ANSWER[:4]))


async def until_close(call, *pieces):
    await call.head(chunked=False)
    for piece in pieces:
        await call.write(piece)


class TestEnds:  # rows 13, 15 to 19
    async def test_a_drip_gives_identical_events(self, client_of):
        async def dripping(call):
            await call.head()
            await call.drip(b"".join(chat.ANSWER))
            await call.end()

        async with Peer(dripping) as peer:
            assert is_answer(await read(client_of(peer)))

    async def test_a_fin_before_the_end_is_a_truncation(self, client_of):
        got = []
        async with Peer(lambda call: until_close(call, *chat.ANSWER[:4])) as peer:
            with pytest.raises(StreamTruncated, match="neither an end mark nor a finish reason") as caught:
                await read(client_of(peer), got)
        assert len(got) == 3
        assert caught.value.partial.text == "Hello"

    @pytest.mark.parametrize("count", [5, 6], ids=["after finish_reason", "after usage"])
    async def test_a_fin_after_the_finish_reason_is_an_end(self, client_of, count):
        async with Peer(lambda call: until_close(call, *chat.ANSWER[:count])) as peer:
            got = await read(client_of(peer))
        assert got[-1] == Finished("stop")

    @pytest.mark.parametrize("fault", CUT)
    @pytest.mark.parametrize("way", ["__aiter__", "audio"])
    async def test_a_broken_connection_is_a_truncation(self, client_of, fault, way):
        got = []
        async with Peer(CUT[fault]) as peer:
            with pytest.raises(StreamTruncated, match="broke in the middle of the reply") as caught:
                await read(client_of(peer), got, way=way)
            assert len(peer.requests) == 1
        assert type(got[-1]) is (AudioDelta if way == "__aiter__" else AudioFrame)
        assert caught.value.partial.text == "Hello"
        assert caught.value.partial.audio_seconds == pytest.approx(0.1)

    @pytest.mark.parametrize("end", ["FIN", "RST"])
    async def test_what_came_before_a_break_is_given_to_a_slow_reader_too(self, client_of, end):
        async def breaking(call):
            await begin(call, *chat.ANSWER[:2])
            await entered.wait()
            await call.chunk(chat.ANSWER[2] + chat.ANSWER[3])
            await asyncio.sleep(0.1)  # a RST takes what the client's kernel still holds
            if end == "RST":
                call.reset()

        got, entered = [], asyncio.Event()
        async with Peer(breaking) as peer, client_of(peer).ask("hi") as reply:
            entered.set()
            await peer.closed()
            await asyncio.sleep(0.1)
            with pytest.raises(StreamTruncated):
                await note(reply, got)
        assert got[:2] == [TextDelta("Hel"), TextDelta("lo")]
        assert isinstance(got[2], AudioDelta)

    async def test_broken_framing_is_a_truncation(self, client_of):
        entered = asyncio.Event()

        async def garbled(call):
            await begin(call, *chat.ANSWER[:4])
            await entered.wait()
            await call.write(b"no length\r\n")
            await call.gone()

        async with Peer(garbled) as peer:
            with pytest.raises(StreamTruncated, match="broke in the middle of the reply") as caught:
                await read(client_of(peer), entered=entered)
        assert caught.value.partial.text == "Hello"

    async def test_bytes_after_the_end_mark_are_not_looked_at(self, client_of):
        async def chatty(call):
            await begin(call, *chat.ANSWER, chat.text("more"), b"data: {broken\n\n")
            await call.end()

        async with Peer(chatty) as peer:
            client = client_of(peer)
            assert is_answer(await read(client))
            assert is_answer(await read(client))
            assert peer.connections == 1  # it was drained and used again

    async def test_a_server_that_never_closes_is_left_at_the_end_mark(self, client_of):
        async with Peer(lambda call: begin_and_wait(call, *chat.ANSWER)) as peer:
            got = []
            async with client_of(peer).ask("hi") as reply:
                await note(reply, got)
                ended = time.monotonic()
            assert time.monotonic() - ended < 0.1 + 0.2  # what is promised, and what a busy machine adds
            assert is_answer(got)
            await peer.closed()

    async def test_a_server_that_goes_on_and_on_after_the_end_mark_is_left(self, client_of):
        async def endless(call):
            await begin(call, *chat.ANSWER)
            while True:
                await call.chunk(chat.HEARTBEAT * 1000)

        async with Peer(endless) as peer:
            assert is_answer(await read(client_of(peer)))
            await peer.closed()

    @pytest.mark.parametrize(
        ("event", "kind", "told"),
        [
            (
                chat.event({"error": {"code": "bad_voice", "message": "no X"}}),
                ApiError,
                ("bad_voice", "no X", None, "req-peer"),
            ),
            (
                chat.event({"error": {"code": "bad_voice", "message": "no X"}, "request_id": "its own"}),
                ApiError,
                ("bad_voice", "no X", None, "its own"),
            ),
            (chat.event({"error": "out of memory"}), ApiError, ("", "out of memory", None, "req-peer")),
            (b"event: error\ndata: plain words\n\n", ApiError, ("", "plain words", None, "req-peer")),
            (
                chat.event({"code": "InternalError", "message": "oops", "request_id": "r"}),
                ApiError,
                ("InternalError", "oops", None, "r"),
            ),
            (
                b'event:error\n:HTTP_STATUS/429\ndata:{"request_id":"r","code":"Throttling","message":"slow"}\n\n',
                RateLimitError,
                ("Throttling", "slow", 429, "r"),
            ),
        ],
    )
    async def test_an_error_inside_the_stream_is_the_services(self, client_of, event, kind, told):
        async def failing(call):
            await begin(call, *chat.ANSWER[:3], event, chat.DONE, X_Request_Id="req-peer")
            await call.end()

        got = []
        async with Peer(failing) as peer:
            with pytest.raises(kind) as caught:
                await read(client_of(peer), got)
            assert len(peer.requests) == 1  # after content nothing is tried again
        error = caught.value
        assert (error.code, error.message, error.status, error.request_id) == told
        assert got == [TextDelta("Hel"), TextDelta("lo")]
        assert error.partial.text == "Hello"

    @pytest.mark.usefixtures("quick_retries")
    async def test_an_error_before_any_content_is_tried_again_if_that_may_help(self, client_of):
        async def throttled(call):
            fault = b'event:error\n:HTTP_STATUS/429\ndata:{"code":"Throttling","message":"slow"}\n\n'
            await begin(call, chat.ROLE, fault)
            await call.end()

        async with Peer(throttled, chat.answer) as peer:
            assert is_answer(await read(client_of(peer)))
            assert len(peer.requests) == 2

    async def test_an_error_before_any_content_that_stays_is_told_on_entering(self, client_of):
        async def refused(call):
            await begin(call, chat.ROLE, chat.event({"error": {"code": "bad_voice", "message": "no X"}}))
            await call.end()

        async with Peer(refused) as peer:
            with pytest.raises(ApiError, match="no X"):
                await read(client_of(peer), entered=None)
            assert len(peer.requests) == 1

    async def test_broken_json_is_an_error_behind_what_came_before_it(self, client_of):
        async def broken(call):
            await begin(call, *chat.ANSWER[:3], b"data: {oops\n\n", *chat.ANSWER[3:])
            await call.end()

        got = []
        async with Peer(broken) as peer:
            with pytest.raises(ProtocolError, match="invalid JSON") as caught:
                await read(client_of(peer), got)
            assert is_answer(await read(client_of(peer, strict=False)))
        assert got == [TextDelta("Hel"), TextDelta("lo")]
        assert caught.value.event_index == 3


class TestUse:  # row 35
    async def test_a_client_is_not_used_after_it_is_closed(self, client_of):
        async with Peer(chat.answer) as peer:
            client = client_of(peer)
            reply = client.ask("hi")
            await client.aclose()
            with pytest.raises(UsageError, match="the client is closed"):
                client.ask("hi")
            with pytest.raises(UsageError, match="the client is closed"):
                await reply.__aenter__()

    def test_a_client_belongs_to_one_process(self):
        client = Client(base_url=f"http://127.0.0.1:{closed_port()}/v1", retries=0)
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(read(client))
            except UsageError as error:
                os._exit(0 if "before a fork" in str(error) else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    def test_a_client_needs_asyncio(self):
        client = Client(base_url=f"http://127.0.0.1:{closed_port()}/v1")
        with pytest.raises(UsageError, match="needs asyncio's event loop"):
            client._asker.transport._opened()

    def test_a_client_belongs_to_one_event_loop(self):
        client = Client(base_url=f"http://127.0.0.1:{closed_port()}/v1", retries=0)

        async def once(expected):
            with pytest.raises(expected):
                await read(client)

        async def close():
            await client.aclose()

        with asyncio.Runner() as runner:
            runner.run(once(ConnectError))
            with asyncio.Runner() as other:
                other.run(once(UsageError))
            runner.run(close())
