import dataclasses

import pytest

from omni_stream import catalog
from omni_stream.catalog import Bounds


@pytest.mark.parametrize(
    ("name", "unit_pixels", "most_frames", "audio_tokens_per_second"),
    [
        ("qwen3-omni-flash", 32, 128, 12.5),
        ("qwen3-omni-flash-2025-12-01", 32, 128, 12.5),
        ("qwen3-omni-flash-2025-09-15", 32, 128, 12.5),
        ("qwen-omni-turbo", 28, 80, 25),
        ("qwen-omni-turbo-latest", 28, 80, 25),
        ("qwen-omni-turbo-2025-03-26", 28, 80, 25),
        ("qwen-omni-turbo-2025-01-19", 28, 80, 25),
    ],
)
def test_the_rules_are_the_guides(name, unit_pixels, most_frames, audio_tokens_per_second):
    model = catalog.find_model(name)
    assert model.audio_tokens_per_second == audio_tokens_per_second
    assert model.token_rules.least_audio_seconds == 1
    assert model.token_rules.image == catalog.ImageTokenRule(
        unit_pixels=unit_pixels, least_units=4, most_units=1280, marker_tokens=2
    )
    assert model.token_rules.video == catalog.VideoTokenRule(
        unit_pixels=unit_pixels,
        guide_divisor_pixels=32,
        frames_per_second=2,
        frame_multiple=2,
        least_frames=4,
        most_frames=most_frames,
        least_frame_units=128,
        most_frame_units=768,
        most_units=16384,
        frame_floor_factor=1.05,
        side_ratio=Bounds(at_most=200),
        marker_tokens=2,
    )


@pytest.mark.parametrize("name", ["qwen2.5-omni-7b", "qwen3.5-omni-plus", "qwen3.8-omni-flash", "gpt-audio"])
def test_a_model_whose_source_gives_no_rules_has_none(name):
    assert catalog.find_model(name).token_rules is None


def test_the_oddities_of_the_guide_are_told():
    note = catalog.find_model("qwen3-omni-flash").token_rules.note
    assert "1280" in note
    assert "1282" in note


def test_rules_are_values():
    rules = catalog.find_model("qwen3-omni-flash").token_rules
    assert hash(rules) == hash(dataclasses.replace(rules))
    with pytest.raises(dataclasses.FrozenInstanceError):
        rules.image.unit_pixels = 28
