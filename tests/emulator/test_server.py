import asyncio
import base64
import json
import logging
import re
import socket
import struct
import time
import urllib.parse
from contextlib import AsyncExitStack

import aiohttp
import numpy as np
import pytest
from canary import CANARY
from openai import APIError as OpenAIError
from openai import AsyncOpenAI, AuthenticationError, NotFoundError

import omni_stream as omni
from omni_stream.emulator import Emulator, RecordingWriter

MEDIA = {
    "picture": [{"type": "image_url", "image_url": {"url": "https://example.test/files/dog.jpeg"}}],
    "pictures": [
        {"type": "image_url", "image_url": {"url": f"https://example.test/{n}.png"}} for n in (1, 2)
    ],
    "sound": [
        {"type": "input_audio", "input_audio": {"data": "https://example.test/cherry.wav", "format": "wav"}}
    ],
    "film": [{"type": "video_url", "video_url": {"url": "https://example.test/1.mp4"}}],
    "frames": [{"type": "video", "video": [f"https://example.test/football{n}.jpg" for n in range(1, 5)]}],
}


async def test_the_events_come_in_the_services_order(emulator, post, chat):
    reply = await post(emulator, chat("你是谁"))
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/event-stream;charset=UTF-8"
    chunks = reply.chunks
    assert chunks[0]["choices"][0]["delta"] == {"content": "", "role": "assistant"}
    assert chunks[-2]["choices"][0] == {
        "finish_reason": "stop",
        "delta": {"content": ""},
        "index": 0,
        "logprobs": None,
    }
    assert chunks[-1]["choices"] == []
    kinds = {"audio" if "audio" in delta else "content" for delta in reply.deltas}
    assert kinds == {"audio", "content"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert re.fullmatch(r"chatcmpl-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", chunks[0]["id"])
    assert reply.deltas[-2]["audio"]["id"] == "audio_" + chunks[0]["id"].removeprefix("chatcmpl-")


async def test_the_audio_is_the_speech_of_the_text(emulator, post, chat):
    reply = await post(emulator, chat("你是谁", audio={"voice": "Ethan", "format": "wav"}))
    assert reply.pcm == (await emulator.speak(reply.text, voice="Ethan")).pcm
    assert len(reply.pcm) > 8 * 48_000


async def test_chunks_are_80_ms_and_none_but_the_last_is_padded(emulator, post, chat):
    *chunks, last = (await post(emulator, chat("Hello!"))).encoded
    assert {len(base64.b64decode(chunk, validate=True)) for chunk in chunks} == {3840}
    assert 0 < len(base64.b64decode(last, validate=True)) <= 3840
    assert not any("=" in chunk for chunk in chunks)


async def test_chunk_length_is_free_and_whole_quanta(post, chat):
    async with Emulator(first_audio_seconds=0, real_time_factor=0, chunk_seconds=0.1111) as emulator:
        *chunks, _ = (await post(emulator, chat("Say: one two three"))).encoded
        assert {len(base64.b64decode(chunk, validate=True)) for chunk in chunks} == {2667 * 2}


async def test_the_same_prompt_is_the_same_reply_and_a_seed_another(emulator, post, chat):
    one, again, other = [await post(emulator, chat("你好", **seed)) for seed in ({}, {}, {"seed": 5})]
    assert (one.text, one.encoded, one.chunks[0]["id"]) == (again.text, again.encoded, again.chunks[0]["id"])
    assert other.text != one.text
    async with Emulator(first_audio_seconds=0, real_time_factor=0, seed=5) as seeded:
        assert (await post(seeded, chat("你好"))).encoded == other.encoded


async def test_a_prompt_can_be_read_out(emulator, post, chat):
    reply = await post(emulator, chat("Say: One, 二, three."))
    assert reply.text == "One, 二, three."
    assert len(reply.pcm) < 3 * 48_000


async def test_text_alone_has_no_audio(emulator, post, chat):
    reply = await post(emulator, chat("你是谁", modalities=["text"], audio=None))
    assert reply.text
    assert reply.encoded == []
    assert set(reply.usage["completion_tokens_details"]) == {"text_tokens"}


async def test_thinking_comes_before_text(emulator, post, chat):
    reply = await post(emulator, chat("你是谁", modalities=["text"], audio=None, enable_thinking=True))
    first, *deltas = reply.deltas
    assert first == {"content": None, "role": "assistant", "reasoning_content": ""}
    reasoning = [delta for delta in deltas if delta.get("reasoning_content")]
    assert deltas[: len(reasoning)] == reasoning
    assert all(delta["content"] is None for delta in reasoning)
    assert deltas[len(reasoning)]["reasoning_content"] is None
    assert deltas[-1] == {"content": "", "reasoning_content": None}
    assert set(reply.usage["completion_tokens_details"]) == {"reasoning_tokens", "text_tokens"}


@pytest.mark.parametrize("media", MEDIA)
async def test_media_are_named_and_never_fetched(emulator, post, chat, media):
    reply = await post(emulator, chat([*MEDIA[media], {"type": "text", "text": "What is this?"}]))
    names = re.findall(r"[a-z0-9]+\.[a-z0-9]{3,4}", json.dumps(MEDIA[media]))
    assert next(name for name in names if not name.endswith(".test")) in reply.text


async def test_turns_are_taken_and_the_last_is_answered(emulator, post, chat):
    turns = [
        {"role": "user", "content": [*MEDIA["sound"], {"type": "text", "text": "What is said?"}]},
        {"role": "assistant", "content": [{"type": "text", "text": "Welcome."}]},
        {"role": "user", "content": [{"type": "text", "text": "Say: Goodbye."}]},
    ]
    reply = await post(emulator, chat("", messages=turns))
    assert reply.text == "Goodbye."
    assert reply.usage["prompt_tokens_details"]["audio_tokens"] == 125


@pytest.mark.parametrize(("model", "rate"), [("qwen3-omni-flash", 12.5), ("qwen-omni-turbo", 25)])
async def test_usage_follows_the_token_rules(emulator, post, chat, model, rate):
    reply = await post(emulator, chat("你是谁", model=model))
    usage = reply.usage
    audio_tokens = usage["completion_tokens_details"]["audio_tokens"]
    assert audio_tokens - 1 < len(reply.pcm) / 48_000 * rate <= audio_tokens
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["prompt_tokens"] == 11


async def test_usage_is_sent_only_when_asked_for(emulator, post, chat):
    reply = await post(emulator, chat("Say: Hi.", stream_options=None))
    assert reply.chunks[-1]["choices"][0]["finish_reason"] == "stop"


async def test_max_tokens_cuts_the_answer(emulator, post, chat):
    reply = await post(emulator, chat("Say: one two three four five six", max_tokens=3))
    assert reply.text == "one two "
    assert reply.finish_reason == "length"


async def test_the_transcript_shape_is_an_option(post, chat):
    async with Emulator(first_audio_seconds=0, real_time_factor=0, transcript=True) as emulator:
        reply = await post(emulator, chat("Say: Hello there."))
        assert reply.text == ""
        pieces = [
            delta["audio"]["transcript"] for delta in reply.deltas if "transcript" in delta.get("audio", {})
        ]
        assert "".join(pieces) == "Hello there."
        assert reply.pcm


async def test_a_wrong_voice_is_an_error_inside_the_stream(emulator, post, chat):
    reply = await post(emulator, chat("你好", audio={"voice": "Serena", "format": "wav"}))
    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("text/event-stream")
    assert reply.error["message"] == "Voice 'Serena' is not supported"
    assert json.loads(reply.body.removeprefix(b"data: "))["request_id"] == reply.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("changes", "status_and_code"),
    [
        ({"model": "qwen9"}, (404, "model_not_found")),
        ({"stream": None}, (400, "invalid_parameter_error")),
        ({"modalities": ["audio"]}, (400, "invalid_parameter_error")),
        ({"enable_thinking": True}, (400, "invalid_parameter_error")),
        ({"audio": {"voice": "Cherry", "format": "mp3"}}, (400, "invalid_parameter_error")),
        (
            {"messages": [{"role": "user", "content": [*MEDIA["sound"], *MEDIA["film"]]}]},
            (400, "invalid_parameter_error"),
        ),
    ],
)
async def test_a_refusal_has_the_services_shape(emulator, post, chat, changes, status_and_code):
    reply = await post(emulator, chat("你好", **changes))
    assert (reply.status, reply.error["code"]) == status_and_code
    assert list(reply.error) == ["message", "type", "param", "code"]
    assert json.loads(reply.body)["request_id"] == reply.headers["X-Request-Id"]


