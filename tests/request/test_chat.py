import json
import logging

import pytest

from omni_stream.catalog import find_provider
from omni_stream.errors import UsageError
from omni_stream.request import chat_request

DASHSCOPE = find_provider("dashscope")
OPENAI = find_provider("openai")


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


def test_an_unknown_model_is_asked_all_the_same_and_logged(caplog):
    caplog.set_level(logging.INFO, "omni_stream")
    body = body_of(model="qwen9-omni", thinking=True, modalities=["text"])
    assert (body["model"], body["enable_thinking"]) == ("qwen9-omni", True)
    assert "'qwen9-omni' is not in the catalog" in caplog.text


def test_extra_body_is_merged_last():
    body = body_of(extra_body={"audio": {"voice": "X", "format": "pcm"}, "enable_search": True})
    assert (body["audio"]["voice"], body["enable_search"]) == ("X", True)


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
