import contextlib
import ctypes
import gzip
import io
import os
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.errors import UsageError
from omni_stream.upload.content import is_seekable, opened

CONTENT = bytes(range(256)) * 40


class Short(io.BytesIO):
    """Gives fewer bytes than it is asked for."""

    def read(self, size=-1):
        return super().read(min(size, 7))


class Elsewhere(io.BytesIO):
    """Lets others run between going to a place and reading there."""

    def seek(self, *where):
        place = super().seek(*where)
        time.sleep(0.0001)
        return place


class Once:
    """Cannot seek, and does not say so."""

    def read(self, size=-1):
        return CONTENT[:size]


def zipped():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writing:
        writing.writestr("content", CONTENT)
    return zipfile.ZipFile(archive).open("content")


@contextlib.contextmanager
def as_nobody():
    """Files are opened with the rights of a user who has none; root may open any."""
    libc = ctypes.CDLL(None)
    before = libc.setfsuid(65534)
    try:
        yield
    finally:
        libc.setfsuid(before)


SOURCES = {
    "bytes": lambda: CONTENT,
    "bytearray": lambda: bytearray(CONTENT),
    "memoryview": lambda: memoryview(b"x" + CONTENT)[1:],
    "array": lambda: np.frombuffer(CONTENT, np.int16).reshape(2, -1),
    "file": lambda: io.BytesIO(CONTENT),
    "short reads": lambda: Short(CONTENT),
    "gzip": lambda: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(CONTENT))),
    "zip": zipped,
}


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES)
@given(steps=st.lists(st.tuples(st.integers(0, len(CONTENT)), st.integers(0, 3000)), max_size=20))
def test_content_reads_the_same_wherever_it_is(make, steps):
    reference = io.BytesIO(CONTENT)
    with opened(make(), "it") as content:
        assert content.size == len(CONTENT)
        for place, wanted in steps:
            assert content.seek(place) == reference.seek(place)
            assert content.read(wanted) == reference.read(wanted)
            assert content.tell() == reference.tell()
        assert not content.has_changed()


def test_a_path_reads_the_same(saved):
    with opened(saved(CONTENT), "it") as content:
        assert content.read(len(CONTENT) + 1) == CONTENT
        assert (content.seek(-3, os.SEEK_END), content.read(9)) == (len(CONTENT) - 3, CONTENT[-3:])
        assert (content.seek(-3, os.SEEK_CUR), content.read(1)) == (len(CONTENT) - 3, CONTENT[-3:-2])


def test_a_file_object_is_read_from_where_it_stands_and_put_back():
    file = io.BytesIO(b"skipped" + CONTENT)
    file.seek(7)
    with opened(file, "it") as content:
        assert content.read(content.size) == CONTENT
        file.seek(0)  # whoever else reads it is no harm
        content.seek(0)
        assert content.read(3) == CONTENT[:3]
    assert file.tell() == 7


def test_a_file_object_that_several_read_at_once_is_whole_for_each():
    file = Elsewhere(b"skipped" + CONTENT)
    file.seek(7)

    def read_it(_reader):
        with opened(file, "it") as content:
            return b"".join(iter(lambda: content.read(97), b""))

    with ThreadPoolExecutor(8) as readers:
        assert list(readers.map(read_it, range(40))) == [CONTENT] * 40
    assert file.tell() == 7


def test_a_file_object_begins_where_it_stands_when_nobody_reads_it_any_more():
    file = io.BytesIO(CONTENT)
    with opened(file, "it"):
        file.seek(100)  # who reads it puts it back
    file.seek(200)
    with opened(file, "it") as content:
        assert content.read(content.size) == CONTENT[200:]


def test_a_file_object_is_put_back_when_reading_fails():
    file = TooMuch(b"skipped" + CONTENT)
    file.seek(7)
    with pytest.raises(UsageError), opened(file, "it") as content:
        content.read(100)
    assert file.tell() == 7


def test_a_bytearray_can_grow_again_afterwards():
    growing = bytearray(CONTENT)
    with opened(growing, "it") as content:
        content.read(10)
    growing.append(1)
    assert len(growing) == len(CONTENT) + 1


def test_a_file_that_is_written_to_has_changed(saved):
    path = saved(CONTENT)
    with opened(path, "it") as content, path.open("ab") as file:
        assert not content.has_changed()
        file.write(b"more")
        file.flush()
        assert content.has_changed()


def test_a_file_object_that_grows_has_changed():
    file = io.BytesIO(CONTENT)
    with opened(file, "it") as content:
        file.seek(0, os.SEEK_END)
        file.write(b"more")
        assert content.has_changed()


def nothing_left():
    file = io.BytesIO(CONTENT)
    file.seek(0, os.SEEK_END)
    return file


def closed():
    file = io.BytesIO(CONTENT)
    file.close()
    return file


class Text(io.BytesIO):
    def read(self, size=-1):
        return super().read(size).decode("latin-1")


class TooMuch(io.BytesIO):
    def read(self, size=-1):
        return super().read(size + 1)


class Failing(io.BytesIO):
    def read(self, size=-1):
        raise OSError(5, "Input/output error", size)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere/content", "it cannot be read: No such file or directory"),
        (".", "it cannot be read: Is a directory"),
        ("/dev/null", "it is no regular file, so that its size is not known; read it first"),
        (nothing_left(), r"it has nothing left to read; go to where it begins with seek\(0\)"),
        (io.BytesIO(), "it has nothing left to read; give one with content"),
        (closed(), "it cannot be read: .*closed file"),
        (Text(CONTENT), "it was asked for at most 10 bytes and gave a str; give its bytes instead"),
        (TooMuch(CONTENT), "it was asked for at most 10 bytes and gave 11 bytes"),
        (Failing(CONTENT), "it cannot be read: Input/output error"),
    ],
)
def test_what_cannot_be_read_says_why(source, message):
    with pytest.raises(UsageError, match=message), opened(source, "it") as content:
        content.read(10)


def test_an_empty_file_says_so(saved):
    with pytest.raises(UsageError, match="it is empty; give a file with content"), opened(saved(b""), "it"):
        pass


def test_a_file_without_permission_says_so(saved):
    path = saved(CONTENT)
    path.chmod(0)
    with (
        as_nobody(),
        pytest.raises(UsageError, match="it cannot be read: Permission denied"),
        opened(path, "it"),
    ):
        pass


def test_a_fifo_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(UsageError, match="it is no regular file"), opened(tmp_path / "fifo", "it"):
        pass


def test_what_can_seek_can_be_read_again():
    for source in ("a path", CONTENT, io.BytesIO(CONTENT), closed()):
        assert is_seekable(source)
    assert not is_seekable(Once())
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert not is_seekable(pipe)
