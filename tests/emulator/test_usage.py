import pytest

from omni_stream.emulator.answers import Medium
from omni_stream.emulator.usage import audio_tokens, usage


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
    media = [Medium("image", "https://example.test/1.png")] * 2
    cost = usage(["你是谁", "You are terse."], media, text_tokens=20, audio_tokens=83)
    assert cost == {
        "prompt_tokens": 3 + 5 + 3 + 5 + 4 + 2 * 258,
        "completion_tokens": 103,
        "total_tokens": 3 + 5 + 3 + 5 + 4 + 2 * 258 + 103,
        "completion_tokens_details": {"audio_tokens": 83, "text_tokens": 20},
        "prompt_tokens_details": {"text_tokens": 20, "image_tokens": 516},
    }


def test_thinking_is_counted_apart():
    cost = usage(["你是谁"], [], text_tokens=168, reasoning_tokens=195)
    assert cost["prompt_tokens"] == 11
    assert cost["completion_tokens_details"] == {"reasoning_tokens": 195, "text_tokens": 168}
