import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.emulator.chat_request import MAX_ANSWER_TOKENS
from omni_stream.emulator.dashscope_request import read_dashscope_request
from omni_stream.emulator.refusal import Refusal

IMAGE = {"type": "image_url", "image_url": {"url": "https://example.test/a.png"}}
AUDIO = {"type": "input_audio", "input_audio": {"data": "https://example.test/a.mp3", "format": "mp3"}}
VIDEO = {"type": "video_url", "video_url": {"url": "https://example.test/a.mp4"}}
FRAMES = {"type": "video", "video": ["https://example.test/1.jpg", "https://example.test/2.jpg"]}
THINKING = {"enable_thinking": True, "modalities": ["text"], "audio": None}
TEXT = {"type": "text", "text": "这是什么"}


def read(chat, prompt="你好", **changes):
    return read_dashscope_request(json.dumps(chat(prompt, **changes)).encode())


def user(*parts):
    return {"role": "user", "content": list(parts)}


def test_a_full_request_is_read(chat):
    asked = read(chat, seed=7, max_tokens=9, audio={"voice": "Ethan", "format": "pcm16"})
    assert (asked.model, asked.voice, asked.speaks, asked.thinks) == (
        "qwen3-omni-flash",
        "Ethan",
        True,
        False,
    )
    assert (asked.seed, asked.max_tokens, asked.include_usage) == (7, 9, True)
    assert asked.prompt.text == "你好"


def test_the_defaults_are_text_only_and_no_usage(chat):
    asked = read(chat, modalities=None, audio=None, stream_options=None)
    assert (asked.speaks, asked.thinks, asked.voice, asked.seed) == (False, False, "", None)
    assert asked.max_tokens == MAX_ANSWER_TOKENS
    assert not asked.include_usage


def test_a_voice_not_named_is_the_models(chat):
    assert read(chat, audio=None).voice == "Cherry"
    assert read(chat, model="qwen2.5-omni-7b", audio={"format": "wav"}).voice == "Ethan"


def test_an_alias_is_repeated_as_it_was_asked(chat):
    asked = read(chat, model="qwen3-omni-flash-0915")
    assert asked.model == "qwen3-omni-flash-0915"
    assert asked.prompt.model == "qwen3-omni-flash-2025-09-15"


@pytest.mark.parametrize(
    ("part", "kinds"),
    [(IMAGE, ["image"]), (AUDIO, ["audio"]), (VIDEO, ["video"]), (FRAMES, ["video"])],
)
def test_every_kind_of_media_is_taken_beside_text(chat, part, kinds):
    asked = read(chat, messages=[user(part, TEXT)])
    assert [medium.kind for medium in asked.prompt.media] == kinds
    assert asked.prompt.text == "这是什么"


def test_turns_may_differ_in_media_and_the_last_one_is_the_prompt(chat):
    messages = [
        {"role": "system", "content": "You are terse."},
        user(IMAGE, TEXT),
        {"role": "assistant", "content": [TEXT]},
        user(AUDIO),
        {"role": "assistant", "content": "好"},
    ]
    asked = read(chat, messages=messages)
    assert asked.prompt.text == ""
    assert [medium.kind for medium in asked.prompt.media] == ["audio"]
    assert [medium.kind for medium in asked.input_media] == ["image", "audio"]
    assert len(asked.input_text) == 5
    assert asked.prompt.system == "You are terse."


def test_a_turbo_that_speaks_has_no_role(chat):
    messages = [{"role": "system", "content": "You are terse."}, {"role": "user", "content": "Hi"}]
    assert read(chat, messages=messages, model="qwen-omni-turbo").prompt.system == ""
    assert read(chat, messages=messages, model="qwen-omni-turbo", modalities=["text"]).prompt.system != ""


