import gzip
import io
import wave
import zipfile

import pytest
from sinks.noise import MONO, frames, pcm_of, write_all
from sinks.test_contract import UNKNOWN, data_size, wav_pcm

from omni_stream.audio import AudioFrame
from omni_stream.errors import SinkError
from omni_stream.sinks import FileSink, WavSink
from omni_stream.sinks.wav_header import FILE_HEADER_BYTES

RUN = frames(1.5)


@pytest.mark.parametrize("buffering", [0, -1])
async def test_the_header_of_an_open_file_is_corrected_at_the_end(tmp_path, buffering):
    with (tmp_path / "a.wav").open("wb", buffering=buffering) as file:
        async with WavSink(file) as sink:
            await write_all(sink, RUN)
            await sink.flush()
            content = (tmp_path / "a.wav").read_bytes()
            assert data_size(content) == UNKNOWN
            assert wav_pcm(content) == pcm_of(RUN)
        assert sink.path is None
        assert file.tell() == FILE_HEADER_BYTES + len(pcm_of(RUN))
    with wave.open(str(tmp_path / "a.wav")) as whole:
        assert whole.getnframes() == sink.frames


async def test_what_stands_before_and_behind_is_left_alone(tmp_path):
    target = io.BytesIO()
    target.write(b"before")
    async with WavSink(target) as sink:
        await write_all(sink, RUN)
    target.write(b"behind")
    content = target.getvalue()
    assert (content[:6], content[-6:]) == (b"before", b"behind")
    assert wav_pcm(content[6:]) == pcm_of(RUN)


async def test_the_header_is_corrected_after_an_error_too():
    target = io.BytesIO()
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 -- leaving the block may be what raises
        async with WavSink(target) as sink:
            await write_all(sink, RUN)
            raise ZeroDivisionError
    assert data_size(target.getvalue()) == len(pcm_of(RUN))


async def test_an_object_that_cannot_seek_gets_the_header_of_a_stream(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, archive.open("a.wav", "w") as file:
        async with WavSink(file) as sink:
            await write_all(sink, RUN)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert wav_pcm(archive.read("a.wav")) == pcm_of(RUN)


async def test_an_object_that_seeks_forward_only_keeps_the_header_of_a_stream(tmp_path):
    with gzip.open(tmp_path / "a.wav.gz", "wb") as file:
        async with WavSink(file) as sink:
            await write_all(sink, RUN)
    with gzip.open(tmp_path / "a.wav.gz") as file:
        content = file.read()
    assert data_size(content) == UNKNOWN
    assert wav_pcm(content) == pcm_of(RUN)


async def test_raw_pcm_has_no_head_to_go_back_to(tmp_path):
    with gzip.open(tmp_path / "a.pcm.gz", "wb") as file:
        async with FileSink(file) as sink:
            await write_all(sink, RUN)
    with gzip.open(tmp_path / "a.pcm.gz") as file:
        assert file.read() == pcm_of(RUN)


async def test_nothing_is_written_where_nothing_came():
    target = io.BytesIO()
    async with WavSink(target):
        pass
    assert target.getvalue() == b""


class Short(io.RawIOBase):
    """Takes seven bytes at a time, as a raw file may."""

    def __init__(self):
        self.content = bytearray()

    def writable(self):
        return True

    def write(self, content):
        self.content += content[:7]
        return min(len(content), 7)


class Full(Short):
    def write(self, content):  # noqa: ARG002 -- it takes nothing
        return None


class Silent:
    """Takes everything and says nothing, as objects of users do."""

    def __init__(self):
        self.content = b""

    def write(self, content):
        self.content += content

    def flush(self):
        pass


@pytest.mark.parametrize("kind", [Short, Silent])
async def test_objects_that_write_in_their_own_way(kind):
    target = kind()
    async with WavSink(target) as sink:
        await write_all(sink, RUN)
    assert wav_pcm(bytes(target.content)) == pcm_of(RUN)


async def test_an_object_that_would_block_is_refused():
    with pytest.raises(SinkError, match="does not block; give one that blocks"):
        async with FileSink(Full()) as sink:
            await write_all(sink, RUN)


async def test_a_file_that_is_closed_meanwhile_is_a_sink_error():
    target = io.BytesIO()
    with pytest.raises(SinkError, match="closed file") as failure:  # noqa: PT012 -- leaving the block may be what raises
        async with WavSink(target) as sink:
            await sink.write(AudioFrame(bytes(100), MONO))
            target.close()
    assert failure.value.written_bytes == 0
