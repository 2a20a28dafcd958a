"""The emulator as other services than DashScope, asked by real clients over real sockets."""

import base64
import io
import json
import wave

import aiohttp
import media_files
import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError

import omni_stream as omni
from omni_stream.emulator import Emulator, RecordingWriter

PROMPT = "Say: one two three"
SOUND = media_files.sound("mp3", seconds=3)


async def said(emulator, provider, *, voice, **options):
    async with (
        omni.Client("sk-any", provider=provider, base_url=emulator.url_of(provider)) as client,
        client.ask(PROMPT, voice=voice, **options) as reply,
    ):
        frames = [frame async for frame in reply.audio()]
        return reply, b"".join(map(bytes, frames))


async def posted(emulator, service, path, body, **headers):
    url = f"{emulator.url_of(service)}{path}"
    async with aiohttp.request("POST", url, json=body, headers=headers) as response:
        return response.status, response.headers["Content-Type"], await response.read()


@pytest.mark.parametrize(
    ("provider", "voice"),
    [("dashscope", "Cherry"), ("openai", "alloy"), ("vllm-omni", "Ethan"), ("sglang-omni", "Ethan")],
)
async def test_one_prompt_is_the_same_speech_whoever_is_asked(emulator, provider, voice):
    reply, pcm = await said(emulator, provider, voice=voice)
    assert pcm == (await emulator.speak("one two three", voice=voice)).pcm
    assert reply.partial.text or reply.partial.transcript == "one two three"
    assert reply.usage.total_tokens == reply.usage.input_tokens + reply.usage.output_tokens


@pytest.mark.parametrize("provider", ["dashscope", "openai", "vllm-omni", "sglang-omni"])
@pytest.mark.parametrize("fault", ["truncate", "reset", "stall"])
async def test_faults_are_the_same_whoever_is_asked(emulator, provider, fault):
    timeouts = omni.Timeouts(idle=0.3)
    async with omni.Client(
        "sk-any", provider=provider, base_url=emulator.url_of(provider), timeouts=timeouts
    ) as client:
        with pytest.raises(omni.ProtocolError) as failed:
            async with client.ask(PROMPT, extra_headers={"X-Emulator-Fault": fault}) as reply:
                await reply.audio().into(omni.NullSink())
    assert failed.value.partial.audio_seconds > 0.3


@pytest.mark.parametrize(("provider", "lost_bytes"), [("openai", 0), ("vllm-omni", 2), ("sglang-omni", 2)])
async def test_an_odd_byte_is_carried_but_not_from_file_to_file(emulator, provider, lost_bytes):
    headers = {"X-Emulator-Fault": "odd-byte"}
    _, pcm = await said(emulator, provider, voice=None, extra_headers=headers)
    _, whole = await said(emulator, provider, voice=None)
    assert len(whole) - len(pcm) == lost_bytes


@pytest.mark.parametrize("provider", ["openai", "vllm-omni", "sglang-omni"])
@pytest.mark.parametrize("fault", ["bad-json", "bad-base64"])
async def test_a_spoiled_event_is_an_error_whoever_is_asked(emulator, provider, fault):
    with pytest.raises(omni.ProtocolError) as failed:
        await said(emulator, provider, voice=None, extra_headers={"X-Emulator-Fault": fault})
    assert failed.value.event_index > 3
    assert failed.value.partial.audio_seconds > 0.3


async def test_a_service_that_there_is_not_is_refused(emulator):
    with pytest.raises(omni.UsageError, match="answers as dashscope, openai"):
        emulator.url_of("azure")
    assert emulator.base_url == emulator.url_of("dashscope")


