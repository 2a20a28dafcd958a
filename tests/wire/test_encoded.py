import base64
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.wire.encoded import EncodedBytes


def pieces_of(text, cuts):
    return [text[begin:end] for begin, end in pairwise([0, *sorted(cuts), len(text)])]


@given(st.binary(max_size=60), st.lists(st.integers(0, 200), max_size=6), st.booleans())
def test_base64_may_be_split_anywhere(content, cuts, url_safe):
    text = (base64.urlsafe_b64encode if url_safe else base64.b64encode)(content).decode()
    decoder = EncodedBytes("base64")
    cuts = [min(cut, len(text)) for cut in cuts]
    assert b"".join(map(decoder.decode, pieces_of(text, cuts))) + decoder.finish() == content


@given(st.lists(st.binary(max_size=10)))
def test_every_delta_may_be_padded(contents):
    decoder = EncodedBytes("base64")
    decoded = [decoder.decode(base64.b64encode(content).decode()) for content in contents]
    assert b"".join(decoded) + decoder.finish() == b"".join(contents)


@given(st.binary(max_size=60), st.lists(st.integers(0, 120), max_size=6), st.booleans())
def test_hex_may_be_split_anywhere_in_either_case(content, cuts, upper):
    text = content.hex().upper() if upper else content.hex()
    decoder = EncodedBytes("hex")
    cuts = [min(cut, len(text)) for cut in cuts]
    assert b"".join(map(decoder.decode, pieces_of(text, cuts))) + decoder.finish() == content


def test_padding_may_be_missing_at_the_end():
    decoder = EncodedBytes("base64")
    assert decoder.decode("AAE") + decoder.finish() == b"\0\1"


def test_white_space_is_no_part_of_it():
    assert EncodedBytes("base64").decode("AA\r\nEC ") == b"\0\1\2"


@pytest.mark.parametrize(
    ("encoding", "broken"), [("base64", "A!AA"), ("base64", "AA==AAAA"), ("hex", "0g"), ("hex", "é0")]
)
def test_what_is_broken_is_an_error_and_the_next_delta_begins_anew(encoding, broken):
    decoder = EncodedBytes(encoding)
    with pytest.raises(ValueError, match=f"not {encoding}"):
        decoder.decode(broken)
    assert decoder.decode("0000") == bytes.fromhex("0000") if encoding == "hex" else b"\xd3\x4d\x34"
    assert decoder.finish() == b""


@pytest.mark.parametrize(("encoding", "cut"), [("base64", "AAAAA"), ("hex", "000")])
def test_the_end_may_cut_off_a_quantum(encoding, cut):
    decoder = EncodedBytes(encoding)
    decoder.decode(cut)
    with pytest.raises(ValueError, match="cuts off"):
        decoder.finish()
    assert decoder.finish() == b""
