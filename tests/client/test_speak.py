"""Texts spoken by every provider, each a loopback server that answers in its documented shape.

The shapes are those of tests/wire/shapes; what a request must be is in tests/request/test_speak.py.
"""

import base64
import io
import json
import math
import struct
import sys
from dataclasses import replace

import av
import pytest
from canary import CANARY
from client.test_canary import everything
from peers import Peer
from wire.shapes import SHAPES
from wire.shapes.shape import DONE, base64_of, event, wav

from omni_stream.audio import AudioFormat
from omni_stream.catalog import Call, Provider, find_provider, providers
from omni_stream.client import Client
from omni_stream.errors import (
    AuthenticationError,
    InvalidRequestError,
    OmniStreamError,
    ProtocolError,
    ServerError,
    StreamTruncated,
    UsageError,
)
from omni_stream.events import AudioDelta, Finished, TranscriptDelta
from omni_stream.media import Image
from omni_stream.sinks import FileSink, WavSink
from omni_stream.wire import Coding, Dialect

SPEECH = struct.pack("<4800h", *(round(9000 * math.sin(at / 7)) for at in range(4800)))  # 0.2 s
TEXT = "The sea is calm."

ANSWERS = {
    "dashscope": "qwen-tts",
    "openai": "openai speech, pcm",
    "vllm-omni": "vllm-omni speech, wav",
    "gemini": "gemini, wav",
    "minimax": "minimax, no repetition",
    "mistral": "voxtral",
    "elevenlabs": "elevenlabs",
}
"""What each provider answers to what it is asked for by default."""

PATHS = {
    "dashscope": "/api/v1/services/aigc/multimodal-generation/generation",
    "openai": "/v1/audio/speech",
    "vllm-omni": "/v1/audio/speech",
    "gemini": "/v1/models/gemini-3.8-flash-tts:streamGenerateContent?alt=sse",
    "minimax": "/v1/t2a_v2",
    "mistral": "/v1/audio/speech",
    "elevenlabs": ("/v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb/stream/with-timestamps?output_format=pcm_24000"),
}
KEY_HEADERS = {"gemini": ("x-goog-api-key", CANARY), "elevenlabs": ("xi-api-key", CANARY)}


def shape_of(name):
    return next(shape for shape in SHAPES if shape.name == ANSWERS[name])


def blocks_of(name):
    shape = shape_of(name)
    return shape.blocks(shape.pieces(SPEECH, 1600))


def answering(blocks, content_type="text/event-stream"):
    async def script(call):
        await call.head(content_type=content_type)
        for block in blocks:
            await call.chunk(block)
        await call.end()

    return script


def speaking(name):
    is_lines = find_provider(name).speak.dialect == "elevenlabs"
    return answering(blocks_of(name), "application/json" if is_lines else "text/event-stream")


def whole(body, content_type):
    return answering([body[at : at + 1000] for at in range(0, len(body), 1000)], content_type)


async def said(reply):
    """The speech of a reply that is entered here."""
    async with reply:
        return b"".join([bytes(frame) async for frame in reply.audio()])