async def test_bad_json_is_refused(emulator, post):
    assert (await post(emulator, b"{")).status == 400


async def test_a_body_over_the_limit_is_refused(emulator, post, monkeypatch):
    monkeypatch.setattr("omni_stream.emulator.body.MAX_BODY_BYTES", 1_000_000)
    reply = await post(emulator, b" " * 1_000_001)
    assert reply.status == 400
    assert "max bytes per request: 1000000" in reply.error["message"]


async def test_large_bodies_take_turns_and_small_ones_do_not_wait(emulator, post, chat, monkeypatch):
    monkeypatch.setattr("omni_stream.emulator.body.LARGE_BYTES", 10_000)
    async with AsyncExitStack() as turns:
        for _ in range(2):
            await turns.enter_async_context(emulator._turn_of_large_bodies)
        large = asyncio.create_task(post(emulator, chat("Say: large", user="x" * 20_000)))
        small = await post(emulator, chat("Say: small"))
        assert small.text == "small"
        assert not large.done()
    assert (await large).text == "large"


async def test_a_body_of_20_mb_is_read_and_what_it_holds_looked_at(emulator, post, chat):
    noise = np.random.default_rng(1).integers(0, 256, 15_000_000, np.uint8).tobytes()
    wav = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", len(noise) + 36, b"WAVE", b"fmt ", 16, 1, 1, 48_000,
                      96_000, 2, 16, b"data", len(noise)) + noise  # fmt: skip
    part = {"data": f"data:;base64,{base64.b64encode(wav).decode()}", "format": "wav"}
    reply = await post(emulator, chat([{"type": "input_audio", "input_audio": part}], modalities=["text"]))
    assert reply.status == 200
    assert f"WAV, {len(wav)} bytes, 156.2 seconds" in reply.text
    assert reply.usage["prompt_tokens_details"]["audio_tokens"] == -(-len(noise) * 125 // 960_000)


@pytest.mark.parametrize("headers", [None, {"Authorization": "Bearer sk-other"}, {"Authorization": CANARY}])
async def test_a_missing_or_wrong_key_is_401(post, chat, headers):
    async with Emulator(api_key=CANARY) as emulator:
        reply = await post(emulator, chat("你好"), headers=headers)
        assert reply.status == 401
        assert reply.error["code"] == "invalid_api_key"


async def test_the_right_key_is_let_in(post, chat):
    async with Emulator(api_key=CANARY, first_audio_seconds=0, real_time_factor=0) as emulator:
        reply = await post(emulator, chat("Say: Hi."), headers={"Authorization": f"Bearer {CANARY}"})
        assert reply.status == 200


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "chat/completions"), ("POST", "audio/speech"), ("GET", "x")]
)
async def test_other_addresses_are_refused_in_the_same_shape(emulator, method, path):
    async with aiohttp.request(method, f"{emulator.base_url}/{path}") as response:
        assert response.status in {404, 405}
        assert (await response.json())["error"]["code"] == "not_found"


