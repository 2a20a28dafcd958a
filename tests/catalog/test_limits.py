import dataclasses

import pytest

from omni_stream import catalog
from omni_stream.catalog import Bounds

MB = 1_000_000
FLASH = ["qwen3-omni-flash", "qwen3-omni-flash-2025-12-01", "qwen3-omni-flash-2025-09-15"]
TURBO = [
    "qwen-omni-turbo",
    "qwen-omni-turbo-latest",
    "qwen-omni-turbo-2025-03-26",
    "qwen-omni-turbo-2025-01-19",
]
AUDIO_FORMATS = ("AMR", "WAV", "3GP", "3GPP", "AAC", "MP3")
VIDEO_FORMATS = ("MP4", "AVI", "MKV", "MOV", "FLV", "WMV")


def media(name):
    return catalog.find_model(name).media


@pytest.mark.parametrize("name", [*FLASH, *TURBO, "qwen2.5-omni-7b"])
def test_images_are_limited_alike_for_all_models_of_the_guide(name):
    image = media(name).image
    assert image.bytes.allow(10 * MB)
    assert not image.bytes.allow(10 * MB + 1)
    assert image.side_pixels.allow(11)
    assert not image.side_pixels.allow(10)
    assert image.side_ratio.allow(200)
    assert not image.side_ratio.allow(200.1)
    assert image.all_tokens_are_below_input
    assert image.count_by_url is image.count_inline is None
    assert (image.formats, image.formats_are_all) == ((), None)


@pytest.mark.parametrize(
    ("names", "audio", "video", "frames"),
    [
        (FLASH, (100 * MB, 20 * 60), (256 * MB, 150), (2, 128)),
        (TURBO, (10 * MB, 3 * 60), (150 * MB, 40), (4, 80)),
    ],
)
def test_clips_are_limited_by_family(names, audio, video, frames):
    for limits in map(media, names):
        for clip, (most_bytes, most_seconds), formats in (
            (limits.audio, audio, AUDIO_FORMATS),
            (limits.video, video, VIDEO_FORMATS),
        ):
            assert clip.count == Bounds(at_most=1)
            assert clip.bytes == Bounds(at_most=most_bytes)
            assert clip.seconds == Bounds(at_most=most_seconds)
            assert (clip.formats, clip.formats_are_all) == (formats, False)
        assert limits.frames == Bounds(at_least=frames[0], at_most=frames[1])


def test_the_open_model_has_the_limits_that_the_guide_states_for_all_and_no_others():
    limits = media("qwen2.5-omni-7b")
    for clip, formats in ((limits.audio, AUDIO_FORMATS), (limits.video, VIDEO_FORMATS)):
        assert clip == catalog.ClipLimits(count=Bounds(at_most=1), formats=formats, formats_are_all=False)
    assert limits.frames is None


@pytest.mark.parametrize("name", [*FLASH, *TURBO, "qwen2.5-omni-7b"])
def test_a_message_has_one_kind_and_a_video_costs_twice(name):
    assert media(name).one_kind_a_message
    assert media(name).video_sound_is_billed_apart


@pytest.mark.parametrize("name", ["qwen3.5-omni-plus", "qwen3.5-omni-flash"])
def test_newer_models_take_more(name):
    limits = media(name)
    assert limits.one_kind_a_message is False
    assert limits.image == catalog.ImageLimits(
        bytes=Bounds(at_most=20 * MB), count_by_url=Bounds(at_most=2048), count_inline=Bounds(at_most=250)
    )
    assert limits.audio == catalog.ClipLimits(
        bytes=Bounds(at_most=2000 * MB), seconds=Bounds(at_most=3 * 3600)
    )
    assert limits.video == catalog.ClipLimits(bytes=Bounds(at_most=2000 * MB), seconds=Bounds(at_most=3600))
    assert limits.frames == Bounds(at_least=2, at_most=2048)


def test_a_model_whose_source_states_no_limits_has_none():
    assert media("qwen3.8-omni-flash") == catalog.MediaLimits()
    assert media("gpt-audio") == catalog.MediaLimits(audio=media("gpt-audio").audio)


def test_limits_are_values():
    limits = media("qwen3-omni-flash")
    assert hash(limits) == hash(dataclasses.replace(limits))
    with pytest.raises(dataclasses.FrozenInstanceError):
        limits.image.bytes.at_most = 1


@pytest.mark.parametrize("name", [*FLASH, *TURBO, "qwen2.5-omni-7b"])
def test_media_are_the_users_alone(name):
    assert media(name).user_messages_alone
