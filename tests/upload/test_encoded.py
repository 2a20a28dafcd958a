import base64
import gzip
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_files import sound

import omni_stream as omni
from omni_stream.upload import PIECE_BYTES, Encoded

FACTS = omni.MediaFacts(kind="audio", media_type="audio/mpeg")
HEAD = b"data:audio/mpeg;base64,"
LARGE = bytes(range(256)) * 4_000


def bare(source):
    return Encoded(omni.Audio(source), FACTS, "bare")


@given(content=st.binary(min_size=1, max_size=5000), most_bytes=st.integers(1024, 6000))
def test_the_pieces_together_are_the_base64_of_the_content(content, most_bytes):
    for source in (content, io.BytesIO(content)):
        for form, head in (("bare", b""), ("data-uri", HEAD)):
            encoded = Encoded(omni.Audio(source), FACTS, form)
            pieces = list(encoded.pieces(most_bytes))
            assert b"".join(pieces) == head + base64.b64encode(content)
            assert encoded.size == sum(map(len, pieces))
            assert max(map(len, pieces)) <= most_bytes
            assert encoded.is_repeatable
            assert list(encoded.pieces(most_bytes)) == pieces


@pytest.mark.parametrize("rest", [0, 1, 2])
def test_a_file_is_read_in_pieces(rest, saved):
    content = LARGE + bytes(rest)
    encoded = bare(saved(content))
    pieces = list(encoded.pieces())
    assert base64.b64decode(b"".join(pieces), validate=True) == content
    assert {len(piece) for piece in pieces[:-1]} == {PIECE_BYTES}
    assert encoded.size == sum(map(len, pieces))


def test_a_data_uri_is_of_the_type_that_was_found_or_said():
    content = sound("wav", seconds=0.1)
    for medium, said in ((omni.Audio(content), "audio/wav"), (omni.Audio(content, media_type="a/b"), "a/b")):
        [head, *_] = Encoded(medium, omni.inspect(medium), "data-uri").pieces()
        assert head.decode() == f"data:{said};base64,"


def test_a_data_uri_needs_a_type():
    unknown = omni.MediaFacts(kind="audio")
    message = (
        r'the media type of audio of 1 bytes is not known; say it, as in omni.Audio\(..., media_type="audio/'
    )
    with pytest.raises(omni.UsageError, match=message):
        Encoded(omni.Audio(b"1"), unknown, "data-uri")
    assert Encoded(omni.Audio(b"1"), unknown, "bare").size == 4


def test_a_url_is_not_encoded():
    with pytest.raises(omni.UsageError, match="is sent as its URL"):
        bare("https://example.com/secret.mp3")


def test_a_file_object_is_sent_from_where_it_stood_and_put_back():
    file = io.BytesIO(b"head" + LARGE)
    file.seek(4)
    encoded = bare(file)
    pieces = encoded.pieces()
    first = next(pieces)
    file.seek(0)  # whoever else reads it is no harm
    assert base64.b64decode(first + b"".join(pieces)) == LARGE


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_leaving_early_closes_the_file_and_puts_a_file_object_back(saved):
    before = open_files()
    pieces = bare(saved(LARGE)).pieces()
    next(pieces)
    assert open_files() == before + 1
    pieces.close()
    assert open_files() == before
    file = io.BytesIO(b"head" + LARGE)
    file.seek(4)
    pieces = bare(file).pieces()
    next(pieces)
    pieces.close()
    assert file.tell() == 4


def grow(path):
    with path.open("ab") as file:
        file.write(b"more")


def shrink(path):
    os.truncate(path, len(LARGE) - 1)


def rewrite(path):
    path.write_bytes(LARGE[::-1])
    os.utime(path, ns=(1, 1))


def replace(path):
    other = path.with_name("other")
    other.write_bytes(LARGE)
    other.replace(path)


CHANGED = "audio '.*' is another now than when it was looked at; send it when it is written to its end"


@pytest.mark.parametrize("change", [grow, shrink, rewrite])
def test_a_file_that_changes_while_it_is_sent_is_an_error_before_its_last_byte(change, saved):
    path = saved(LARGE)
    encoded = bare(path)
    pieces = encoded.pieces()
    sent = [next(pieces), next(pieces)]
    change(path)
    with pytest.raises(omni.UsageError, match=CHANGED):
        sent.extend(pieces)
    assert len(b"".join(sent)) < encoded.size