def openai_body(**changes):
    body = {
        "model": "gpt-audio",
        "messages": [{"role": "user", "content": PROMPT}],
        "modalities": ["text", "audio"],
        "audio": {"voice": "alloy", "format": "pcm16"},
        "stream": True,
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


def hearing(data, format="mp3"):
    part = {"type": "input_audio", "input_audio": {"data": data, "format": format}}
    return [{"role": "user", "content": [part, {"type": "text", "text": "What is said?"}]}]


async def test_the_openai_sdk_hears_and_is_heard(emulator):
    messages = hearing(base64.b64encode(SOUND).decode())
    async with AsyncOpenAI(api_key="any", base_url=emulator.url_of("openai")) as client:
        transcript, encoded, usage = "", "", None
        async for chunk in await client.chat.completions.create(
            **openai_body(messages=messages, stream_options={"include_usage": True})
        ):
            usage = chunk.usage or usage
            if chunk.choices:
                audio = chunk.choices[0].delta.model_dump().get("audio") or {}
                transcript += audio.get("transcript") or ""
                encoded += audio.get("data") or ""
    assert f"the recording (MP3, {len(SOUND)} bytes, " in transcript
    pcm = base64.b64decode(encoded)
    assert pcm == (await emulator.speak(transcript, voice="alloy")).pcm
    assert usage.completion_tokens_details.audio_tokens == round(len(pcm) / 48_000 * 20)
    assert 30 <= usage.prompt_tokens_details.audio_tokens <= 32


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"audio": {"voice": "alloy", "format": "wav"}}, "does not support 'wav' when stream=true"),
        ({"audio": {"voice": "alloy"}}, "does not support None"),
        ({"audio": None}, "Missing required parameter: 'audio'"),
        ({"audio": {"voice": "Cherry", "format": "pcm16"}}, "Invalid value: 'Cherry'"),
        ({"stream": None}, "stream must be true"),
        ({"modalities": None, "audio": None}, "either input content or output modality contain audio"),
        ({"messages": hearing("data:;base64," + base64.b64encode(SOUND).decode())}, "Incorrect padding"),
        ({"messages": hearing("AAAA", "flac")}, "Supported values are: 'wav' and 'mp3'"),
        ({"messages": hearing("")}, "The audio is empty"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "none of text, input_audio"),
    ],
)
async def test_what_openai_refuses_is_refused(emulator, changes, message):
    async with AsyncOpenAI(api_key="any", base_url=emulator.url_of("openai")) as client:
        with pytest.raises(BadRequestError, match=message):
            await client.chat.completions.create(**openai_body(**changes))


async def test_models_of_others_are_not_openais(emulator):
    async with AsyncOpenAI(api_key="any", base_url=emulator.url_of("openai")) as client:
        with pytest.raises(NotFoundError, match="does not exist"):
            await client.chat.completions.create(**openai_body(model="qwen3-omni-flash"))


async def test_a_written_answer_of_openai_has_a_reason(emulator):
    body = openai_body(modalities=["text"], audio=None, messages=hearing(base64.b64encode(SOUND).decode()))
    _, _, content = await posted(emulator, "openai", "/chat/completions", body)
    assert b'"finish_reason":"stop"' in content
    assert b'"expires_at"' not in content


def vllm_body(**changes):
    body = {"model": "any/thing", "messages": [{"role": "user", "content": PROMPT}], "stream": True}
    return {**body, **changes}


@pytest.mark.parametrize(
    ("provider", "voice"),
    [
        ("dashscope", "Cherry"),
        ("openai", "coral"),
        ("vllm-omni", "vivian"),
        ("gemini", "Kore"),
        ("minimax", "any voice"),
        ("mistral", "any voice"),
        ("elevenlabs", "JBFqnCBsd6RMkjVDRZzb"),
    ],
)
async def test_a_text_is_spoken_whoever_is_asked(emulator, provider, voice):
    async with (
        omni.Client("sk-any", provider=provider, base_url=emulator.url_of(provider)) as client,
        client.speak("one two", voice=voice) as reply,
    ):
        pcm = b"".join([bytes(frame) async for frame in reply.audio()])
    assert pcm == (await emulator.speak("one two", voice=voice)).pcm


