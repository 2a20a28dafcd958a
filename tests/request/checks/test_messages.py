import pytest

from omni_stream.catalog import find_model
from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, Video
from omni_stream.request.checks.messages import check_messages
from omni_stream.request.placed import placed_medium

URL = "https://media.test/medium"
FLASH, NEWER, OTHER = map(find_model, ("qwen3-omni-flash", "qwen3.5-omni-flash", "gpt-audio"))


def check(*messages, model=FLASH, role="user", speaks=True):
    """Check messages of those media."""
    placed = [placed_medium(index, medium) for index, media in enumerate(messages) for medium in media]
    check_messages([{"role": role} for _ in messages], placed, model, speaks=speaks)


def test_different_messages_may_have_different_kinds():
    check([Image(URL), Image(URL)], [Audio(URL)], [Frames([URL] * 2)], [], [Video(URL)], [Audio(b"A")])


def test_a_video_and_frames_are_one_kind():
    check([Video(URL), Frames([URL] * 2)])


def test_newer_models_take_several_kinds_and_files_in_a_message():
    check([Image(URL), Audio(URL), Audio(URL), Video(URL), Video(URL)], model=NEWER)


def test_urls_and_base64_are_counted_apart():
    check([Image(URL)] * 2048 + [Image(b"A")] * 250, model=NEWER)
    with pytest.raises(
        UsageError, match=r"at most 250 images as base64 in a message, and messages.0. has 251"
    ):
        check([Image(URL)] + [Image(b"A")] * 251, model=NEWER)
    with pytest.raises(
        UsageError, match=r"at most 2,048 images by URL in a message, and messages.0. has 2,049"
    ):
        check([Image(URL)] * 2049, model=NEWER)


def test_an_error_names_the_message():
    with pytest.raises(UsageError, match=r"messages\[2\] has 2; put each into a message of its own"):
        check([Audio(URL)], [Audio(URL)], [Audio(URL), Audio(URL)])
    with pytest.raises(UsageError, match=r"messages\[1\] has audio and image; put each kind"):
        check([], [Audio(URL), Image(URL)])
    with pytest.raises(UsageError, match=r"messages\[0\] has 1; take others of the video's frames"):
        check([Frames([URL])])


def test_what_no_source_states_is_not_checked():
    check([Audio(URL)] * 5 + [Image(URL)], model=OTHER)
    check([Image(URL)], model=OTHER, role="assistant")
    check([], model=find_model("qwen3.5-omni-plus"), role="system")


def test_a_system_message_may_be_anywhere():
    turbo = find_model("qwen-omni-turbo")
    check([], [], model=turbo)
    check([], model=turbo, role="system", speaks=False)
    with pytest.raises(UsageError, match="no system message when it speaks"):
        check([], model=turbo, role="system")