def encoded_as(codec, container, format):
    """``SPEECH`` as a file, by FFmpeg."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=24_000, layout="mono")
        frame = av.AudioFrame(format=format, layout="mono", samples=len(SPEECH) // 2)
        samples = struct.unpack(f"<{len(SPEECH) // 2}h", SPEECH)
        floats = struct.pack(f"<{len(samples)}f", *(sample / 32_768 for sample in samples))
        frame.planes[0].update(SPEECH if format == "s16" else floats)
        frame.rate = 24_000
        for one in (frame, None):
            output.mux(stream.encode(one))
    return file.getvalue()


@pytest.fixture(scope="module")
def flac():
    return encoded_as("flac", "flac", "s16")


@pytest.fixture(scope="module")
def mp3():
    return encoded_as("libmp3lame", "mp3", "fltp")


def test_every_provider_that_speaks_is_tried_here():
    assert set(ANSWERS) == {provider.name for provider in providers() if provider.speak}


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_text_is_asked_for_and_its_speech_read_as_the_provider_documents(client_of, name):
    async with Peer(speaking(name)) as peer:
        client = client_of(peer, provider=name, api_key=CANARY)
        reply = client.speak(TEXT, extra_headers={"X-Trace": "1"})
        assert await said(reply) == SPEECH
        (request,) = peer.requests
    assert (request.method, request.target) == ("POST", PATHS[name])
    header, value = KEY_HEADERS.get(name, ("authorization", f"Bearer {CANARY}"))
    assert request.headers[header] == value
    assert {"authorization", "x-goog-api-key", "xi-api-key"} & set(request.headers) == {header}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-trace"] == "1"
    assert request.headers.get("x-dashscope-sse") == ("enable" if name == "dashscope" else None)
    accepted = "application/x-ndjson, application/json" if name == "elevenlabs" else "text/event-stream"
    assert request.headers["accept"] == accepted
    assert TEXT in json.dumps(json.loads(request.body))
    usage = shape_of(name).usage
    counted = reply.usage and (reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.total_tokens)
    assert counted == usage


async def program(client, text):
    """What a user writes once."""
    async with client.speak(text) as reply:
        return sum([frame.seconds async for frame in reply.audio()])


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_user_changes_the_provider_and_not_the_program(client_of, name):
    async with Peer(speaking(name)) as peer:
        assert await program(client_of(peer, provider=name), TEXT) == pytest.approx(0.2)


@pytest.mark.parametrize("name", ANSWERS)
async def test_the_audio_can_be_had_as_it_came(client_of, name):
    expected = SPEECH
    if name == "mistral":
        expected = struct.pack("<4800f", *(one / 32_768 for one in struct.unpack("<4800h", SPEECH)))
    async with Peer(speaking(name)) as peer, client_of(peer, provider=name).speak(TEXT) as reply:
        came = b"".join([run async for run in reply.encoded()])
    if name in {"vllm-omni", "gemini"}:  # a WAV head with each piece
        claimed = 0 if name == "vllm-omni" else 0xFFFF_FFFF
        expected = b"".join(
            wav(SPEECH[at : at + 1600], claimed=claimed) for at in range(0, len(SPEECH), 1600)
        )
    assert came == expected


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_that_breaks_off_is_told_and_what_came_is_kept(client_of, name):
    blocks = blocks_of(name)[:5]
    kind = "application/json" if name == "elevenlabs" else "text/event-stream"

    async def script(call):
        await call.head(content_type=kind)
        for block in blocks:
            await call.chunk(block)
        call.reset()

    async with Peer(script) as peer, client_of(peer, provider=name).speak(TEXT) as reply:
        with pytest.raises(StreamTruncated) as broken:
            async for _ in reply.audio():
                pass
    assert 0 < broken.value.partial.audio_seconds < 0.2


async def test_the_words_of_a_speech_need_no_decoder(client_of, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    async with (
        Peer(speaking("elevenlabs")) as peer,
        client_of(peer, provider="elevenlabs").speak(TEXT, format="mp3") as reply,
    ):
        assert "".join([piece async for piece in reply.text()]) == "Héllo"


async def test_events_hold_audio_as_it_came(client_of):
    async with Peer(speaking("minimax")) as peer, client_of(peer, provider="minimax").speak(TEXT) as reply:
        events = [event async for event in reply]
    first, last = events[0], events[-1]
    assert isinstance(first, AudioDelta)
    assert (first.encoding, first.codec, first.decode()) == ("hex", "pcm", SPEECH[:1600])
    assert isinstance(last, Finished)


# -- Audio that is compressed.


@pytest.mark.parametrize("name", ["openai", "minimax", "mistral"])
async def test_compressed_speech_is_decoded_where_it_was_asked_for(client_of, name, flac):
    shape = shape_of(name)
    encode = bytes.hex if name == "minimax" else base64_of
    blocks = shape.blocks([encode(flac[at : at + 700]) for at in range(0, len(flac), 700)])
    async with Peer(answering(blocks)) as peer:
        client = client_of(peer, provider=name)
        assert await said(client.speak(TEXT, format="flac")) == SPEECH
        async with client.speak(TEXT, format="flac") as reply:
            assert b"".join([run async for run in reply.encoded()]) == flac


async def test_without_a_decoder_compressed_speech_can_still_be_kept(client_of, mp3, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    blocks = shape_of("openai").blocks([base64_of(mp3[at : at + 700]) for at in range(0, len(mp3), 700)])
    async with (
        Peer(answering(blocks)) as peer,
        client_of(peer, provider="openai").speak(TEXT, format="mp3") as reply,
    ):
        with pytest.raises(UsageError, match=r"pip install 'omni_stream\[codecs\]'"):
            reply.audio()
        assert b"".join([run async for run in reply.encoded()]) == mp3


async def test_speech_is_kept_in_a_file_as_it_came_or_decoded(client_of, tmp_path, flac):
    blocks = shape_of("openai").blocks([base64_of(flac[at : at + 700]) for at in range(0, len(flac), 700)])
    async with Peer(answering(blocks)) as peer:
        client = client_of(peer, provider="openai")
        async with client.speak(TEXT, format="flac") as reply:
            await reply.encoded().into(FileSink(tmp_path / "a.flac"))
        async with client.speak(TEXT, format="flac") as reply:
            sink = await reply.audio().into(WavSink(tmp_path / "a.wav"))
    assert (tmp_path / "a.flac").read_bytes() == flac
    assert (tmp_path / "a.wav").read_bytes().endswith(SPEECH)
    assert sink.seconds == pytest.approx(0.2)


# -- Answers that are the audio itself.


@pytest.mark.parametrize(
    ("content_type", "body", "rate"),
    [
        ("audio/pcm", SPEECH, 24_000),
        ("audio/pcm;rate=16000", SPEECH, 16_000),
        ("audio/L16; rate=8000; channels=1", SPEECH, 8000),
        ("audio/wav", wav(SPEECH, rate=44_100), 44_100),
        ("audio/x-wav", wav(SPEECH, rate=22_050), 22_050),
        ("application/octet-stream", SPEECH, 24_000),
        ("application/octet-stream", wav(SPEECH, rate=48_000), 48_000),
    ],
)
async def test_a_body_of_audio_is_the_speech_as_its_type_says(client_of, content_type, body, rate):
    async with Peer(whole(body, content_type)) as peer:
        async with client_of(peer, provider="openai").speak(TEXT) as reply:
            frames = [frame async for frame in reply.audio()]
        assert b"".join(map(bytes, frames)) == SPEECH
        assert {frame.format for frame in frames} == {AudioFormat(rate)}
        assert reply.stats.audio_seconds == pytest.approx(4800 / rate)
        assert reply.finish_reason is None


@pytest.mark.parametrize("content_type", ["audio/flac", "audio/x-flac", "application/octet-stream"])
async def test_a_body_of_compressed_audio_is_decoded(client_of, flac, content_type):
    async with Peer(whole(flac, content_type)) as peer:
        client = client_of(peer, provider="openai")
        assert await said(client.speak(TEXT, format="flac")) == SPEECH
        async with client.speak(TEXT, format="flac") as reply:
            assert b"".join([run async for run in reply.encoded()]) == flac


async def test_a_body_of_mp3_where_pcm_was_asked_for_is_read_as_what_it_says_it_is(client_of, mp3):
    async with Peer(whole(mp3, "audio/mpeg")) as peer:
        pcm = await said(client_of(peer, provider="openai").speak(TEXT))
    assert len(SPEECH) <= len(pcm) <= len(SPEECH) + 2 * 2 * 1152 * 2


async def test_a_body_of_audio_comes_piece_by_piece(client_of):
    async with (
        Peer(whole(SPEECH, "audio/pcm")) as peer,
        client_of(peer, provider="openai").speak(TEXT) as reply,
    ):
        runs = [run async for run in reply.encoded()]
    assert len(runs) > 1
    assert b"".join(runs) == SPEECH


async def test_a_body_of_audio_that_breaks_off_is_told(client_of):
    async def script(call):
        await call.head(content_type="audio/pcm")
        await call.chunk(SPEECH[:3200])
        call.reset()

    async with Peer(script) as peer, client_of(peer, provider="openai").speak(TEXT) as reply:
        with pytest.raises(StreamTruncated) as broken:
            async for _ in reply.audio():
                pass
    assert broken.value.partial.audio_seconds == pytest.approx(1600 / 24_000)


@pytest.mark.parametrize(
    "content_type", ["audio/midi", "audio/pcm;rate=0", "audio/pcm;rate=much", "video/mp4", "text/html", ""]
)
async def test_a_body_of_anything_else_is_none(client_of, content_type):
    async with Peer(whole(SPEECH, content_type)) as peer:
        with pytest.raises(ProtocolError, match="and not with an event stream"):
            await said(client_of(peer, provider="openai").speak(TEXT))


async def test_text_under_the_type_of_audio_is_never_played(client_of):
    async with Peer(whole(b"<html>502 Bad Gateway</html>" * 9, "application/octet-stream")) as peer:
        with pytest.raises(ProtocolError, match="text and not audio"):
            await said(client_of(peer, provider="openai").speak(TEXT))


async def test_an_answer_to_a_question_is_no_body_of_audio(client_of):
    async with Peer(whole(SPEECH, "audio/pcm")) as peer:
        with pytest.raises(ProtocolError, match="answered with audio/pcm"):
            await said(client_of(peer, provider="openai").ask("Hi"))


# -- JSON.


@pytest.mark.parametrize("body", [{"audio": base64_of(SPEECH)}, {"audio_data": base64_of(SPEECH)}, [1]])
async def test_a_whole_answer_in_json_is_no_stream(client_of, body):
    async with Peer(whole(json.dumps(body).encode(), "application/json")) as peer:
        with pytest.raises(
            ProtocolError, match=r"the whole answer or none: leave out what turns streaming off"
        ):
            await said(client_of(peer, provider="mistral").speak(TEXT))


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("indent", [None, 2])
async def test_an_error_in_json_is_the_error_that_it_is(client_of, name, indent):
    body = json.dumps({"error": {"code": "invalid_voice", "message": "no such voice"}}, indent=indent)
    async with Peer(whole(body.encode(), "application/json")) as peer:
        with pytest.raises(InvalidRequestError, match="no such voice"):
            await said(client_of(peer, provider=name).speak(TEXT))


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-ndjson", "text/plain", "text/event-stream"]
)
async def test_lines_come_under_several_types(client_of, kind):
    async with Peer(answering(blocks_of("elevenlabs"), kind)) as peer:
        assert await said(client_of(peer, provider="elevenlabs").speak(TEXT)) == SPEECH


async def test_lines_of_a_host_that_nobody_named_are_read_by_their_first(client_of):
    async with Peer(answering(blocks_of("elevenlabs"), "application/x-ndjson")) as peer:
        assert await said(client_of(peer).ask("Hi")) == SPEECH


async def test_the_rate_of_a_call_that_answers_is_that_of_its_raw_pcm(client_of):
    openai = find_provider("openai")
    slow = replace(openai, ask=replace(openai.ask, rate=8000))
    shape = next(one for one in SHAPES if one.dialect == "openai-chat")
    async with (
        Peer(answering(shape.blocks(shape.pieces(SPEECH, 1600)))) as peer,
        client_of(peer, provider=slow).ask("Hi") as reply,
    ):
        assert {frame.format async for frame in reply.audio()} == {AudioFormat(8000)}


# -- Whom to ask.


@pytest.mark.parametrize(
    ("provider", "rule"),
    [
        ("sglang-omni", "sglang-omni speaks no texts; give provider='dashscope' or 'openai' or"),
        (None, r"nothing says how 127.0.0.1:\d+ is given a text to speak; give provider='dashscope' or"),
    ],
)
async def test_who_does_not_speak_is_told_before_anything_is_sent(client_of, provider, rule):
    async with Peer(speaking("openai")) as peer:
        with pytest.raises(UsageError, match=rule):
            client_of(peer, provider=provider).speak(TEXT)
        assert peer.connections == 0


@pytest.mark.parametrize("name", ["minimax", "mistral", "elevenlabs"])
async def test_who_only_speaks_answers_no_questions(client_of, name):
    with pytest.raises(
        UsageError, match=rf"{name} answers no questions; let it speak\(\) a text, or give provider="
    ):
        client_of("http://127.0.0.1:1/v1", provider=name).ask("Hi")


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"text": ""}, "a text to speak must not be empty"),
        ({"format": "ogg"}, "openai streams speech as"),
        ({"check": "no"}, "check is True or False"),
        ({"extra_headers": {"xi-api-key": "x"}}, "give the key as api_key"),
        ({"extra_body": {"x": {1, 2}}}, "cannot be said in JSON"),
    ],
)
async def test_what_breaks_a_rule_is_refused_and_nothing_is_sent(client_of, arguments, rule):
    async with Peer(speaking("openai")) as peer:
        with pytest.raises(UsageError, match=rule):
            client_of(peer, provider="openai").speak(**{"text": TEXT, **arguments})
        assert peer.connections == 0


async def test_a_closed_client_does_not_speak():
    client = Client(base_url="http://127.0.0.1:1/v1", provider="openai")
    await client.aclose()
    with pytest.raises(UsageError, match="the client is closed"):
        client.speak(TEXT)


@pytest.mark.parametrize(
    ("name", "has_regions"),
    [("dashscope", True), ("minimax", True), ("openai", False), ("elevenlabs", False)],
)
async def test_a_refused_key_may_be_of_another_region_where_there_are_some(client_of, name, has_regions):
    async def refuse(call):
        await call.refuse(401, b'{"error": {"message": "bad key"}}')

    async with Peer(refuse) as peer:
        with pytest.raises(AuthenticationError, match=r"bad key.*; check the key") as refused:
            await said(client_of(peer, provider=name, api_key=CANARY).speak(TEXT))
    assert ("belongs to the region of the base URL" in str(refused.value)) is has_regions


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("status", [200, 401, 500])
async def test_a_key_is_shown_nowhere_whatever_header_it_has(client_of, name, status):
    async def echo(call):
        header, _ = KEY_HEADERS.get(name, ("authorization", ""))
        body = json.dumps({"error": {"message": f"bad key {call.request.headers[header]}"}}).encode()
        await call.refuse(status, body)

    async with Peer(echo) as peer:
        reply = client_of(peer, provider=name, api_key=CANARY, retries=0).speak(TEXT)
        with pytest.raises(OmniStreamError, match=r"bad key.*\[key\]") as refused:
            await said(reply)
    assert CANARY not in everything(refused.value)
    assert CANARY not in repr(reply)


@pytest.mark.usefixtures("quick_retries")
async def test_a_request_is_sent_again_until_the_speech_has_begun(client_of):
    async def busy(call):
        await call.refuse(503, b"{}")

    async with Peer(busy, speaking("openai")) as peer:
        assert await said(client_of(peer, provider="openai").speak(TEXT)) == SPEECH
        first, second = peer.requests
    assert first.body == second.body


async def test_a_fault_in_the_middle_is_the_services_own(client_of):
    fault = event(
        {"type": "speech.audio.error", "error": {"message": "boom", "type": "server_error", "code": 500}}
    )
    blocks = [event({"type": "speech.audio.delta", "audio": base64_of(SPEECH)}), fault, DONE]
    async with Peer(answering(blocks)) as peer, client_of(peer, provider="vllm-omni").speak(TEXT) as reply:
        with pytest.raises(ServerError, match="boom") as broken:
            async for _ in reply.audio():
                pass
    assert broken.value.partial.audio_seconds == pytest.approx(0.2)


async def test_a_provider_of_the_users_own_speaks_by_a_function_and_a_dialect(client_of):
    def shape(request):
        return {"t": request.text, "v": request.voice, "f": request.format}

    def read(document, coding):
        if "w" in document:
            yield TranscriptDelta(document["w"], document)
        if "a" in document:
            yield coding.delta(document["a"], document)

    own = Provider(
        name="acme",
        key_variable="ACME_KEY",
        base_url_variable="ACME_URL",
        key_header="x-acme",
        speak=Call(
            path="/say/{voice}",
            request=shape,
            dialect=Dialect(
                name="acme",
                read=read,
                coding=Coding(AudioFormat(8000), encoding="hex"),
                framing="lines",
                ends_with_stream=True,
            ),
            default_model="m",
            default_voice="ann",
            audio_format="raw8",
        ),
    )
    lines = [json.dumps({"w": "Hi", "a": SPEECH.hex()}).encode() + b"\n"]
    async with Peer(answering(lines, "application/x-ndjson")) as peer:
        async with client_of(peer, provider=own, api_key=CANARY).speak(TEXT, voice="bob b") as reply:
            frames = [frame async for frame in reply.audio()]
        (request,) = peer.requests
    assert request.target == "/v1/say/bob%20b"
    assert request.headers["x-acme"] == CANARY
    assert json.loads(request.body) == {"t": TEXT, "v": "bob b", "f": "raw8"}
    assert b"".join(map(bytes, frames)) == SPEECH
    assert frames[0].format == AudioFormat(8000)


async def test_the_rate_of_a_call_is_that_of_its_raw_pcm(client_of):
    minimax = find_provider("minimax")
    slow = replace(minimax, speak=replace(minimax.speak, rate=8000))
    async with Peer(speaking("minimax")) as peer, client_of(peer, provider=slow).speak(TEXT) as reply:
        assert {frame.format async for frame in reply.audio()} == {AudioFormat(8000)}


async def test_gemini_answers_questions_in_text(client_of):
    blocks = [
        event({"candidates": [{"content": {"parts": [{"text": "Hel"}]}}]}),
        event({"candidates": [{"content": {"parts": [{"text": "lo"}]}, "finishReason": "STOP"}]}),
    ]
    async with Peer(answering(blocks)) as peer:
        async with client_of(peer, provider="gemini", api_key=CANARY).ask("Hi") as reply:
            assert "".join([piece async for piece in reply.text()]) == "Hello"
        (request,) = peer.requests
    assert request.target == "/v1/models/gemini-3.8-flash:streamGenerateContent?alt=sse"
    assert request.headers["x-goog-api-key"] == CANARY
    assert json.loads(request.body) == {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}


async def test_gemini_is_shown_a_local_picture(client_of, tmp_path):
    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    (tmp_path / "a.png").write_bytes(png)
    blocks = [event({"candidates": [{"content": {"parts": [{"text": "Red."}]}, "finishReason": "STOP"}]})]
    prompt = [{"role": "user", "content": [Image(tmp_path / "a.png"), "What is it?"]}]
    async with Peer(answering(blocks)) as peer:
        async with client_of(peer, provider="gemini").ask(prompt, check=False) as reply:
            assert "".join([piece async for piece in reply.text()]) == "Red."
        (request,) = peer.requests
    assert json.loads(request.body)["contents"][0]["parts"] == [
        {"inlineData": {"mimeType": "image/png", "data": base64_of(png)}},
        {"text": "What is it?"},
    ]


@pytest.mark.parametrize("name", ["vllm-omni", "sglang-omni"])
async def test_a_server_of_ones_own_answers_a_question(client_of, name):
    shape = next(
        one for one in SHAPES if one.dialect == ("vllm-omni" if name == "vllm-omni" else "openai-chat")
    )
    blocks = shape.blocks(shape.pieces(SPEECH, 1600))
    async with Peer(answering(blocks)) as peer:
        assert await said(client_of(peer, provider=name, api_key=None).ask("Hi")) == SPEECH
        (request,) = peer.requests
    body = json.loads(request.body)
    assert request.target == "/v1/chat/completions"
    assert "authorization" not in request.headers
    assert body["model"] == "Qwen/Qwen3-Omni-30B-A3B-Instruct"
    assert (body["modalities"], body["audio"]) == (["text", "audio"], {"voice": "Ethan", "format": "wav"})
