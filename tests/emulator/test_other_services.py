"""The emulator in the words of services that are not like OpenAI's, each in its documented shape."""

import base64
import json

import aiohttp
import media_files
import numpy as np
import pytest

import omni_stream as omni
from omni_stream import catalog
from omni_stream.emulator import Emulator
from omni_stream.emulator.services import SERVICES

SPEAKING = {
    "gemini": "Kore",
    "minimax": "any voice",
    "mistral": "any voice",
    "elevenlabs": "JBFqnCBsd6RMkjVDRZzb",
}


async def posted(emulator, service, path, body, **headers):
    url = f"{emulator.url_of(service)}{path}"
    async with aiohttp.request("POST", url, json=body, headers=headers) as response:
        return response.status, (await response.read()).decode()


def test_every_provider_of_the_catalog_has_its_service():
    assert set(SERVICES) == {provider.name for provider in catalog.providers()}
    for provider in catalog.providers():
        service = SERVICES[provider.name]
        assert (service.chat is not None) == (provider.ask is not None)
        assert (service.speech is not None) == (provider.speak is not None) or provider.name == "gemini"


@pytest.mark.parametrize("provider", SPEAKING)
@pytest.mark.parametrize("fault", ["truncate", "stall", "bad-json"])
async def test_faults_are_the_same_whoever_speaks(emulator, provider, fault):
    timeouts = omni.Timeouts(idle=0.3)
    async with omni.Client(
        "sk-any", provider=provider, base_url=emulator.url_of(provider), timeouts=timeouts
    ) as client:
        reply = client.speak(
            "one two three", voice=SPEAKING[provider], extra_headers={"X-Emulator-Fault": fault}
        )
        with pytest.raises(omni.ProtocolError) as failed:
            async with reply:
                await reply.audio().into(omni.NullSink())
    assert failed.value.partial.audio_seconds > 0.3


@pytest.mark.parametrize("provider", SPEAKING)
async def test_a_key_is_taken_in_the_services_own_header(provider):
    async with Emulator(api_key="sk-right", first_audio_seconds=0, real_time_factor=0) as emulator:
        for key, error in [("sk-right", None), ("sk-wrong", omni.AuthenticationError)]:
            async with omni.Client(key, provider=provider, base_url=emulator.url_of(provider)) as client:
                reply = client.speak("one", voice=SPEAKING[provider])
                if error is None:
                    async with reply:
                        await reply.audio().into(omni.NullSink())
                else:
                    with pytest.raises(error):
                        await reply.__aenter__()


MINIMAX = {
    "model": "speech-2.8-turbo",
    "text": "one two",
    "stream": True,
    "voice_setting": {"voice_id": "x"},
    "audio_setting": {"format": "pcm"},
}


@pytest.mark.parametrize("repeats", [True, False])
async def test_minimax_sends_hex_and_all_of_it_again_unless_told_not_to(emulator, repeats):
    body = MINIMAX | {"stream_options": {"exclude_aggregated_audio": not repeats}}
    _, content = await posted(emulator, "minimax", "/t2a_v2", body)
    *deltas, last = [json.loads(event[6:]) for event in content.split("\n\n")[:-1]]
    assert {(delta["data"]["status"], delta["base_resp"]["status_code"]) for delta in deltas} == {(1, 0)}
    pcm = b"".join(bytes.fromhex(delta["data"]["audio"]) for delta in deltas)
    spoken = await emulator.speak("one two", voice="x")
    assert pcm == spoken.pcm
    assert last["data"] == {"audio": spoken.pcm.hex() if repeats else "", "status": 2}
    assert last["extra_info"]["usage_characters"] == 7
    assert last["extra_info"]["audio_length"] == int(spoken.seconds * 1000)


async def test_mistral_sends_floats_as_named_events(emulator):
    body = {"model": "m", "input": "one two", "voice_id": "x", "response_format": "pcm", "stream": True}
    _, content = await posted(emulator, "mistral", "/audio/speech", body)
    *events, rest = content.split("\n\n")
    assert rest == ""
    assert {event.split("\n")[0] for event in events[:-1]} == {"event: speech.audio.delta"}
    written = b"".join(
        base64.b64decode(json.loads(event.split("\ndata: ")[1])["audio_data"]) for event in events[:-1]
    )
    heard = np.frombuffer(written, "<f4")
    assert np.abs(heard).max() < 1
    assert (heard * 32_768).astype("<i2").tobytes() == (await emulator.speak("one two", voice="x")).pcm
    done = json.loads(events[-1].removeprefix("event: speech.audio.done\ndata: "))
    assert (
        done["usage"]["total_tokens"] == done["usage"]["prompt_tokens"] + done["usage"]["completion_tokens"]
    )


