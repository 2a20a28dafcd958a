import gzip
import io
import mmap
import os
import pathlib
import tempfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import omni_stream as omni
from omni_stream.media import url_of

CONTENT = b"what a medium holds"


class Path:
    """A path that is no `pathlib.Path`."""

    def __fspath__(self):
        return "eagle.png"


class ReadsText:
    def read(self, size=-1):
        return "" if size == 0 else "text"


class ReadsLater:
    async def read(self, size=-1):
        return CONTENT[:size]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/eagle.png",
        "http://127.0.0.1:8000/a?b=c",
        "oss://bucket/eagle.png",
        "HTTPS://EXAMPLE.COM/EAGLE.PNG",
        "data:image/png;base64,AAAA",
        "DATA:;base64,AAAA",
    ],
)
def test_a_text_with_a_scheme_is_a_url(url):
    assert omni.Image(url).url == omni.Image(url).source == url


@pytest.mark.parametrize(
    "path",
    [
        "eagle.png",
        "C:\\eagle.png",
        "a b.png",
        "data",
        "data.png",
        "https:/eagle.png",
        "1://x",
        pathlib.Path("a"),
        Path(),
    ],
)
def test_any_other_text_is_a_path(path):
    assert omni.Image(path).url is None
    assert omni.Image(path).source is path


@pytest.mark.parametrize(
    "content",
    [
        CONTENT,
        bytearray(CONTENT),
        memoryview(CONTENT),
        np.zeros((2, 3), np.int16),
        io.BytesIO(CONTENT),
        gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(CONTENT))),
    ],
    ids=lambda content: type(content).__name__,
)
def test_bytes_and_binary_files_are_content(content):
    assert omni.Audio(content).url is None
    assert omni.Audio(content).source is content


def test_open_files_of_all_kinds_are_content(tmp_path):
    (tmp_path / "a").write_bytes(CONTENT)
    with (
        (tmp_path / "a").open("rb") as file,
        (tmp_path / "a").open("rb", buffering=0) as raw,
        mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        tempfile.TemporaryFile() as temporary,
        tempfile.SpooledTemporaryFile() as spooled,
    ):
        for source in (file, raw, mapped, temporary, spooled):
            assert omni.Video(source).source is source


def test_looking_at_a_pipe_reads_nothing_of_it():
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb") as sink:
        omni.Image(source)
        sink.write(CONTENT)
        sink.close()
        assert source.read() == CONTENT


def closed():
    file = io.BytesIO(CONTENT)
    file.close()
    return file


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "the image is in a file, and its path is empty; give one such as 'eagle.png'"),
        ("  ", "its path is empty"),
        (b"", "the image has content, and there are no bytes"),
        (bytearray(), "there are no bytes"),
        (np.zeros((0, 2), np.int16), "there are no bytes"),
        (np.zeros((4, 4), np.uint8)[:, ::2], "the bytes of the image are contiguous"),
        (None, "the image is given as a URL, a path, bytes or an open binary file, not as a NoneType"),
        (7, "not as a int"),
        (["eagle.png"], "not as a list"),
        (io.StringIO("text"), 'gives bytes, and this one gives str; open it with mode "rb"'),
        (ReadsText(), "gives bytes, and this one gives str"),
        (ReadsLater(), "is read without await, and this one is asynchronous"),
        (closed(), "is open for reading, and this one is not: I/O operation on closed file"),
        ("a\0b", "a path has no null character"),
        ("iVBORw0KGgo" * 1000, "at most 4096 characters, and this text has 11000; give content as bytes"),
        ("https://", "a URL has a host and no spaces"),
        ("https://example.com/a b.png?key=secret", "a URL has a host and no spaces"),
        ("https://example.com/\neagle.png", "a URL has a host and no spaces"),
        ("file:///eagle.png", "cannot read a file:// URL; give the path of the image instead"),
        ("data:", "a data URI is data:TYPE;base64,CONTENT, and this one has no content"),
        ("data:image/png;base64,", "this one has no content"),
        ("data:image/png;base64", "this one has no content"),
    ],
)
def test_what_can_be_no_medium_is_refused_at_once(source, message):
    with pytest.raises(omni.UsageError) as caught:
        omni.Image(source)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_file_open_for_writing_is_refused(tmp_path):
    with (
        (tmp_path / "a").open("wb") as file,
        pytest.raises(omni.UsageError, match="is open for reading, and"),
    ):
        omni.Image(file)


@pytest.mark.parametrize("media_type", ["image/png", "audio/x-wav", "application/vnd.a.b+json", "Image/PNG"])
def test_a_media_type_is_a_type_and_a_subtype(media_type):
    assert omni.Image(CONTENT, media_type=media_type).media_type == media_type


@pytest.mark.parametrize(
    "media_type",
    ["", "png", "image/", "/png", "image/png; q=1", 'image/"png"', "image/png\n", "image/p ng", 7, b"a/b"],
)
def test_anything_else_is_no_media_type(media_type):
    with pytest.raises(omni.UsageError, match="media_type is a type and a subtype such as image/png, and "):
        omni.Image(CONTENT, media_type=media_type)


@given(st.text() | st.binary() | st.none() | st.integers())
def test_any_source_is_a_medium_or_a_usage_error(source):
    try:
        medium = omni.Image(source)
    except omni.UsageError:
        return
    assert medium.url == url_of(source)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("trip.mp4", "'trip.mp4'"),
        (pathlib.Path("trip.mp4"), "'trip.mp4'"),
        (b"secret", "of 6 bytes"),
        ("https://user:secret@example.com:8/secret?secret", "at https://example.com:8"),
        ("data:video/mp4;base64,secret", "in a data URI of 28 characters"),
        (io.BytesIO(b"secret"), "in a file object"),
    ],
)
def test_a_medium_shows_where_it_is_and_nothing_of_what_it_holds(source, shown):
    assert repr(omni.Video(source)) == f"<Video {shown}>"
    assert str(omni.Video(source)) == f"video {shown}"


def test_an_open_file_shows_its_name(tmp_path):
    with (tmp_path / "a.wav").open("wb") as file:
        file.write(CONTENT)
    with (tmp_path / "a.wav").open("rb") as file:
        assert str(omni.Audio(file)) == f"audio in the open file {str(tmp_path / 'a.wav')!r}"
