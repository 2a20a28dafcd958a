from dataclasses import replace

import pytest

from omni_stream.catalog import MediaLimits, find_model
from omni_stream.errors import UsageError
from omni_stream.media import Audio, Image, MediaFacts, Video
from omni_stream.request.checks.media import RULES, check_media
from omni_stream.request.checks.unchecked import Unchecked
from omni_stream.request.placed import placed_medium, placed_part

FLASH = find_model("qwen3-omni-flash")


def check(medium, model=FLASH, **facts):
    placed = placed_medium(0, medium)
    found = {medium: MediaFacts(kind=medium.kind, **facts)} if facts else {}
    check_media([placed], found, model, Unchecked())


@pytest.mark.parametrize(
    ("medium", "facts", "said"),
    [
        (
            Image("photos/eagle.png"),
            {"bytes": 10_000_001},
            (
                "the size of image for qwen3-omni-flash is at most 10,000,000 bytes, and that of the"
                " image 'photos/eagle.png' in messages[0] is 10,000,001 bytes; compress it"
            ),
        ),
        (
            Audio(b"A"),
            {"seconds": 1200.25},
            (
                "the duration of audio for qwen3-omni-flash is at most 1,200 s, and that of the"
                " audio of 1 bytes in messages[0] is 1,200.25 s; cut it"
            ),
        ),
        (
            Image(b"A"),
            {"width": 11, "height": 0},
            (
                "the height of image for qwen3-omni-flash is more than 10 pixels, and that of the"
                " image of 1 bytes in messages[0] is 0 pixels; enlarge it"
            ),
        ),
    ],
)
def test_an_error_names_the_rule_the_value_the_limit_and_a_remedy(medium, facts, said):
    with pytest.raises(UsageError) as raised:
        check(medium, **facts)
    assert str(raised.value) == said


def test_the_base64_of_a_part_in_the_services_words_is_measured():
    limits = MediaLimits(audio=replace(FLASH.media.audio, bytes=replace(FLASH.media.audio.bytes, at_most=3)))
    model = replace(FLASH, media=limits)
    for encoded, is_within in (("QUJD", True), ("QUJDRA==", False)):
        for data in (encoded, f"data:;base64,{encoded}"):
            placed = placed_part(0, {"type": "input_audio", "input_audio": {"data": data}})
            if is_within:
                check_media([placed], {}, model, Unchecked())
            else:
                with pytest.raises(UsageError, match=r"size of audio .* is 4 bytes"):
                    check_media([placed], {}, model, Unchecked())


def test_a_format_beyond_the_examples_of_the_source_is_told(caplog):
    caplog.set_level("INFO", "omni_stream")
    for format, told in (
        ("AAC", []),
        ("OGG", ["unchecked: format (OGG) of the audio of 1 bytes in messages[0]"]),
    ):
        recording, unchecked = Audio(b"A"), Unchecked()
        found = {recording: MediaFacts(kind="audio", bytes=1, seconds=1, format=format)}
        check_media([placed_medium(0, recording)], found, FLASH, unchecked)
        unchecked.tell()
        assert [record.getMessage() for record in caplog.records] == told


def test_formats_are_refused_only_where_the_source_names_them_all():
    check(Audio(b"A"), format="OGG")
    gpt = find_model("gpt-audio")
    check(Audio(b"A"), gpt, format="MP3")
    check(Audio("https://media.test/a.ogg"), gpt)
    with pytest.raises(
        UsageError, match=r"gpt-audio takes audio as WAV or MP3, and the audio .* is OGG; convert it"
    ):
        check(Audio(b"A"), gpt, format="OGG")


def test_a_model_without_limits_takes_all():
    model = find_model("qwen3.8-omni-flash")
    for medium in (Image(b"A"), Audio(b"A"), Video(b"A")):
        check(medium, model, bytes=10**12, width=1, height=10**6, seconds=10**6)


def test_what_is_not_known_is_told(caplog):
    caplog.set_level("INFO", "omni_stream")
    unchecked = Unchecked()
    placed = [placed_medium(0, Image("https://media.test/a.png")), placed_medium(2, Video("trip.mp4"))]
    check_media(placed, {}, FLASH, unchecked)
    unchecked.tell()
    assert [record.getMessage() for record in caplog.records] == [
        (
            "unchecked: size and width and height and side ratio of the image in messages[0];"
            " size and duration of the video 'trip.mp4' in messages[2]"
        )
    ]


def test_each_rule_has_one_place():
    assert len({(rule.kind, rule.what) for rule in RULES}) == len(RULES)
