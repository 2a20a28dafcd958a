import pytest

from omni_stream.emulator.answers import Medium
from omni_stream.emulator.usage import audio_tokens, usage


@pytest.mark.parametrize(
    ("seconds", "tokens_per_second", "tokens"),
    [
        (0, 12.5, 0),
        (0.2, 12.5, 13),
        (1, 12.5, 13),
        (6.64, 12.5, 83),
        (2, 25, 50),
        (0.5, 25, 25),
        (2, None, 50),
    ],
)
def test_speech_costs_by_the_second_and_at_least_one(seconds, tokens_per_second, tokens):
    assert audio_tokens(seconds, tokens_per_second=tokens_per_second) == tokens


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