async def test_the_openai_sdk_hears_the_same(emulator, post, chat):
    async with AsyncOpenAI(api_key="any", base_url=emulator.base_url) as client:
        assert "qwen3-omni-flash" in {model.id async for model in client.models.list()}
        text, encoded, usage = "", "", None
        async for chunk in await client.chat.completions.create(**chat("你是谁")):
            if not chunk.choices:
                usage = chunk.usage
                continue
            delta = chunk.choices[0].delta.model_dump()
            text += delta["content"] or ""
            encoded += (delta.get("audio") or {}).get("data") or ""
    reply = await post(emulator, chat("你是谁"))
    assert text == reply.text
    assert base64.b64decode(encoded) == reply.pcm
    assert usage.total_tokens == reply.usage["total_tokens"]


async def test_the_openai_sdk_understands_the_refusals(chat):
    async with Emulator(api_key=CANARY) as emulator:
        async with AsyncOpenAI(api_key="sk-wrong", base_url=emulator.base_url) as client:
            with pytest.raises(AuthenticationError):
                await client.chat.completions.create(**chat("你好"))
        async with AsyncOpenAI(api_key=CANARY, base_url=emulator.base_url) as client:
            with pytest.raises(NotFoundError):
                await client.chat.completions.create(**chat("你好", model="qwen9"))
            stream = await client.chat.completions.create(
                **chat("你好", audio={"voice": "Nobody", "format": "wav"})
            )
            with pytest.raises(OpenAIError, match="Voice 'Nobody' is not supported"):
                await anext(stream)
            await stream.close()


