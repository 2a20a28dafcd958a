"""``AudioFormat``, ``AudioFrame`` and ``Heard`` as values."""

import copy
import ctypes
import pickle
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.audio import AudioFormat, AudioFrame, Heard

MONO = AudioFormat(24_000)
STEREO = AudioFormat(48_000, 2)


# AudioFormat


def test_a_format_is_mono_by_default():
    assert (MONO.rate, MONO.channels, MONO.frame_bytes) == (24_000, 1, 2)
    assert (STEREO.rate, STEREO.channels, STEREO.frame_bytes) == (48_000, 2, 4)


@pytest.mark.parametrize(("rate", "channels"), [(0, 1), (-1, 1), (768_001, 1), (24_000, 0), (24_000, 3)])
def test_a_format_out_of_range_is_refused_with_the_range(rate, channels):
    with pytest.raises(ValueError, match=r"1 to 768000 Hz and 1 or 2 channels, not"):
        AudioFormat(rate, channels)


def test_a_rate_is_a_whole_number():
    with pytest.raises(TypeError):
        AudioFormat(24_000.0)


def test_formats_are_values():
    assert AudioFormat(24_000, 1) == MONO != AudioFormat(24_000, 2)
    assert len({MONO, AudioFormat(24_000), STEREO}) == 2
    assert pickle.loads(pickle.dumps(STEREO)) == copy.deepcopy(STEREO) == STEREO
    assert repr(STEREO) == "AudioFormat(rate=48000, channels=2)"
    with pytest.raises(AttributeError):
        MONO.rate = 8_000
    match STEREO:
        case AudioFormat(rate, channels):
            assert (rate, channels) == (48_000, 2)


# AudioFrame: what it is made of


def test_a_frame_is_made_of_bytes():
    frame = AudioFrame(b"\x01\x00\xff\xff", MONO, position_frames=7)
    assert frame.samples.tolist() == [[1], [-1]]
    assert (len(frame), frame.position_frames, frame.format) == (2, 7, MONO)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, lambda b: np.frombuffer(b, np.uint8)])
def test_any_buffer_of_bytes_will_do(kind):
    assert bytes(AudioFrame(kind(b"\x01\x00\x02\x00"), MONO)) == b"\x01\x00\x02\x00"


def test_a_frame_is_made_of_an_int16_array_of_frames_by_channels():
    samples = np.array([[1, -2], [3, -4], [5, -6]], np.int16)
    frame = AudioFrame(samples, STEREO)
    assert np.array_equal(frame.samples, samples)
    assert bytes(frame) == samples.tobytes()


def test_one_dimension_is_interleaved():
    assert AudioFrame(np.arange(6, dtype=np.int16), STEREO).samples.tolist() == [[0, 1], [2, 3], [4, 5]]


def test_arrays_need_not_be_contiguous():
    planar = np.array([[1, 2, 3], [4, 5, 6]], np.int16)
    assert AudioFrame(planar.T, STEREO).samples.tolist() == [[1, 4], [2, 5], [3, 6]]
    assert AudioFrame(np.arange(8, dtype=np.int16)[::2], MONO).samples.tolist() == [[0], [2], [4], [6]]


def test_a_frame_is_made_of_a_frames_samples():
    frame = AudioFrame(b"\x01\x00\x02\x00", MONO)
    assert AudioFrame(frame.samples, MONO) == AudioFrame(frame, MONO) == frame


def test_samples_are_copied_once_so_that_a_frame_cannot_change():
    samples = np.array([1, 2], np.int16)
    frame = AudioFrame(samples, MONO)
    samples[0] = 9
    assert frame.samples.tolist() == [[1], [2]]


@pytest.mark.parametrize("empty", [b"", np.zeros((0, 1), np.int16), np.zeros(0, np.int16)])
def test_a_frame_may_be_empty(empty):
    frame = AudioFrame(empty, MONO)
    assert (len(frame), frame.seconds, bytes(frame), frame.samples.shape) == (0, 0.0, b"", (0, 1))
    assert memoryview(frame).nbytes == 0


def test_an_empty_frame_keeps_its_channels():
    assert AudioFrame(b"", STEREO).samples.shape == (0, 2)


@pytest.mark.parametrize(
    ("content", "format"), [(b"\x00", MONO), (b"\x00\x00", STEREO), (b"\x00" * 6, STEREO)]
)
def test_part_of_a_frame_is_refused(content, format):
    with pytest.raises(ValueError, match=rf"whole frames of {format.frame_bytes} bytes, and {len(content)}"):
        AudioFrame(content, format)


