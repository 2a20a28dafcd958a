"""Each body is compared with a request of its service's own documentation, named beside it."""

import json
from dataclasses import replace

import pytest

from omni_stream.catalog import find_provider, providers
from omni_stream.errors import UsageError
from omni_stream.request import speech_request

SPEAKING = [provider.name for provider in providers() if provider.speak is not None]


def request_of(name, text="Hello", **arguments):
    return speech_request(text, provider=find_provider(name), **arguments)


def body_of(name, text="Hello", **arguments):
    (written,) = request_of(name, text, **arguments).body().pieces
    return json.loads(written)


def test_seven_providers_speak():
    assert SPEAKING == ["dashscope", "openai", "vllm-omni", "gemini", "minimax", "mistral", "elevenlabs"]


def test_qwen_tts():
    # https://www.alibabacloud.com/help/en/model-studio/qwen-tts-api, "Streaming output", curl
    assert body_of(
        "dashscope", "你好", model="qwen3-tts-flash", extra_body={"input": {"language_type": "Chinese"}}
    ) == {
        "model": "qwen3-tts-flash",
        "input": {"text": "你好", "voice": "Cherry", "language_type": "Chinese"},
    }


def test_openai():
    # https://platform.openai.com/docs/api-reference/audio/createSpeech, "Body parameters"
    assert body_of("openai", voice="coral", format="mp3", extra_body={"instructions": "cheerful"}) == {
        "model": "gpt-4o-mini-tts",
        "input": "Hello",
        "voice": "coral",
        "response_format": "mp3",
        "stream_format": "sse",
        "instructions": "cheerful",
    }


def test_vllm_omni():
    # https://docs.vllm.ai/projects/vllm-omni/en/stable/serving/speech_api/, "Request Parameters"
    assert body_of("vllm-omni", extra_body={"language": "English"}) == {
        "model": "Qwen/Qwen3-TTS-12Hz-1.7B-CustomVoice",
        "input": "Hello",
        "voice": "vivian",
        "response_format": "wav",
        "stream_format": "sse",
        "stream": True,
        "language": "English",
    }


def test_gemini():
    # https://ai.google.dev/gemini-api/docs/speech-generation, "Single-speaker TTS", REST
    assert body_of("gemini", "Say cheerfully: Have a wonderful day!") == {
        "contents": [{"role": "user", "parts": [{"text": "Say cheerfully: Have a wonderful day!"}]}],
        "generationConfig": {
            "responseModalities": ["AUDIO"],
            "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
        },
    }


def test_minimax():
    # https://platform.minimax.io/docs/api-reference/speech-t2a-http, "Request (streaming)"
    assert body_of("minimax", format="mp3", extra_body={"voice_setting": {"speed": 1, "vol": 1}}) == {
        "model": "speech-2.8-turbo",
        "text": "Hello",
        "stream": True,
        "stream_options": {"exclude_aggregated_audio": True},
        "voice_setting": {"voice_id": "English_expressive_narrator", "speed": 1, "vol": 1},
        "audio_setting": {"sample_rate": 24_000, "format": "mp3", "channel": 1},
    }


def test_voxtral():
    # https://docs.mistral.ai/studio/audio/text-to-speech/quickstarts/generate-speech, curl
    assert body_of("mistral", "Hi there! You are listening to Voxtral.", format="wav") == {
        "model": "voxtral-mini-tts-3-0",
        "input": "Hi there! You are listening to Voxtral.",
        "voice_id": "gb_jane_neutral",
        "response_format": "wav",
        "stream": True,
    }


def test_elevenlabs():
    # https://elevenlabs.io/docs/api-reference/text-to-speech/stream-with-timestamps, curl
    assert body_of("elevenlabs", "The first move is what sets everything in motion.") == {
        "text": "The first move is what sets everything in motion.",
        "model_id": "eleven_multilingual_v2",
    }


@pytest.mark.parametrize("name", SPEAKING)
def test_voice_and_model_are_the_callers_where_it_names_them(name):
    request = request_of(name, voice="Nova", model="of-tomorrow")
    assert (request.voice, request.model) == ("Nova", "of-tomorrow")


@pytest.mark.parametrize(
    ("name", "format", "called", "codec"),
    [
        ("openai", None, "pcm", "pcm"),
        ("openai", "opus", "opus", "opus"),
        ("openai", "aac", "aac", "aac"),
        ("openai", "wav", "wav", "pcm"),
        ("vllm-omni", None, "wav", "pcm"),
        ("vllm-omni", "pcm", "pcm", "pcm"),
        ("mistral", None, "pcm", "pcm-f32"),
        ("mistral", "pcm", "pcm", "pcm-f32"),
        ("mistral", "wav", "wav", "pcm"),
        ("mistral", "flac", "flac", "flac"),
        ("elevenlabs", None, "pcm_24000", "pcm"),
        ("elevenlabs", "mp3", "mp3_44100_128", "mp3"),
    ],
)
def test_a_format_is_asked_for_as_the_provider_calls_it(name, format, called, codec):
    request = request_of(name, format=format)
    assert (request.format, request.codec) == (called, codec)


