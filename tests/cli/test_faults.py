"""The promises of the fault table through the command line, each by a real peer that has the fault."""

import asyncio
import json
import socket
import wave

import pytest
from command_line import read_wav
from peers import Peer, black_hole, chat

SHORT = ("--timeout", "connect=0.3", "--timeout", "first_event=0.5", "--timeout", "idle=0.5")


def refusing(status, body=b"", **headers):
    async def script(call):
        await call.refuse(status, body, **headers)

    return script


def error_body(code, message="no"):
    return json.dumps({"error": {"code": code, "message": message, "type": code, "param": None}}).encode()


async def begin(call, *pieces):
    await call.head(X_Request_Id="req-7")
    for piece in pieces:
        await call.chunk(piece)


async def begin_and_wait(call, *pieces):
    await begin(call, *pieces)
    await call.gone()


async def begin_and_reset(call):
    await begin(call, *chat.ANSWER[:4])
    call.reset()


async def with_length(call):
    await call.head(Content_Length="100000")
    await call.write(b"".join(chat.ANSWER[:4]))


async def until_close(call, *pieces):
    await call.head(chunked=False)
    for piece in pieces:
        await call.write(piece)


async def heartbeats(call):
    await begin(call, *chat.ANSWER[:4])
    while True:
        await call.chunk(chat.HEARTBEAT)
        await asyncio.sleep(0.05)


@pytest.fixture
def ask(cli):
    async def _ask(url, *options):
        return await cli("ask", "hi", "-o", "answer.wav", "--base-url", url, "--retries", "0", *options)

    return _ask


async def test_a_refused_connection(ask, tmp_path):  # row 1
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    ended = await ask(f"http://127.0.0.1:{port}/v1")
    assert ended.code == 3
    assert f"no connection to 127.0.0.1:{port}" in ended.sentence
    assert list(tmp_path.iterdir()) == []


async def test_a_name_that_does_not_resolve(ask):  # row 1
    ended = await ask("https://no-such-host.invalid/v1")
    assert ended.code == 3
    assert "no-such-host.invalid" in ended.sentence


async def test_a_black_hole(ask):  # row 2
    with black_hole() as port:
        ended = await ask(f"http://127.0.0.1:{port}/v1", *SHORT)
    assert ended.code == 3
    assert "within 0.3 s" in ended.sentence


@pytest.mark.parametrize(
    ("script", "code", "sentence"),
    [
        pytest.param(refusing(400, error_body("bad", "no X")), 1, "no X (HTTP 400, bad)", id="row 6: 400"),
        pytest.param(refusing(404, error_body("gone")), 1, "HTTP 404", id="row 6: 404"),
        pytest.param(refusing(422, error_body("odd")), 1, "HTTP 422", id="row 6: 422"),
        pytest.param(refusing(401, error_body("key")), 4, "belongs to the region", id="row 7: 401"),
        pytest.param(refusing(403, error_body("key")), 4, "belongs to the region", id="row 7: 403"),
        pytest.param(
            refusing(429, error_body("Throttling"), Retry_After="600"), 1, "HTTP 429", id="row 8: ten minutes"
        ),
        pytest.param(refusing(429, error_body("Arrearage")), 1, "Arrearage", id="row 8: billing"),
        pytest.param(
            refusing(200, b"<html>", content_type="text/html"),
            1,
            "answered with text/html",
            id="row 10: HTML",
        ),
        pytest.param(refusing(200, error_body("bad", "no Y")), 1, "no Y", id="row 10: an error as JSON"),
        pytest.param(
            refusing(200, b"{}", content_type="application/json"), 1, "application/json", id="row 10: JSON"
        ),
        pytest.param(begin_and_wait, 1, "nothing of an answer within 0.5 s", id="row 11: silence"),
        pytest.param(
            lambda call: begin(call, chat.event({"error": {"code": "bad", "message": "no X"}})),
            1,
            "no X",
            id="row 19: before content",
        ),
    ],
)
async def test_a_refusal_is_one_sentence_and_leaves_no_file(ask, tmp_path, script, code, sentence):
    async with Peer(script) as peer:
        ended = await ask(peer.base_url, *SHORT)
        assert len(peer.requests) == 1
    assert ended.code == code
    assert sentence in ended.sentence
    assert ended.out == b""
    assert "came" not in ended.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        pytest.param(
            lambda call: begin_and_wait(call, *chat.ANSWER[:4]),
            "sent no byte for 0.5 s",
            id="row 12: no bytes",
        ),
        pytest.param(heartbeats, "nothing but heartbeats for 0.6 s", id="row 12: heartbeats"),
        pytest.param(
            lambda call: until_close(call, *chat.ANSWER[:4]),
            "neither an end mark nor a finish reason",
            id="row 15: FIN",
        ),
        pytest.param(begin_and_reset, "broke in the middle", id="row 17: RST"),
        pytest.param(lambda call: begin(call, *chat.ANSWER[:4]), "broke in the middle", id="row 17: chunks"),
        pytest.param(with_length, "broke in the middle", id="row 17: length"),
        pytest.param(
            lambda call: begin(
                call, *chat.ANSWER[:4], chat.event({"error": {"code": "bad", "message": "no X"}})
            ),
            "no X (bad, request req-7)",
            id="row 19: an object",
        ),
        pytest.param(
            lambda call: begin(
                call,
                *chat.ANSWER[:4],
                b'event:error\n:HTTP_STATUS/429\ndata:{"request_id":"r","code":"Throttling","message":"slow"}\n\n',
            ),
            "slow (HTTP 429, Throttling, request r)",
            id="row 19: a status in a comment",
        ),
        pytest.param(
            lambda call: begin(call, *chat.ANSWER[:4], b"event: error\ndata: plain words\n\n"),
            "plain words",
            id="row 19: plain words",
        ),
        pytest.param(
            lambda call: begin(call, *chat.ANSWER[:4], b"data: {oops\n\n"), "invalid JSON", id="row 20: JSON"
        ),
    ],
)
async def test_a_stream_that_fails_is_one_sentence_and_what_came_is_kept(ask, tmp_path, script, sentence):
    async with Peer(script) as peer:
        ended = await ask(peer.base_url, *SHORT, "--timeout", "content_idle=0.6")
        assert len(peer.requests) == 1
    assert ended.code == 1
    assert sentence in ended.sentence
    assert ended.out == b"Hello\n"
    assert ended.err.endswith("\n0.10 s of audio came and can be played: answer.part.wav\n")
    assert read_wav(tmp_path / "answer.part.wav") == chat.PCM
    assert [path.name for path in tmp_path.iterdir()] == ["answer.part.wav"]


