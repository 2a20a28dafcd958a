import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_files import picture

from omni_stream.upload.signatures import SIGNATURE_BYTES, picture_format

FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "AVIF")


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_begins_as_its_format_says(name):
    assert picture_format(picture(name, width=16, height=16)[:SIGNATURE_BYTES]) == name


def test_a_jpeg_2000_begins_with_a_box_of_its_own():
    assert picture_format(picture("JPEG2000", width=16, height=16)[:SIGNATURE_BYTES]) == "JP2"


def ftyp(brand, *others):
    box = b"ftyp" + brand + bytes(4) + b"".join(others)
    return (len(box) + 4).to_bytes(4, "big") + box + b"avif" * 10


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (ftyp(b"heic"), "HEIC"),
        (ftyp(b"mif1", b"mif1", b"heic"), "HEIC"),
        (ftyp(b"mif1", b"avif"), "AVIF"),
        (ftyp(b"mif1"), "HEIF"),
        (ftyp(b"isom", b"avif"), None),
        (ftyp(b"mp42"), None),
    ],
)
def test_the_family_of_mpeg_4_is_told_by_its_brands(head, name):
    assert picture_format(head) == name


@pytest.mark.parametrize(
    "head", [b"", b"BMW drives", b"RIFF\0\0\0\0WAVE", b"GIF", b"\xff\xfb\x90\0", b"<svg>"]
)
def test_what_begins_otherwise_is_no_picture(head):
    assert picture_format(head) is None


@given(st.binary(max_size=SIGNATURE_BYTES))
def test_any_beginning_has_a_format_or_none(head):
    assert picture_format(head) in {None, "JP2", "HEIC", "HEIF", *FORMATS}
    assert io.BytesIO(head)