def test_lone_surrogates_do_not_reach_the_answer(chat):
    asked = read(chat, "a\ud800b", audio={"voice": "\udfff"})
    assert asked.prompt.text == "a?b"
    assert asked.voice == "?"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": None}, "you must provide a model"),
        ({"model": 3}, "you must provide a model"),
        ({"stream": None}, "only supports streaming"),
        ({"stream": "true"}, "only supports streaming"),
        ({"modalities": ["audio"]}, "modalities must be"),
        ({"modalities": ["text", "video"]}, "modalities must be"),
        ({"modalities": "text"}, "modalities must be"),
        ({"modalities": []}, "modalities must be"),
        ({"modalities": [["text"]]}, "modalities must be"),
        ({"model": "qwen3.8-omni-flash"}, "does not support the modalities"),
        ({"enable_thinking": True}, "not supported when enable_thinking"),
        ({"enable_thinking": True, "modalities": ["text"]}, "not supported when enable_thinking"),
        ({"enable_thinking": True, "model": "qwen-omni-turbo"}, "does not support enable_thinking"),
        ({"enable_thinking": "yes"}, "enable_thinking must be true or false"),
        ({"audio": {"voice": "Cherry", "format": "mp3"}}, "audio format 'mp3'"),
        ({"audio": {"voice": "Cherry", "format": ["wav"]}}, "audio format"),
        ({"audio": {"voice": {"id": "x"}}}, "voice must be a string"),
        ({"audio": "Cherry"}, "audio must be an object"),
        ({"messages": None}, "messages must be a list"),
        ({"messages": []}, "messages must be a list"),
        ({"messages": ["hi"]}, "must have a role"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "must have a role"),
        ({"messages": [{"role": "system", "content": "x"}]}, "message with role user"),
        ({"messages": [{"role": "user"}]}, "content of a user message"),
        ({"messages": [user(IMAGE, AUDIO, TEXT)]}, "one kind of media beside text, not audio and image"),
        ({"messages": [user(FRAMES, AUDIO)]}, "one kind of media beside text, not audio and video"),
        ({"messages": [user({"type": "picture"})]}, "none of text, image_url"),
        ({"messages": [user({"type": "video", "video": []})]}, "none of text, image_url"),
        ({"messages": [user({"type": "text", "text": 3})]}, "none of text, image_url"),
        (
            {"messages": [user({"type": "input_audio", "input_audio": {"data": "AAAA"}})]},
            "URL does not appear",
        ),
        (
            {"messages": [user(TEXT), {"role": "assistant", "content": [IMAGE]}]},
            "assistant message must be text",
        ),
        ({"messages": [user(*[IMAGE] * 193)]}, r"length should be \[1, 49152\]"),
        ({"messages": [user({"type": "text", "text": "字" * 49_152})]}, "input length"),
        ({"messages": [user(*[IMAGE] * 95)], "model": "qwen-omni-turbo"}, "input length"),
        ({"messages": [user(*[IMAGE] * 70)], **THINKING}, r"\[1, 16384\]"),
        ({"stream_options": [1]}, "stream_options must be an object"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"seed": True}, "seed must be a whole number"),
        ({"max_tokens": 0}, "max_tokens must be a whole number from 1"),
    ],
)
def test_what_the_service_refuses_is_refused(chat, changes, message):
    with pytest.raises(Refusal, match=message) as refused:
        read(chat, **changes)
    assert (refused.value.status, refused.value.code) == (400, "invalid_parameter_error")


@pytest.mark.parametrize("model", ["gpt-4", "gpt-audio", "\ud800"])
def test_a_model_of_others_is_not_found(chat, model):
    with pytest.raises(Refusal, match="does not exist") as refused:
        read(chat, model=model)
    assert (refused.value.status, refused.value.code) == (404, "model_not_found")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1]", b"null", b'"x"', b"[" * 100_000])
def test_what_is_no_json_object_is_refused(body):
    with pytest.raises(Refusal, match="JSON"):
        read_dashscope_request(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "url", "role", "content", "voice"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
KEYS = ["model", "messages", "modalities", "audio", "stream_options", "enable_thinking", "seed", "max_tokens"]


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3))
def test_any_json_is_read_or_refused(changes):
    body = {
        "model": "qwen3-omni-flash",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        **changes,
    }
    with contextlib.suppress(Refusal):
        assert read_dashscope_request(json.dumps(body).encode()).prompt.digest(seed=0)
