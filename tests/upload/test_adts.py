import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_files import sound

from omni_stream.upload.adts import adts_seconds
from omni_stream.upload.content import opened

RATES = (96e3, 88.2e3, 64e3, 48e3, 44.1e3, 32e3, 24e3, 22.05e3, 16e3, 12e3, 11.025e3, 8e3, 7.35e3)


def seconds_of(content):
    with opened(content, "sound") as opening:
        return adts_seconds(opening)


def frame(length, *, rate_index=8, blocks=1):
    """A frame, of 16 kHz by default, that holds nothing."""
    head = [0xFF, 0xF1, rate_index << 2, length >> 11, length >> 3 & 0xFF, length << 5 & 0xE0, blocks - 1]
    return bytes(head) + bytes(length - 7)


@pytest.mark.parametrize("seconds", [0.5, 3, 60])
def test_frames_are_counted_to_the_end(seconds):
    assert seconds_of(sound("aac", seconds=seconds)) == pytest.approx(
        seconds, abs=0.15
    )  # the encoder fills up


@given(
    st.lists(st.tuples(st.integers(7, 8191), st.integers(0, 12), st.integers(1, 4)), min_size=1, max_size=200)
)
def test_any_frames_add_up(frames):
    content = b"".join(frame(length, rate_index=rate, blocks=blocks) for length, rate, blocks in frames)
    wanted = sum(blocks * 1024 / RATES[rate] for _, rate, blocks in frames)
    assert seconds_of(content) == pytest.approx(wanted)


def test_a_tag_may_come_first():
    tag = b"ID3\4\0\0" + bytes([0, 0, 2, 1])  # 257 bytes
    assert seconds_of(tag + bytes(257) + frame(100) * 10) == pytest.approx(0.64)


def test_a_frame_that_is_cut_off_counts():
    assert seconds_of((frame(100) * 10)[:-50]) == pytest.approx(0.64)


@pytest.mark.parametrize(
    "content",
    [
        frame(100) + b"not a frame" * 10,
        bytes([0xFF, 0xF1, 0xFC, 0, 0x80, 0, 0]),  # rate 15 is none
        bytes([0xFF, 0xF1, 0x20, 0, 0, 0xC0, 0]),  # shorter than its header
        b"\0" * 100,
        b"ID3\4\0\0\0\0\0\1",
        b"\xff",
    ],
)
def test_anything_else_has_no_duration(content):
    assert seconds_of(content) is None


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_have_a_duration_or_none(content):
    assert (seconds_of(content) or 1) > 0
    assert (seconds_of(frame(64) + content) or 1) > 0