async def test_elevenlabs_sends_lines_that_say_when_each_character_is_heard(emulator):
    path = "/text-to-speech/x/stream/with-timestamps?output_format=pcm_24000"
    _, content = await posted(emulator, "elevenlabs", path, {"text": "one two three", "model_id": "m"})
    lines = [json.loads(line) for line in content.splitlines()]
    spoken = await emulator.speak("one two three", voice="x")
    assert b"".join(base64.b64decode(line["audio_base64"]) for line in lines) == spoken.pcm
    told = [line["alignment"] for line in lines if line["alignment"]]
    assert "".join(character for one in told for character in one["characters"]) == "one two three"
    begins = [begin for one in told for begin in one["character_start_times_seconds"]]
    assert begins == sorted(begins)
    second = [word.seconds for word in spoken.words][1]
    assert begins[4] == pytest.approx(second, abs=0.001)


async def test_gemini_answers_in_text_and_is_shown_pictures(emulator):
    picture = omni.Image(media_files.picture("PNG", width=64, height=48))
    async with omni.Client("k", provider="gemini", base_url=emulator.url_of("gemini")) as client:
        chat = omni.Conversation(system="You are a pirate")
        chat.user("What is this?", picture)
        async with client.ask(chat) as reply:
            text = "".join([piece async for piece in reply.text()])
    assert "64 by 48 pixels" in text
    assert "You are a pirate" in text
    assert reply.finish_reason == "STOP"
    assert reply.usage.total_tokens == reply.usage.input_tokens + reply.usage.output_tokens > 10


async def test_gemini_reads_a_text_out_without_sending_it(emulator):
    body = {
        "contents": [{"parts": [{"text": "one two"}]}],
        "generationConfig": {"responseModalities": ["AUDIO"]},
    }
    _, content = await posted(emulator, "gemini", "/models/m:streamGenerateContent?alt=sse", body)
    *events, last, rest = content.split("\r\n\r\n")
    assert rest == ""
    parts = [json.loads(event[6:])["candidates"][0]["content"]["parts"][0] for event in events]
    assert {part["inlineData"]["mimeType"] for part in parts} == {"audio/L16;codec=pcm;rate=24000"}
    pcm = b"".join(base64.b64decode(part["inlineData"]["data"]) for part in parts)
    assert pcm == (await emulator.speak("one two", voice="Kore")).pcm
    assert json.loads(last[6:])["candidates"][0]["finishReason"] == "STOP"


GEMINI_PATH = "/models/m:streamGenerateContent"


@pytest.mark.parametrize(
    ("service", "path", "body", "message"),
    [
        ("minimax", "/t2a_v2", MINIMAX | {"stream": False}, "stream must be true"),
        ("minimax", "/t2a_v2", MINIMAX | {"audio_setting": {}}, "'mp3' is not offered here; use pcm"),
        ("minimax", "/t2a_v2", MINIMAX | {"voice_setting": {}}, "parameter: 'voice_id'"),
        ("mistral", "/audio/speech", {"stream": True, "response_format": "flac"}, "'flac' is not offered"),
        ("mistral", "/audio/speech", {}, "stream must be true"),
        ("elevenlabs", "/text-to-speech/x/stream/with-timestamps", {"text": "x"}, "mp3_44100_128"),
        ("gemini", GEMINI_PATH, {"contents": []}, "contents must be a list"),
        ("gemini", GEMINI_PATH, {"contents": [{"role": "tool", "parts": [{}]}]}, "valid role"),
        ("gemini", GEMINI_PATH, {"contents": [{"parts": [{"x": 1}]}]}, "none of text, inlineData"),
        (
            "gemini",
            GEMINI_PATH,
            {"contents": [{"parts": [{"inlineData": {"mimeType": "text/x", "data": ""}}]}]},
            "Unsupported MIME type",
        ),
    ],
)
async def test_what_they_refuse_is_refused(emulator, service, path, body, message):
    status, content = await posted(emulator, service, path, body)
    assert status == 400
    assert message in json.loads(content)["error"]["message"]