@pytest.mark.parametrize("name", SPEAKING)
def test_every_format_of_a_provider_has_a_codec_that_audio_is_decoded_by(name):
    for format in find_provider(name).speak.formats:
        assert request_of(name, format=format).codec in {"pcm", "pcm-f32", "mp3", "aac", "flac", "opus"}


@pytest.mark.parametrize(
    ("name", "text", "arguments", "rule"),
    [
        ("openai", "", {}, "a text to speak must not be empty"),
        ("openai", " \n", {}, "a text to speak must not be empty"),
        ("openai", b"Hello", {}, "a text to speak is a text, not bytes"),
        ("openai", "x" * 4097, {}, "openai speaks at most 4,096 characters at once, and the text has 4,097"),
        ("minimax", "x" * 10_000, {}, "at most 9,999 characters"),
        ("openai", "Hello", {"format": "ogg"}, "openai streams speech as 'pcm', 'wav', 'mp3', .*'ogg'"),
        ("gemini", "Hello", {"format": "mp3"}, "gemini streams speech as 'pcm', and format is 'mp3'"),
        ("vllm-omni", "Hello", {"format": "mp3"}, "as 'pcm', 'wav', and format is 'mp3'"),
        ("openai", "Hello", {"format": 7}, "and format is 7"),
        ("openai", "Hello", {"voice": "coarl"}, r"gpt-4o-mini-tts has no voice 'coarl' .*is 'coral' or"),
        ("openai", "Hello", {"voice": ""}, "voice is the name of a voice, such as 'alloy'"),
        ("openai", "Hello", {"model": "a\nb"}, "model is the name of a model, such as 'gpt-4o-mini-tts'"),
        ("openai", "Hello", {"extra_body": "fast"}, "extra_body is a mapping"),
        ("sglang-omni", "Hello", {}, "sglang-omni speaks no texts"),
    ],
)
def test_what_breaks_a_rule_is_refused(name, text, arguments, rule):
    with pytest.raises(UsageError, match=rule):
        request_of(name, text, **arguments)


def test_what_the_catalog_does_not_know_is_sent_unchecked():
    assert body_of("openai", voice="voice_1234", check=False)["voice"] == "voice_1234"
    assert len(body_of("openai", "x" * 5000, check=False)["input"]) == 5000


def test_another_rate_of_raw_pcm_is_the_calls_to_say():
    with pytest.raises(UsageError, match="read at the call's 24000 Hz, and extra_body asks for 8000"):
        request_of("minimax", extra_body={"audio_setting": {"sample_rate": 8000}}).body()
    assert body_of("minimax", extra_body={"audio_setting": {"sample_rate": 24_000}})
    mp3 = body_of("minimax", format="mp3", extra_body={"audio_setting": {"sample_rate": 44_100}})
    assert mp3["audio_setting"]["sample_rate"] == 44_100
    minimax = find_provider("minimax")
    slow = replace(minimax, speak=replace(minimax.speak, rate=8000))
    (written,) = speech_request("Hello", provider=slow).body().pieces
    assert json.loads(written)["audio_setting"]["sample_rate"] == 8000


@pytest.mark.parametrize("extra", [{"x": float("nan")}, {"x": b"y"}, {"x": "\ud800"}])
def test_what_json_cannot_say_is_refused(extra):
    with pytest.raises(UsageError, match=r"cannot be said in JSON|lone surrogate"):
        request_of("openai", extra_body=extra).body()


def test_a_shape_of_the_callers_own_makes_the_body():
    def shape(request):
        return {"say": request.text, "as": request.voice, "in": request.format}

    openai = find_provider("openai")
    own = replace(openai, name="own", speak=replace(openai.speak, request=shape))
    request = speech_request("Hello", provider=own, extra_body={"in": "other"})
    assert json.loads(request.body().pieces[0]) == {"say": "Hello", "as": "alloy", "in": "other"}


def test_a_shape_that_there_is_not_is_told():
    openai = find_provider("openai")
    own = replace(openai, speak=replace(openai.speak, request="acme"))
    with pytest.raises(UsageError, match="of a text to speak is a function, or one of 'openai-speech'"):
        speech_request("Hello", provider=own).body()
