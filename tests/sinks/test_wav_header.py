import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.audio import AudioFormat
from omni_stream.sinks.wav_header import MOST_PCM_BYTES, wav_header


@given(st.integers(1, 768_000), st.sampled_from([1, 2]), st.integers(0, 1_000))
def test_the_standard_library_reads_back_what_the_header_says(rate, channels, length):
    format = AudioFormat(rate, channels)
    pcm = bytes(length * format.frame_bytes)
    with wave.open(io.BytesIO(wav_header(format, len(pcm)) + pcm)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (rate, channels, 2)
        assert file.getnframes() == length
        assert file.readframes(length + 1) == pcm


def test_the_header_equals_that_of_the_standard_library():
    other = io.BytesIO()
    with wave.open(other, "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
        file.writeframes(bytes(400))
    assert wav_header(AudioFormat(44_100, 2), 400) + bytes(400) == other.getvalue()


def test_a_stream_without_a_known_end_says_so_in_both_sizes():
    header = wav_header(AudioFormat(24_000), None)
    assert struct.unpack_from("<I", header, 4) == struct.unpack_from("<I", header, 40) == (0xFFFF_FFFF,)
    with wave.open(io.BytesIO(header + b"\1\2\3\4")) as file:
        assert file.readframes(2**30) == b"\1\2\3\4"


@pytest.mark.parametrize("channels", [1, 2])
def test_the_largest_file_still_has_a_known_end(channels):
    format = AudioFormat(24_000, channels)
    assert MOST_PCM_BYTES % format.frame_bytes == 0
    header = wav_header(format, MOST_PCM_BYTES)
    assert struct.unpack_from("<I", header, 4)[0] < 0xFFFF_FFFF
    with pytest.raises(struct.error):
        wav_header(format, MOST_PCM_BYTES + 40)