async def test_50_sessions_at_once_hear_what_each_would_hear_alone(emulator, post, chat):
    prompts = [f"第{n % 5}个问题" for n in range(50)]
    replies = await asyncio.gather(*(post(emulator, chat(prompt)) for prompt in prompts))
    alone = {prompt: await post(emulator, chat(prompt)) for prompt in prompts[:5]}
    for prompt, reply in zip(prompts, replies, strict=True):
        assert (reply.text, reply.encoded) == (alone[prompt].text, alone[prompt].encoded)


async def test_the_schedule_is_kept(post, chat, caplog):
    caplog.set_level(logging.DEBUG, "omni_stream.emulator")
    async with Emulator(first_audio_seconds=0.2, real_time_factor=0.5) as emulator:
        seconds = (await emulator.speak("one two three")).seconds
        begin = time.monotonic()
        await post(emulator, chat("Say: one two three"))
        assert time.monotonic() - begin >= 0.2 + (seconds - 0.08) / 2 - 0.01
    [late] = re.findall(r"every event sent, the latest (\d\.\d{4}) s late$", caplog.text, re.MULTILINE)
    assert float(late) < 5  # of a busy machine; a quiet one keeps to milliseconds


async def test_text_runs_ahead_of_audio(chat):
    async with Emulator(first_audio_seconds=0.3, real_time_factor=1, text_lead_seconds=60) as emulator:
        await emulator.speak("one two three")
        url = f"{emulator.base_url}/chat/completions"
        async with aiohttp.request("POST", url, json=chat("Say: one two three")) as response:
            received = b""
            while b'"data"' not in received:
                received += await response.content.readany()
        assert received.index(b"three") < received.index(b'"data"')


async def test_a_client_that_goes_away_ends_its_reply_quietly(chat, caplog):
    caplog.set_level(logging.INFO)
    async with Emulator(first_audio_seconds=0, real_time_factor=5) as emulator:
        await emulator.speak("one two three")
        before = len(asyncio.all_tasks())
        for read_bytes in (1, 4000):
            async with aiohttp.request(
                "POST", f"{emulator.base_url}/chat/completions", json=chat("Say: one two three")
            ) as response:
                await response.content.readexactly(read_bytes)
                response.close()
        deadline = time.monotonic() + 20
        while len(asyncio.all_tasks()) > before:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_leaving_ends_replies_at_once(chat):
    async with Emulator(first_audio_seconds=3600) as emulator, aiohttp.ClientSession() as session:
        await emulator.speak("one two three")
        response = await session.post(
            f"{emulator.base_url}/chat/completions", json=chat("Say: one two three")
        )
        await response.content.readexactly(1)
        begin = time.monotonic()
    assert time.monotonic() - begin < 10
    response.close()


async def test_neither_prompts_nor_keys_are_logged(post, chat, caplog):
    caplog.set_level(logging.DEBUG)
    async with Emulator(api_key=CANARY, first_audio_seconds=0, real_time_factor=0) as emulator:
        await post(emulator, chat("secret prompt", system="x"), headers={"Authorization": f"Bearer {CANARY}"})
        await post(emulator, chat("secret prompt"), headers={"Authorization": "Bearer sk-wrong"})
    assert CANARY not in caplog.text
    assert "sk-wrong" not in caplog.text
    assert "secret" not in caplog.text