async def test_qwen_tts_has_a_framing_of_its_own(emulator):
    url = emulator.base_url.replace(
        "compatible-mode/v1", "api/v1/services/aigc/multimodal-generation/generation"
    )
    body = {"model": "qwen3-tts-flash", "input": {"text": "one two", "voice": "Cherry"}}
    async with aiohttp.request("POST", url, json=body, headers={"X-DashScope-SSE": "enable"}) as response:
        *events, rest = (await response.text()).split("\n\n")
    assert rest == ""
    for number, event in enumerate(events, 1):
        id, kind, status, data = event.split("\n")
        assert (id, kind, status) == (f"id:{number}", "event:result", ":HTTP_STATUS/200")
        output = json.loads(data.removeprefix("data:"))["output"]
        assert (output["finish_reason"], output["audio"]["data"] == "", output["audio"]["url"] == "") == (
            ("stop", True, False) if number == len(events) else ("null", False, True)
        )
    async with aiohttp.request("POST", url, json=body) as response:
        assert response.status == 400
        assert set(await response.json()) == {"code", "message", "request_id"}


async def test_sglang_says_its_cost_with_its_reason_and_sends_nothing_that_is_null(emulator):
    body = vllm_body(audio={"format": "pcm"}, stream_options={"include_usage": True})
    _, _, content = await posted(emulator, "sglang-omni", "/chat/completions", body)
    *events, stop, done, rest = content.decode().split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    assert json.loads(stop[6:])["choices"][0]["finish_reason"] == "stop"
    assert json.loads(stop[6:])["usage"]["total_tokens"] > 0
    assert "null" not in content.decode()
    spoken = [event for event in events if '"audio"' in event]
    pcm = b"".join(
        base64.b64decode(json.loads(event[6:])["choices"][0]["delta"]["audio"]["data"]) for event in spoken
    )
    assert pcm == (await emulator.speak("one two three", voice="Ethan")).pcm


@pytest.mark.parametrize(("format", "is_wav"), [("wav", True), ("pcm", False), ("pcm16", False)])
async def test_a_server_of_ones_own_speaks_in_the_format_asked_for(emulator, format, is_wav):
    body = vllm_body(audio={"format": format})
    _, _, content = await posted(emulator, "vllm-omni", "/chat/completions", body)
    events = [json.loads(event[6:]) for event in content.decode().split("\n\n")[:-2]]
    audio = [event["choices"][0]["delta"]["content"] for event in events if event.get("modality") == "audio"]
    decoded = [base64.b64decode(piece) for piece in audio if piece]
    assert len(decoded) > 5
    assert {piece.startswith(b"RIFF") for piece in decoded} == {is_wav}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"audio": {"format": "mp3"}}, "'mp3' is not offered here"),
        ({"model": ""}, "must provide a model"),
        ({"stream": False}, "stream must be true"),
        ({"messages": hearing("data:;base64,AAAA")}, "Incorrect padding"),
        ({"messages": [{"role": "user", "content": [{"type": "video"}]}]}, "none of text, image_url"),
    ],
)
async def test_what_a_server_of_ones_own_refuses_is_refused(emulator, changes, message):
    status, _, content = await posted(emulator, "vllm-omni", "/chat/completions", vllm_body(**changes))
    assert status == 400
    assert message in json.loads(content)["error"]["message"]


async def test_a_server_of_ones_own_takes_media_in_all_of_its_ways(emulator):
    picture = base64.b64encode(media_files.picture("PNG", width=64, height=48)).decode()
    parts = [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{picture}"}},
        {"type": "audio_url", "audio_url": {"url": "https://media.test/talk.wav"}},
        {"type": "video_url", "video_url": {"url": "https://media.test/film.mp4"}},
    ]
    body = vllm_body(messages=[{"role": "user", "content": parts}], modalities=["text"])
    _, _, content = await posted(emulator, "vllm-omni", "/chat/completions", body)
    events = [json.loads(event[6:]) for event in content.decode().split("\n\n")[:-2]]
    text = "".join(event["choices"][0]["delta"]["content"] for event in events)
    assert "64 by 48 pixels" in text
    assert "talk.wav" in text
    assert "film.mp4" in text


def speech_body(**changes):
    return {
        "model": "gpt-4o-mini-tts",
        "input": "one two",
        "voice": "coral",
        "response_format": "pcm",
        **changes,
    }


