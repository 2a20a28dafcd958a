import json

import pytest

from omni_stream.catalog import find_provider
from omni_stream.errors import UsageError
from omni_stream.media import Audio, Image, MediaFacts
from omni_stream.request import chat_request

DASHSCOPE = find_provider("dashscope")
OPENAI = find_provider("openai")
URL = "https://media.test/a"


def body_of(prompt="Hi", provider=DASHSCOPE, **options):
    return json.loads(b"".join(chat_request(prompt, provider=provider, **options).body.pieces))


def test_a_text_becomes_a_spoken_answer_by_the_defaults():
    assert body_of("讲个故事") == {
        "model": "qwen3-omni-flash",
        "messages": [{"role": "user", "content": "讲个故事"}],
        "modalities": ["text", "audio"],
        "audio": {"voice": "Cherry", "format": "wav"},
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_openai_has_defaults_of_its_own():
    body = body_of(provider=OPENAI)
    assert (body["model"], body["audio"]) == ("gpt-audio", {"voice": "alloy", "format": "pcm16"})


def test_every_option_has_its_place():
    options = {"temperature": 0.5, "top_p": 1, "seed": 7, "max_tokens": 9, "model": "qwen-omni-turbo"}
    body = body_of(voice="Ethan", stop=("a", "b"), **options)
    assert body["audio"]["voice"] == "Ethan"
    assert {name: body[name] for name in (*options, "stop")} == {**options, "stop": ["a", "b"]}


def test_thinking_is_in_text_alone():
    body = body_of(thinking=True)
    assert (body["enable_thinking"], body["modalities"], "audio" in body) == (True, ["text"], False)


def test_thinking_may_be_turned_off_where_there_is_a_switch():
    assert body_of(thinking=False)["enable_thinking"] is False
    assert "enable_thinking" not in body_of(thinking=False, model="qwen-omni-turbo")
    assert "enable_thinking" not in body_of(thinking=False, provider=OPENAI)
    assert "enable_thinking" not in body_of()


@pytest.mark.parametrize("options", [{"model": "qwen-omni-turbo"}, {"provider": OPENAI}])
def test_a_model_without_a_thinking_mode_is_not_asked_to_think(options):
    with pytest.raises(UsageError, match="has no thinking mode"):
        body_of(thinking=True, **options)


def test_an_unknown_model_is_asked_all_the_same():
    body = body_of(model="qwen9-omni", thinking=True, voice="Nova", modalities=["text", "audio"])
    assert (body["model"], body["enable_thinking"]) == ("qwen9-omni", True)
    assert body["audio"] == {"voice": "Nova", "format": "wav"}


@pytest.mark.parametrize(
    "options",
    [
        {"voice": "Nova"},
        {"extra_body": {"audio": {"voice": "Cherry", "format": "mp3"}}},
        {"model": "qwen-omni-turbo", "thinking": True},
        {"modalities": ["text", "audio"], "thinking": True},
        {"model": "qwen-omni-turbo", "prompt": [{"role": "system", "content": "Be terse."}]},
        {"prompt": [{"role": "user", "content": [Audio(URL), Image(URL)]}]},
    ],
)
def test_without_checks_all_is_sent_as_it_is_asked(options):
    with pytest.raises(UsageError):
        body_of(**options)
    assert body_of(**options, check=False)["stream"] is True


def test_media_are_checked_when_they_are_known():
    recording = Audio(b"A")
    request = chat_request([{"role": "user", "content": [recording]}], provider=DASHSCOPE)
    request.check({recording: MediaFacts(kind="audio", seconds=1200)})
    too_long = {recording: MediaFacts(kind="audio", seconds=1201)}
    with pytest.raises(UsageError, match=r"duration of audio for qwen3-omni-flash is at most 1,200 s"):
        request.check(too_long)
    unchecked = chat_request([{"role": "user", "content": [recording]}], provider=DASHSCOPE, check=False)
    unchecked.check(too_long)


def test_messages_of_extra_body_are_the_callers_own():
    request = chat_request(
        [{"role": "user", "content": [Image(b"A")]}], provider=DASHSCOPE, extra_body={"messages": []}
    )
    assert (request.media, request.body.media) == ((), ())


def test_extra_body_is_merged_last():
    body = body_of(extra_body={"audio": {"voice": "Roy", "format": "wav"}, "enable_search": True})
    assert (body["audio"]["voice"], body["enable_search"]) == ("Roy", True)


def test_extra_stream_options_keep_the_usage():
    assert body_of(extra_body={"stream_options": {}})["stream_options"] == {"include_usage": True}
    body = body_of(extra_body={"stream": True, "stream_options": {"chunk_usage": 1}})
    assert body["stream_options"] == {"chunk_usage": 1, "include_usage": True}


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"extra_body": {"stream": False}}, "always streamed"),
        ({"extra_body": {"stream_options": {"include_usage": False}}}, "always carries its usage"),
        ({"extra_body": {"stream_options": None}}, "always carries its usage"),
        ({"extra_body": [("a", 1)]}, "extra_body is a mapping"),
        ({"extra_body": {"a": b"bytes"}}, "cannot be said in JSON"),
        ({"extra_body": {"a": float("nan")}}, "cannot be said in JSON"),
        ({"prompt": "a\ud800b"}, r"lone surrogate U\+D800"),
        ({"model": ""}, "model is the name of a model"),
        ({"model": "a\r\nb"}, "model is the name of a model"),
        ({"model": 3}, "model is the name of a model"),
        ({"thinking": "yes"}, "thinking is True, False or None"),
    ],
)
def test_what_cannot_be_sent_is_refused(options, rule):
    with pytest.raises(UsageError, match=rule):
        body_of(**{"prompt": "Hi", **options})


def test_a_body_too_deep_for_json_is_refused():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(UsageError, match="cannot be said in JSON"):
        body_of(extra_body={"deep": deep})


def test_a_request_does_not_change_with_its_arguments():
    messages = [{"role": "user", "content": "Hi"}]
    request = chat_request(messages, provider=DASHSCOPE)
    messages[0]["content"] = "changed"
    assert json.loads(request.body.pieces[0])["messages"][0]["content"] == "Hi"


def test_a_request_does_not_show_its_prompt():
    assert "secret plan" not in repr(chat_request("secret plan", provider=DASHSCOPE))
