import io
import itertools
import math
import pathlib

import pytest

import omni_stream as omni


def test_pictures_are_made_of_whatever_is_given_and_keep_their_order():
    first = omni.Image("1.png")
    frames = omni.Frames((source for source in [first, "2.png", b"3", io.BytesIO(b"4")]), fps=2)
    assert (frames.kind, frames.fps) == ("frames", 2)
    assert frames.pictures[0] is first
    assert [picture.source for picture in frames.pictures[1:3]] == ["2.png", b"3"]
    assert repr(frames) == "<Frames of 4 pictures>"


def test_frames_are_frozen():
    with pytest.raises(AttributeError):
        omni.Frames(["1.png"]).fps = 3


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        ([], "Frames is made of pictures, and the list is empty"),
        (iter(()), "the list is empty"),
        ("1.png", "a list of pictures, not of one str; give a list, or a video file as Video"),
        (b"1", "not of one bytes"),
        (pathlib.Path("a"), "not of one PosixPath"),
        (omni.Image("1.png"), "not of one Image"),
        (7, "not of one int"),
        (["1.png", ""], "picture 1 of Frames: the image is in a file, and its path is empty"),
        (["1.png", omni.Video("a.mp4")], "number 1 is a Video; send it alone"),
        (itertools.repeat("1.png"), "at most 10000 pictures, and there are more"),
    ],
)
def test_what_is_no_list_of_pictures_is_refused(pictures, message):
    with pytest.raises(omni.UsageError) as caught:
        omni.Frames(pictures)
    assert message in str(caught.value)


@pytest.mark.parametrize("fps", [0, -1, math.nan, math.inf, 1_000_001, True, "2", 10**50])
def test_a_rate_that_is_none_is_refused(fps):
    with pytest.raises(
        omni.UsageError, match="fps is a number above 0 and up to 1000000, the pictures of a second"
    ):
        omni.Frames(["1.png"], fps=fps)


@pytest.mark.parametrize("fps", [None, 0.1, 2, 1_000_000])
def test_a_rate_may_be_any_other_or_none(fps):
    assert omni.Frames(["1.png"], fps=fps).fps == fps
