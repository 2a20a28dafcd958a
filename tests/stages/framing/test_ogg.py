"""Pages of Ogg, made by hand: what encoders rarely write."""

import pytest
from stages.coded import opus_head, page

from omni_stream.errors import ProtocolError
from omni_stream.stages.framing.ogg import MAX_UNIT_BYTES, OggFraming

FIRST, LAST, CONTINUED = 2, 4, 1
BEGIN = page(opus_head(pre_skip=312), flags=FIRST) + page(b"OpusTags" + bytes(20))


def units(*pages):
    return [unit.content for unit in OggFraming().feed(b"".join(pages))]


def test_the_headers_are_no_sound_and_the_first_unit_brings_what_its_decoder_needs():
    first, second = OggFraming().feed(BEGIN + page(b"one") + page(b"two"))
    assert (first.content, first.setup) == (b"one", opus_head(pre_skip=312))
    assert (second.content, second.setup) == (b"two", None)


def test_a_stream_without_tags_loses_nothing():
    assert units(page(opus_head(), flags=FIRST), page(b"one")) == [b"one"]


def test_the_last_page_says_how_long_the_stream_is():
    first, last = OggFraming().feed(BEGIN + page(b"one") + page(b"two", flags=LAST, position=1_000))
    assert (first.total_frames, last.total_frames) == (None, 1_000 - 312)
    (unit,) = OggFraming().feed(BEGIN + page(b"one", flags=LAST, position=(1 << 64) - 1))
    assert unit.total_frames is None


def test_a_unit_may_go_on_over_pages():
    long = bytes(range(256)) * 300
    pieces = [long[at : at + 51_000] for at in range(0, len(long), 51_000)]
    pages = [page(pieces[0], continues=True), page(pieces[1], flags=CONTINUED)]
    assert units(BEGIN, *pages) == [long[: MAX_UNIT_BYTES // 255 * 255 + 255]]
    short = [page(long[:510], continues=True), page(long[510:600], flags=CONTINUED)]
    assert units(BEGIN, *short, page(b"next")) == [long[:600], b"next"]


def test_half_a_unit_is_left_out():
    assert units(BEGIN, page(bytes(255), continues=True), page(b"one")) == [b"one"]
    assert units(BEGIN, page(b"the end of what never began", flags=CONTINUED), page(b"one")) == [b"one"]


def test_long_tags_are_not_kept():
    framing = OggFraming()
    assert (
        list(framing.feed(page(opus_head(), flags=FIRST) + page(b"OpusTags" + bytes(247), continues=True)))
        == []
    )
    for _ in range(20):
        assert list(framing.feed(page(bytes(51_000), flags=CONTINUED, continues=True))) == []
    assert len(framing._unit) < 2 * MAX_UNIT_BYTES
    assert [unit.content for unit in framing.feed(page(b"end", flags=CONTINUED) + page(b"one"))] == [b"one"]


def test_pages_of_other_streams_are_left_out():
    other = [page(b"\x01vorbis" + bytes(20), flags=FIRST, serial=8), page(b"no", serial=8)]
    assert units(BEGIN, *other, page(b"one"), page(b"no", serial=9)) == [b"one"]


def test_an_empty_unit_is_none():
    assert units(BEGIN, page(b""), page(b"one")) == [b"one"]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"\x01vorbis" + bytes(20), "begins that is not Opus"),
        (b"OpusHead\1", "begins that is not Opus"),
        (opus_head(version=16), "begins that is not Opus"),
        (opus_head(channels=6), "Opus of 6 channels, where 1 or 2 are decoded"),
        (opus_head(channels=0), "Opus of 0 channels"),
    ],
)
def test_another_stream_is_refused_and_the_next_is_read(head, said):
    framing = OggFraming()
    with pytest.raises(ProtocolError, match=said):
        list(framing.feed(page(head, flags=FIRST) + page(b"no")))
    assert [unit.content for unit in framing.feed(BEGIN + page(b"one"))] == [b"one"]


@pytest.mark.parametrize("cut", range(1, 12))
def test_behind_what_is_no_page_the_next_one_is_found(cut):
    framing = OggFraming()
    content = b"garbageO" + BEGIN + page(b"one")
    with pytest.raises(ProtocolError, match="what should be Opus in Ogg is not"):
        list(framing.feed(content[:cut]))
    seen = []
    for begin in range(cut, len(content)):
        try:
            seen += framing.feed(content[begin : begin + 1])
        except ProtocolError:
            assert begin < len(b"garbageO") + 4
    assert [unit.content for unit in seen] == [b"one"]