SERVICES = {"openai": {"stream_format": "sse"}, "vllm-omni": {"stream": True}}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("format", ["pcm", "wav"])
async def test_the_speech_of_a_text_comes_as_padded_events(emulator, service, format):
    body = speech_body(response_format=format, **SERVICES[service])
    _, kind, content = await posted(emulator, service, "/audio/speech", body)
    assert kind.startswith("text/event-stream")
    *deltas, finished, done, rest = content.decode().split("\r\n\r\n")
    assert (done, rest) == ("data: [DONE]", "")
    audio = [json.loads(event[6:])["audio"] for event in deltas]
    assert all(encoded.endswith("==") and len(encoded) == 5464 for encoded in audio[:-1])
    spoken = await emulator.speak("one two", voice="coral")
    decoded = b"".join(map(base64.b64decode, audio))
    assert decoded[44 if format == "wav" else 0 :] == spoken.pcm
    assert decoded.startswith(b"RIFF\xff\xff\xff\xff") == (format == "wav")
    done_event = json.loads(finished[6:])
    assert done_event["type"] == "speech.audio.done"
    assert done_event["usage"]["output_tokens"] == round(spoken.seconds * 20)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("format", ["pcm", "wav"])
async def test_the_speech_of_a_text_comes_as_the_body_itself(emulator, service, format):
    status, kind, content = await posted(
        emulator, service, "/audio/speech", speech_body(response_format=format)
    )
    assert (status, kind) == (200, f"audio/{format}")
    pcm = (await emulator.speak("one two", voice="coral")).pcm
    if format == "pcm":
        assert content == pcm
    else:
        with wave.open(io.BytesIO(content)) as file:
            assert file.getframerate() == 24_000
        assert content[44:] == pcm


async def test_the_openai_sdk_speaks(emulator, tmp_path):
    async with AsyncOpenAI(api_key="any", base_url=emulator.url_of("openai")) as client:
        request = client.audio.speech.with_streaming_response.create(**speech_body())
        async with request as response:
            pcm = b"".join([content async for content in response.iter_bytes()])
    assert pcm == (await emulator.speak("one two", voice="coral")).pcm


@pytest.mark.parametrize(
    ("service", "changes", "message"),
    [
        ("openai", {"response_format": "mp3"}, "'mp3' is not offered here; use pcm or wav"),
        ("vllm-omni", {"response_format": "flac"}, "'flac' is not offered here"),
        ("openai", {"model": "tts-1", "stream_format": "sse"}, "tts-1 does not support stream_format"),
        ("openai", {"stream_format": "x"}, "stream_format must be"),
        ("openai", {"voice": ""}, "Missing required parameter: 'voice'"),
        ("openai", {"input": ""}, "must be 1 to 4096 characters"),
        ("openai", {"input": "x" * 4097}, "and has 4097"),
        ("vllm-omni", {"model": ""}, "Missing required parameter: 'model'"),
    ],
)
async def test_what_no_service_speaks_is_refused(emulator, service, changes, message):
    status, _, content = await posted(emulator, service, "/audio/speech", speech_body(**changes))
    assert status == 400
    assert message in json.loads(content)["error"]["message"]


async def test_a_body_that_is_sound_can_break_off_but_has_no_events_to_spoil(emulator):
    with pytest.raises(aiohttp.ClientPayloadError):
        await posted(emulator, "openai", "/audio/speech", speech_body(), **{"X-Emulator-Fault": "truncate"})
    status, _, content = await posted(
        emulator, "openai", "/audio/speech", speech_body(), **{"X-Emulator-Fault": "odd-byte"}
    )
    assert status == 400
    assert json.loads(content)["error"]["code"] == "invalid_fault_script"


async def test_a_replay_answers_whoever_is_asked(tmp_path):
    with RecordingWriter(tmp_path / "reply") as writer:
        writer.begin(200, {"Content-Type": "audio/pcm"})
        writer.write(b"\x01\x02", 0.0)
        writer.end(0.0)
    async with Emulator(replay=tmp_path / "reply") as replaying:
        for service, path in [("openai", "/audio/speech"), ("vllm-omni", "/chat/completions")]:
            assert await posted(replaying, service, path, {}) == (200, "audio/pcm", b"\x01\x02")