async def dripping(call):
    await call.head()
    await call.drip(b"".join(chat.ANSWER))
    await call.end()


def in_one_write(content):
    return lambda call: until_close(call, content)


ANSWER = b"".join(chat.ANSWER)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(chat.answer, id="no fault"),
        pytest.param(dripping, id="row 13: a drip"),
        pytest.param(in_one_write(ANSWER.replace(b"\n", b"\r\n")), id="row 14: CRLF"),
        pytest.param(in_one_write(ANSWER.replace(b"\n", b"\r")), id="row 14: CR"),
        pytest.param(in_one_write(b"\xef\xbb\xbf" + ANSWER), id="row 14: BOM"),
        pytest.param(in_one_write(ANSWER.replace(b"data: ", b"data:")), id="row 14: no space"),
        pytest.param(lambda call: until_close(call, *chat.ANSWER[:5]), id="row 16: no end mark"),
        pytest.param(
            lambda call: until_close(call, ANSWER, b"data: {broken\n\n"), id="row 18: bytes after the end"
        ),
        pytest.param(lambda call: begin_and_wait(call, *chat.ANSWER), id="row 18: it never closes"),
    ],
)
async def test_what_is_no_failure_gives_the_same_answer(ask, tmp_path, script):
    async with Peer(script) as peer:
        ended = await ask(peer.base_url)
    assert (ended.code, ended.out) == (0, b"Hello\n")
    assert "0.10 s of audio" in ended.err
    assert read_wav(tmp_path / "answer.wav") == chat.PCM


@pytest.mark.parametrize("statuses", [(500, 502), (503, 504)])
async def test_a_fault_of_the_service_is_tried_again_and_heard_once(cli, tmp_path, statuses):  # row 9
    faults = [refusing(status, b"<html>", content_type="text/html") for status in statuses]
    async with Peer(*faults, chat.answer) as peer:
        ended = await cli("ask", "hi", "-o", "answer.wav", "--base-url", peer.base_url)
        assert len(peer.requests) == 3
    assert (ended.code, ended.out) == (0, b"Hello\n")
    assert read_wav(tmp_path / "answer.wav") == chat.PCM


async def test_what_came_of_a_broken_stream_is_in_json_lines_and_a_pipe_too(cli):
    async with Peer(begin_and_reset) as peer:
        lines = await cli("ask", "hi", "--json", "--base-url", peer.base_url)
        piped = await cli("ask", "hi", "-o", "-", "--base-url", peer.base_url)
    assert lines.code == piped.code == 1
    *_, audio, error = map(json.loads, lines.text.splitlines())
    assert audio["seconds"] == 0.1
    assert (error["type"], error["error"]) == ("error", "StreamTruncated")
    assert "broke in the middle" in error["message"]
    assert piped.out[44:] == chat.PCM


async def test_a_transcript_beside_content_is_shown_once(cli, tmp_path):
    pieces = (
        chat.ROLE,
        chat.text("Hello "),
        chat.transcript("Hello "),
        chat.transcript("you"),
        chat.text("you"),
    )

    async def both(call):
        await begin(call, *pieces, chat.STOP, chat.DONE)
        await call.end()

    async with Peer(both) as peer:
        ended = await cli("ask", "hi", "--base-url", peer.base_url)
    assert (ended.code, ended.out) == (0, b"Hello you\n")
    assert list(tmp_path.iterdir()) == []  # there was no speech


async def test_a_change_of_format_is_a_destination_that_failed(ask, tmp_path):
    def wav_of(rate):
        path = tmp_path / "chunk"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(bytes(4800))
        content = path.read_bytes()
        path.unlink()
        return content

    async def changing(call):
        await begin(call, chat.audio(wav_of(24_000)), chat.audio(wav_of(16_000)), chat.STOP, chat.DONE)
        await call.end()

    async with Peer(changing) as peer:
        ended = await ask(peer.base_url)
    assert ended.code == 5
    assert "24" in ended.sentence
    assert "16" in ended.sentence
    assert len(read_wav(tmp_path / "answer.part.wav")) == 4800


async def test_what_a_server_says_cannot_command_a_terminal(ask):
    rude = "no\x1b[2J\x07\nX"
    async with Peer(refusing(400, error_body("bad", rude))) as peer:
        ended = await ask(peer.base_url)
    assert "[2J" in ended.sentence
    assert "\x07" not in ended.err  # and no escape, as of every error