async def test_word_times_are_logged(emulator, post, chat, caplog):
    caplog.set_level(logging.DEBUG, "omni_stream.emulator")
    await post(emulator, chat("Say: one two"))
    [times] = re.findall(
        r"words begin at character:seconds 0:0\.000 4:(\d\.\d{3})$", caplog.text, re.MULTILINE
    )
    spoken = await emulator.speak("one two")
    assert float(times) == pytest.approx(spoken.words[1].seconds, abs=0.001)


async def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(omni.UsageError, match=f"port {port}.*choose another or 0"):
            async with Emulator(port=port):
                pass


def test_a_replay_speed_of_nothing_is_refused():
    with pytest.raises(omni.UsageError, match="replay_speed is 0"):
        Emulator(replay_speed=0)


async def test_a_replay_is_the_recording(post, chat, tmp_path):
    reads = [(0.0, b"data: {}\n"), (0.05, b"\ndata: \xe4\xbd"), (0.1, "\xa0".encode("latin-1") + b"\n\n")]
    with RecordingWriter(tmp_path / "reply") as writer:
        writer.begin(429, {"Content-Type": "text/event-stream", "X-Request-Id": "r1"})
        for seconds, content in reads:
            writer.write(content, seconds)
        writer.end(0.2)
    async with Emulator(replay=tmp_path / "reply", replay_speed=2) as emulator:
        begin = time.monotonic()
        reply = await post(emulator, chat("anything"))
        assert time.monotonic() - begin >= 0.09
        assert reply.status == 429
        assert reply.headers["Content-Type"] == "text/event-stream"
        assert reply.headers["X-Request-Id"] == "r1"
        assert reply.body == b"".join(content for _, content in reads)


async def test_a_recorded_reply_played_back_is_the_reply(emulator, post, chat, tmp_path):
    clock = asyncio.get_running_loop().time
    url = f"{emulator.base_url}/chat/completions"
    begin = clock()
    async with aiohttp.request("POST", url, json=chat("Say: Hello.")) as response:
        with RecordingWriter(tmp_path / "reply") as writer:
            writer.begin(response.status, response.headers)
            async for content in response.content.iter_any():
                writer.write(content, clock() - begin)
            writer.end(clock() - begin)
    async with Emulator(replay=tmp_path / "reply", replay_speed=100) as replaying:
        replayed = await post(replaying, chat("something else"))
    original = await post(emulator, chat("Say: Hello."))
    assert replayed.encoded == original.encoded
    assert replayed.text == "Hello."


async def test_a_recording_that_broke_off_breaks_off_again(post, chat, tmp_path):
    with RecordingWriter(tmp_path / "reply") as writer:
        writer.begin(200, {"Content-Type": "text/event-stream"})
        writer.write(b"data: {}\n\n", 0.01)
    async with Emulator(replay=tmp_path / "reply") as emulator:
        with pytest.raises(aiohttp.ClientPayloadError):
            await post(emulator, chat("anything"))


async def test_a_slow_reader_holds_the_sender_back(chat, tmp_path):
    size = 64 * 1024
    with RecordingWriter(tmp_path / "reply") as writer:
        writer.begin(200, {"Content-Type": "text/event-stream"})
        for _ in range(512):
            writer.write(b"x" * size, 0.0)
        writer.end(0.0)
    async with Emulator(replay=tmp_path / "reply") as emulator:
        before = len(asyncio.all_tasks())
        address = urllib.parse.urlsplit(emulator.base_url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=1024)
        writer.write(
            b"POST /compatible-mode/v1/chat/completions HTTP/1.1\r\n"
            b"Host: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.3)
        assert len(asyncio.all_tasks()) > before  # it has not been able to send 32 MiB into nowhere
        received = 0
        while content := await reader.read(size):
            received += len(content)
        assert received > 512 * size
        writer.close()
        await writer.wait_closed()


async def test_a_replay_needs_no_espeak(post, chat, tmp_path, monkeypatch):
    with RecordingWriter(tmp_path / "reply") as writer:
        writer.begin(200, {})
        writer.end(0.0)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    async with Emulator(replay=tmp_path / "reply") as emulator:
        assert (await post(emulator, chat("x"))).status == 200
    with pytest.raises(omni.UsageError, match="espeak-ng, which is not installed"):
        async with Emulator():
            pass
