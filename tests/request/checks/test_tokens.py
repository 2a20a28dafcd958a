import pytest

from omni_stream.catalog import find_model
from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, MediaFacts, Video
from omni_stream.request.checks.tokens import check_tokens
from omni_stream.request.checks.unchecked import Unchecked
from omni_stream.request.placed import placed_medium
from omni_stream.tokens import video

FLASH, OPEN = find_model("qwen3-omni-flash"), find_model("qwen2.5-omni-7b")
IMAGE = MediaFacts(kind="image", width=40 * 32, height=32 * 32)  # 1280 tokens
FILM = {"width": 1920, "height": 1080, "seconds": 150.0, "frames": 3750, "fps": 25.0}


def check(*messages, model=FLASH, thinks=False):
    """Check messages of (medium, facts); what could not be checked."""
    placed = [placed_medium(index, medium) for index, (medium, _) in enumerate(messages)]
    unchecked = Unchecked()
    check_tokens(placed, dict(messages), model, unchecked, thinks=thinks)
    return list(unchecked._facts)


def sound(tokens, tokens_per_second=12.5):
    return Audio(b"A"), MediaFacts(kind="audio", seconds=tokens / tokens_per_second)


def test_all_media_together_may_be_all_of_the_input():
    assert check(sound(49_152 - 1280), (Image(b"A"), IMAGE)) == []
    with pytest.raises(
        UsageError,
        match="all media together are at most 49,152 tokens of input for qwen3-omni-flash,"
        " and these are about 49,153; send fewer, smaller or shorter ones",
    ):
        check(sound(49_153 - 1280), (Image(b"A"), IMAGE))


def test_thinking_leaves_less_for_the_input():
    check(sound(16_384), thinks=True)
    check(sound(16_385))
    with pytest.raises(UsageError, match=r"at most 16,384 tokens .* when it thinks"):
        check(sound(16_385), thinks=True)


def test_all_images_together_are_less_than_the_input():
    check(*[(Image(b"A"), IMAGE)] * 38)
    with pytest.raises(UsageError, match=r"all images together are less than 49,152 tokens .* about 49,920"):
        check(*[(Image(b"A"), IMAGE)] * 39)


def test_a_video_counts_its_pictures_and_its_sound():
    pictures = video(1080, 1920, frames=3750, fps=25.0, model=FLASH.name)
    left = 49_152 - pictures
    silent = Video(b"A"), MediaFacts(kind="video", has_sound=False, **FILM)
    loud = Video(b"A"), MediaFacts(kind="video", has_sound=True, **FILM)
    check(silent, sound(left))
    check(loud, sound(left - 1875))
    for film, rest in ((silent, left + 1), (loud, left - 1874)):
        with pytest.raises(UsageError, match="about 49,153"):
            check(film, sound(rest))


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"has_sound": True},
        {**FILM, "has_sound": None},
        {**FILM, "has_sound": True, "frames": None},
        {**FILM, "has_sound": False, "frames": 1},
        {**FILM, "has_sound": False, "fps": 0.0},
        {**FILM, "has_sound": False, "fps": 2e6},
        {**FILM, "has_sound": False, "width": 0},
        {**FILM, "has_sound": True, "seconds": 0.0},
    ],
)
def test_what_is_not_known_of_a_video_counts_nothing(facts):
    assert check((Video(b"A"), MediaFacts(kind="video", **facts))) == ["video of 1 bytes in messages[0]"]


@pytest.mark.parametrize(
    "medium", [Image("https://media.test/a"), Audio("https://media.test/a"), Frames(["a.jpg"])]
)
def test_what_is_at_a_url_and_a_list_of_pictures_are_not_counted(medium):
    assert len(check((medium, None))) == 1


def test_by_the_rules_of_another_model_it_is_a_warning(caplog):
    check(sound(30_720, 25), model=OPEN)
    assert not [record for record in caplog.records if record.levelname == "WARNING"]
    check(sound(30_721, 25), model=OPEN)
    (record,) = (record for record in caplog.records if record.levelname == "WARNING")
    assert "at most 30,720 tokens of input for qwen2.5-omni-7b" in record.getMessage()


def test_a_model_without_a_limit_takes_all():
    assert check(sound(10**6), model=find_model("qwen3.5-omni-plus")) == []
