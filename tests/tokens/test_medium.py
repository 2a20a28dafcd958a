import dataclasses

import pytest
from media_files import picture, sound, video

import omni_stream as omni
from omni_stream import tokens

FLASH, TURBO = "qwen3-omni-flash", "qwen-omni-turbo"
VIDEO = omni.MediaFacts(
    kind="video", width=1280, height=720, seconds=10.0, frames=250, fps=25.0, has_sound=True
)


def test_a_picture_costs_what_its_size_costs():
    facts = omni.inspect(picture("PNG", width=700, height=400))
    for as_coded in (False, True):
        cost = tokens.of(facts, model=FLASH, as_coded=as_coded)
        assert cost.pictures == tokens.image(400, 700, model=FLASH, as_coded=as_coded)
        assert (cost.sound, cost.total) == (0, cost.pictures)


def test_sound_costs_what_its_duration_costs():
    facts = omni.inspect(sound("wav", seconds=4))
    for model in (FLASH, TURBO):
        cost = tokens.of(facts, model=model)
        assert (cost.pictures, cost.sound, cost.total) == (0, tokens.audio(4, model=model), cost.sound)


def test_a_video_costs_its_pictures_and_its_sound_apart():
    cost = tokens.of(VIDEO, model=FLASH)
    assert (cost.pictures, cost.sound, cost.total) == (7202, 125, 7327)
    turbo = tokens.of(VIDEO, model=TURBO)
    coded = tokens.of(VIDEO, model=TURBO, as_coded=True)
    assert (turbo.pictures, coded.pictures, turbo.sound, coded.sound) == (7202, 5514, 250, 250)


def test_a_silent_video_costs_its_pictures():
    silent = omni.inspect(video("mp4", frames=50, has_sound=False))
    cost = tokens.of(silent, model=FLASH)
    assert (cost.sound, cost.total) == (0, cost.pictures)
    assert tokens.of(omni.inspect(video("mp4", frames=50)), model=FLASH).sound == tokens.audio(2, model=FLASH)


@pytest.mark.parametrize("missing", ["width", "height", "seconds", "frames", "fps", "has_sound"])
def test_what_is_not_known_is_named(missing):
    with pytest.raises(
        omni.UsageError, match=f"the tokens of this video depend on its {missing}, which is not"
    ):
        tokens.of(dataclasses.replace(VIDEO, **{missing: None}), model=FLASH)


@pytest.mark.parametrize(
    ("medium", "missing"),
    [
        (omni.Image("https://example.com/a.png"), "height"),
        (omni.Audio("data:audio/wav;base64,AAAA"), "seconds"),
        (omni.Video("https://example.com/a.mp4"), "height"),
    ],
)
def test_what_is_at_a_url_is_not_counted(medium, missing):
    with pytest.raises(
        omni.UsageError, match=f"this {medium.kind} depend on its {missing}, which is not known"
    ):
        tokens.of(omni.inspect(medium), model=FLASH)


def test_limits_of_the_counts_are_theirs():
    with pytest.raises(omni.UsageError, match="height is a whole number from 11"):
        tokens.of(omni.MediaFacts(kind="image", width=100, height=10), model=FLASH)


def test_an_estimate_is_a_value():
    assert tokens.Estimate(2, 3) == tokens.Estimate(pictures=2, sound=3)
    assert tokens.Estimate().total == 0