@pytest.mark.parametrize("change", [grow, shrink, rewrite, replace])
def test_a_file_that_changed_before_it_is_sent_again_is_an_error_at_once(change, saved):
    path = saved(LARGE)
    encoded = bare(path)
    assert len(b"".join(encoded.pieces())) == encoded.size
    change(path)
    with pytest.raises(omni.UsageError, match=CHANGED):
        next(encoded.pieces())


def test_a_file_that_is_replaced_while_it_is_sent_goes_on_as_it_was(saved):
    path = saved(LARGE)
    pieces = bare(path).pieces()
    first = next(pieces)
    other = path.with_name("other")
    other.write_bytes(b"another")
    other.replace(path)
    assert base64.b64decode(first + b"".join(pieces)) == LARGE


def test_a_file_that_goes_away_is_told(saved):
    path = saved(LARGE)
    encoded = bare(path)
    path.unlink()
    with pytest.raises(omni.UsageError, match="cannot be read: No such file or directory"):
        next(encoded.pieces())


@pytest.mark.parametrize("change", [lambda file: file.write(b"more"), lambda file: file.truncate(900_000)])
def test_a_file_object_that_changes_is_an_error(change):
    file = io.BytesIO(LARGE)
    encoded = bare(file)
    pieces = encoded.pieces()
    next(pieces)
    file.seek(0, os.SEEK_END)
    change(file)
    file.seek(0)
    with pytest.raises(omni.UsageError, match="audio in a file object is another now"):
        list(pieces)


def test_content_of_another_size_than_was_inspected_is_an_error(saved):
    facts = omni.MediaFacts(kind="audio", media_type="audio/mpeg", bytes=len(LARGE) + 1)
    with pytest.raises(omni.UsageError, match=CHANGED):
        Encoded(omni.Audio(saved(LARGE)), facts, "bare")


@pytest.fixture
def piped():
    """Content that comes out of a pipe, written by a process of its own."""

    def pipe(size):
        program = f"import sys; sys.stdout.buffer.write(bytes(range(256)) * {size // 256})"
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        processes.append(process)
        return process.stdout

    processes = []
    yield pipe
    for process in processes:
        with process:
            process.kill()


@pytest.mark.parametrize("buffered", [True, False])
def test_a_pipe_is_read_once_and_its_size_is_not_known(buffered, piped):
    pipe = piped(len(LARGE))
    encoded = Encoded(omni.Audio(pipe if buffered else pipe.raw), FACTS, "data-uri")
    assert (encoded.size, encoded.is_repeatable) == (None, False)
    pieces = list(encoded.pieces(4096))
    assert b"".join(pieces) == HEAD + base64.b64encode(LARGE)
    assert max(map(len, pieces)) <= 4096
    with pytest.raises(
        omni.UsageError, match="cannot seek and was read already; give bytes to send it again"
    ):
        encoded.pieces()


def test_a_pipe_of_nothing_is_an_error(piped):
    with pytest.raises(omni.UsageError, match="has nothing left to read"):
        list(bare(piped(0)).pieces())


def test_a_pipe_that_comes_in_odd_parts_is_one_base64():
    class Odd:
        def __init__(self):
            self.parts = [b"a", b"bc", b"defg", b"h"]

        def read(self, size):
            return self.parts.pop(0)[:size] if size and self.parts else b""

    encoded = bare(Odd())
    assert b"".join(encoded.pieces()) == base64.b64encode(b"abcdefgh")


def test_a_compressed_file_is_sent_as_what_it_holds():
    encoded = bare(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(LARGE))))
    assert base64.b64decode(b"".join(encoded.pieces())) == LARGE


@pytest.mark.parametrize("most_bytes", [1023, 0, -1])
def test_a_piece_has_room_for_the_head_of_a_data_uri(most_bytes):
    with pytest.raises(omni.UsageError, match=f"a piece is of 1024 bytes or more, not of {most_bytes}"):
        bare(LARGE).pieces(most_bytes)


MEASURE = """
import resource, sys
import omni_stream as omni
from omni_stream.upload import Encoded

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

facts = omni.MediaFacts(kind="video", media_type="video/mp4")
encoded = Encoded(omni.Video(sys.argv[1]), facts, "data-uri")
next(encoded.pieces())
before = peak()
assert sum(map(len, encoded.pieces())) == encoded.size
print(peak() - before)
"""


def test_a_large_file_is_never_in_memory(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(100_000_000)  # all zeros, which take no room on the disk
    grown = subprocess.check_output([sys.executable, "-c", MEASURE, path], text=True)
    assert int(grown) < 8_000_000  # a few pieces, and what the allocator keeps
