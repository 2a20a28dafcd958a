from pathlib import Path

import numpy as np
import pytest

import omni_stream as omni
from omni_stream.cli.tally import Tally

FRAME = omni.AudioFrame(np.zeros(2_400, np.int16), omni.AudioFormat(24_000))


@pytest.fixture
def tally():
    return Tally()


def test_the_first_of_each_counts_and_audio_adds_up(tally):
    for at_seconds, item in enumerate(
        [omni.TextDelta("a"), FRAME, omni.TextDelta("b"), FRAME, omni.Usage(9, 140, 149)], 1
    ):
        tally.count(item, at_seconds / 10)
    assert (
        tally.summary(Path("answer.wav"))
        == "first text 0.10 s, audio 0.20 s · 0.20 s of audio · 9+140 tokens · answer.wav"
    )


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"prompt_tokens_details": {"text_tokens": 12, "image_tokens": 400}}, " (image 400)"),
        ({"prompt_tokens_details": {"audio_tokens": 25, "video_tokens": 375}}, " (video 375, audio 25)"),
        ({"prompt_tokens_details": {"text_tokens": 412, "audio_tokens": 0, "image_tokens": None}}, ""),
        ({"prompt_tokens_details": [400]}, ""),
    ],
)
def test_what_media_cost_is_told_apart(tally, details, told):
    tally.count(omni.Usage(412, 140, 552, details), 0.5)
    assert tally.summary(None) == f"412+140 tokens{told}"


def test_what_did_not_come_is_not_named(tally):
    tally.count(omni.TranscriptDelta("a"), 0.5)
    assert tally.summary(None) == "first text 0.50 s"
    assert tally.kept(Path("answer.part.wav")) is None


def test_what_came_of_a_broken_answer_is_named_with_its_file(tally):
    tally.count(FRAME, 0.5)
    assert tally.kept(Path("a.part.wav")) == "0.10 s of audio came and can be played: a.part.wav"
    assert tally.kept(None) == "0.10 s of audio came"
