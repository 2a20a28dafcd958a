import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sinks.noise import MONO

from omni_stream.audio import AudioFormat
from omni_stream.sinks.wav_header import FILE_HEADER_BYTES, MOST_RIFF_PCM_BYTES, file_header, stream_header


@given(st.integers(1, 768_000), st.sampled_from([1, 2]), st.integers(0, 1_000))
def test_the_standard_library_reads_back_what_the_header_says(rate, channels, length):
    format = AudioFormat(rate, channels)
    pcm = bytes(length * format.frame_bytes)
    with wave.open(io.BytesIO(file_header(format, len(pcm)) + pcm)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (rate, channels, 2)
        assert file.getnframes() == length
        assert file.readframes(length + 1) == pcm


def test_a_file_header_is_that_of_the_standard_library_and_a_chunk_that_readers_skip():
    other = io.BytesIO()
    with wave.open(other, "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
        file.writeframes(bytes(400))
    header = file_header(AudioFormat(44_100, 2), 400)
    assert header[12:48] == b"JUNK" + (28).to_bytes(4, "little") + bytes(28)
    assert struct.unpack_from("<I", header, 4) == (36 + 36 + 400,)
    assert header[48:] + bytes(400) == other.getvalue()[12:]


@pytest.mark.parametrize("header", [stream_header(MONO), file_header(MONO, None)])
def test_an_end_that_is_not_known_is_said_in_both_sizes(header):
    assert struct.unpack_from("<I", header, 4) == struct.unpack("<I", header[-4:]) == (0xFFFF_FFFF,)
    with wave.open(io.BytesIO(header + b"\1\2\3\4")) as file:
        assert file.readframes(2**30) == b"\1\2\3\4"


def test_a_stream_has_the_shortest_header():
    assert len(stream_header(MONO)) == 44


@pytest.mark.parametrize("channels", [1, 2])
def test_what_32_bits_can_state_is_riff_and_one_frame_more_is_rf64(channels):
    format = AudioFormat(24_000, channels)
    most = MOST_RIFF_PCM_BYTES // format.frame_bytes * format.frame_bytes
    riff, rf64 = file_header(format, most), file_header(format, most + format.frame_bytes)
    assert len(riff) == len(rf64) == FILE_HEADER_BYTES
    assert riff[:4] == b"RIFF"
    assert 0xFFFF_FFFF - format.frame_bytes <= struct.unpack_from("<I", riff, 4)[0] < 0xFFFF_FFFF
    assert struct.unpack("<I", riff[-4:]) == (most,)
    # As EBU Tech 3306 lays it out: the sizes of 32 bits are -1, those of 64 in the first chunk.
    pcm_bytes = most + format.frame_bytes
    sizes = struct.pack("<QQQI", 72 + pcm_bytes, pcm_bytes, pcm_bytes // format.frame_bytes, 0)
    assert rf64[:48] == b"RF64" + b"\xff" * 4 + b"WAVE" + b"ds64" + (28).to_bytes(4, "little") + sizes
    assert rf64[48:76] == riff[48:76]
    assert rf64[76:] == b"\xff" * 4
