import dataclasses

import pytest

from omni_stream.emulator.answers import Answer, Prompt
from omni_stream.emulator.chat_request import ChatRequest
from omni_stream.emulator.medium import at_url
from omni_stream.emulator.speech import Speech
from omni_stream.emulator.usage import audio_tokens, dashscope_usage

ASKED = ChatRequest(
    model="qwen3-omni-flash",
    prompt=Prompt("You are terse."),
    input_text=("你是谁", "You are terse."),
    input_media=(),
    speaks=True,
    thinks=False,
    voice="Cherry",
    voices=(),
    audio_format="pcm16",
    seed=None,
    max_tokens=2048,
    include_usage=True,
)
SAID = Answer("字" * 20, "想" * 195, cut=False)


@pytest.mark.parametrize(
    ("seconds", "model", "tokens"),
    [
        (0, "qwen3-omni-flash", 0),
        (0.2, "qwen3-omni-flash", 13),
        (1, "qwen3-omni-flash", 13),
        (6.64, "qwen3-omni-flash", 83),
        (1.12, "qwen3-omni-flash", 14),
        (2, "qwen-omni-turbo", 50),
        (0.5, "qwen-omni-turbo", 25),
        (2, "qwen2.5-omni-7b", 50),
    ],
)
def test_speech_costs_by_the_second_and_at_least_one(seconds, model, tokens):
    assert audio_tokens(seconds, model=model) == tokens


def test_totals_are_the_sums_of_their_details():
    media = (at_url("image", "https://example.test/1.png"),) * 2
    asked = dataclasses.replace(ASKED, input_media=media)
    assert dashscope_usage(asked, SAID, Speech(b"", 159_360, ())) == {
        "prompt_tokens": 3 + 5 + 3 + 5 + 4 + 2 * 256,
        "completion_tokens": 103,
        "total_tokens": 3 + 5 + 3 + 5 + 4 + 2 * 256 + 103,
        "completion_tokens_details": {"audio_tokens": 83, "text_tokens": 20},
        "prompt_tokens_details": {"text_tokens": 20, "image_tokens": 512},
    }


def test_thinking_is_counted_apart():
    cost = dashscope_usage(dataclasses.replace(ASKED, input_text=("你是谁",), thinks=True), SAID, None)
    assert cost["prompt_tokens"] == 11
    assert cost["completion_tokens_details"] == {"reasoning_tokens": 195, "text_tokens": 20}
