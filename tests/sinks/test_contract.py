import fcntl
import io
import os
import wave
from contextlib import suppress
from itertools import count

import av
import pytest
import soundfile
from sinks.contract import CHECKS, End

from omni_stream.sinks import FileSink, NullSink, WavSink

KINDS = {}


def kind(make):
    KINDS[make.__name__] = make
    return make


UNKNOWN = 0xFFFF_FFFF


def data_size(content):
    """What the head says of the PCM."""
    at = content.index(b"data") + 4
    return int.from_bytes(content[at : at + 4], "little")


def wav_pcm(content):
    if not content:
        return b""
    with wave.open(io.BytesIO(content)) as file:
        pcm = file.readframes(2**30)
        if data_size(content) != UNKNOWN:
            assert len(pcm) == file.getnframes() * file.getnchannels() * 2  # no more is claimed than there is
        return pcm


def read(sink):
    return sink.path.read_bytes() if sink.path is not None else b""


@kind
def wav_file(folder, name):
    sink = WavSink(folder / f"{name}.wav")
    return End(sink, pcm=lambda: wav_pcm(read(sink)), whole=lambda: read(sink))


@kind
def wav_in_a_folder(folder, name):
    sink = WavSink(f"{name}.wav", folder=folder, overwrite=True)
    return End(sink, pcm=lambda: wav_pcm(read(sink)), whole=lambda: read(sink))


@kind
def wav_object(folder, name):
    target = io.BytesIO()
    return End(WavSink(target), pcm=lambda: wav_pcm(target.getvalue()), whole=target.getvalue)


@kind
def wav_open_file(folder, name):
    path = folder / f"{name}.wav"
    target = path.open("wb")
    return End(
        WavSink(target), pcm=lambda: wav_pcm(path.read_bytes()), whole=path.read_bytes, close=target.close
    )


@kind
def wav_pipe(folder, name):
    sink, whole, close = piped(WavSink)
    return End(sink, pcm=lambda: wav_pcm(whole()), whole=whole, close=close)


@kind
def raw_file(folder, name):
    sink = FileSink(folder / f"{name}.pcm")
    return End(sink, pcm=lambda: read(sink), whole=lambda: read(sink), takes_bytes=True)


@kind
def raw_pipe(folder, name):
    sink, whole, close = piped(FileSink)
    return End(sink, pcm=whole, whole=whole, close=close, takes_bytes=True)


@kind
def flac_file(folder, name):
    sink = FileSink(folder / f"{name}.flac")
    return encoded(sink, lambda: read(sink), held_frames=4_097)


@kind
def flac_object(folder, name):
    target = io.BytesIO()
    return encoded(FileSink(target, format="flac"), target.getvalue, held_frames=4_097)


@kind
def flac_pipe(folder, name):
    sink, whole, close = piped(lambda file: FileSink(file, format="flac"))
    return encoded(sink, whole, held_frames=4_097, close=close)


@kind
def opus_file(folder, name):
    sink = FileSink(folder / f"{name}.opus")
    return encoded(sink, lambda: read(sink), held_frames=28_800, lossy=True)


@kind
def opus_pipe(folder, name):
    sink, whole, close = piped(lambda file: FileSink(file, format="opus"))
    return encoded(sink, whole, held_frames=28_800, lossy=True, close=close)


def encoded(sink, content, **facts):
    def pcm():
        return decoded(content())

    # Heads differ: an Ogg stream has a number of its own, and a pipe keeps what it has.
    return End(sink, pcm=pcm, whole=pcm, takes_bytes=True, **facts)


@kind
def null(folder, name):
    return End(NullSink())


def decoded(content):
    """The PCM of FLAC, as FFmpeg plays it, or of Opus, as libsndfile does; its end may be missing."""
    if not content or content.count(b"OggS") == 2:  # the head of an Opus file is two pages
        return b""
    if content.startswith(b"OggS"):
        return soundfile.read(io.BytesIO(content), dtype="int16")[0].tobytes()
    pcm = []
    with av.open(io.BytesIO(content)) as file, suppress(av.error.InvalidDataError):  # of a block that was cut
        pcm.extend(frame.to_ndarray().astype("<i2").tobytes() for frame in file.decode(audio=0))
    return b"".join(pcm)


def piped(sink_class):
    """A sink into a pipe, large enough that a check may read it at its end."""
    source, target = os.pipe()
    fcntl.fcntl(target, fcntl.F_SETPIPE_SZ, 2**18)
    os.set_blocking(source, False)
    file = os.fdopen(target, "wb")
    seen = bytearray()

    def whole():
        try:
            while content := os.read(source, 2**18):
                seen.extend(content)
        except BlockingIOError:
            pass
        return bytes(seen)

    def close():
        file.close()
        os.close(source)

    return sink_class(file), whole, close


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
async def test_contract(check, make, tmp_path):
    numbers = count()
    await check(lambda: make(tmp_path, f"{next(numbers)}"))