@pytest.mark.parametrize("shape", [(4, 1), (2, 4), (1, 2, 2), (8, 2, 1)])
def test_another_shape_is_refused_with_the_one_that_is_meant(shape):
    with pytest.raises(ValueError, match=r"shape \(frames, 2\)"):
        AudioFrame(np.zeros(shape, np.int16), STEREO)


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int8, ">i2", np.uint16])
def test_samples_of_another_type_are_refused(dtype):
    with pytest.raises(ValueError, match=r"int16 or their bytes, not <class 'numpy.ndarray'>"):
        AudioFrame(np.zeros(4, dtype), MONO)


def test_what_is_no_buffer_is_refused():
    with pytest.raises(ValueError, match=r"int16 or their bytes, not <class 'list'>"):
        AudioFrame([1, 2], MONO)


def test_a_position_before_the_stream_is_refused():
    with pytest.raises(ValueError, match="at least 0, not -1"):
        AudioFrame(b"", MONO, position_frames=-1)


# AudioFrame: what it gives


def test_a_frame_exports_its_pcm_without_a_copy():
    frame = AudioFrame(b"\x01\x00\x02\x00", MONO)
    view = memoryview(frame)
    assert (view.readonly, view.format, view.ndim, view.nbytes) == (True, "B", 1, 4)
    assert view.obj is frame
    assert np.shares_memory(np.frombuffer(frame, np.uint8), np.frombuffer(view, np.uint8))


def test_a_writable_buffer_is_refused():
    with pytest.raises(TypeError, match="not writable"):
        ctypes.c_char.from_buffer(AudioFrame(b"\x01\x00", MONO))


def test_samples_are_a_read_only_view_without_a_copy():
    frame = AudioFrame(b"\x01\x00\x02\x00\x03\x00\x04\x00", STEREO)
    samples = frame.samples
    assert (samples.dtype, samples.shape, samples.flags.c_contiguous) == (np.int16, (2, 2), True)
    assert np.shares_memory(samples, np.frombuffer(frame, np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        samples[0, 0] = 5


def test_a_view_keeps_its_frame_alive():
    frame = AudioFrame(b"\x01\x00" * 10_000, MONO)
    references = sys.getrefcount(frame)
    samples, view = frame.samples, memoryview(frame)
    assert sys.getrefcount(frame) == references + 2
    del frame
    assert samples.sum() == 10_000
    assert bytes(view) == b"\x01\x00" * 10_000


def test_seconds_are_frames_by_rate():
    assert AudioFrame(b"\x00" * 4_800, MONO).seconds == 0.1
    assert AudioFrame(b"\x00" * 4_800, STEREO).seconds == 0.025


def test_frames_are_equal_by_samples_format_and_position():
    frame = AudioFrame(b"\x01\x00", MONO, position_frames=1)
    same = AudioFrame(np.array([1], np.int16), MONO, position_frames=1)
    assert frame == same
    assert hash(frame) == hash(same)
    for other in [
        AudioFrame(b"\x02\x00", MONO, position_frames=1),
        AudioFrame(b"\x01\x00", AudioFormat(8_000), position_frames=1),
        AudioFrame(b"\x01\x00", MONO),
        b"\x01\x00",
    ]:
        assert frame != other


def test_a_frame_is_immutable_and_can_be_copied_and_pickled():
    frame = AudioFrame(b"\x01\x00\x02\x00", STEREO, position_frames=2**40)
    with pytest.raises(AttributeError):
        frame.position_frames = 0
    for twin in (copy.copy(frame), copy.deepcopy(frame), pickle.loads(pickle.dumps(frame))):
        assert twin == frame


def test_the_repr_says_how_much_of_what_and_where():
    frame = AudioFrame(b"\x00" * 8, STEREO, position_frames=5)
    assert repr(frame) == "AudioFrame(2 frames at 5, AudioFormat(rate=48000, channels=2))"


@given(st.binary(max_size=200), st.sampled_from([MONO, STEREO]), st.integers(0, 2**62))
def test_what_goes_in_comes_out(content, format, position):
    content = content[: len(content) // format.frame_bytes * format.frame_bytes]
    frame = AudioFrame(content, format, position_frames=position)
    assert bytes(frame) == bytes(memoryview(frame)) == frame.samples.tobytes() == content
    assert len(frame) * format.frame_bytes == len(content)
    assert frame.samples.shape == (len(frame), format.channels)
    assert AudioFrame(frame.samples, format, position_frames=position) == frame


# Heard


def test_heard_is_a_value():
    assert Heard(1.5) == Heard(1.5, "") != Heard(1.5, "hi")
    assert hash(Heard(1.5, "hi")) == hash(Heard(1.5, "hi"))
    with pytest.raises(AttributeError):
        Heard(1.0).seconds = 2.0
