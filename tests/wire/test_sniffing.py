import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import bodies, compressed
from wire.shapes.shape import wav

from omni_stream.wire.sniffing import bytes_to_tell, compressed_codec

MPEG_1 = {"header": b"\xff\xfb\x90\xc4", "length": 417}  # 128 kbit/s at 44.1 kHz
MPEG_2_5 = {"header": b"\xff\xe3\x18\xc4", "length": 72}  # 8 kbit/s at 8 kHz
BODIES = [
    ("mp3", compressed.mp3()),
    ("mp3", compressed.mp3(**MPEG_1)),
    ("mp3", compressed.mp3(**MPEG_2_5)),
    ("aac", compressed.adts()),
    *compressed.NAMED.items(),
]


@pytest.mark.parametrize(("codec", "content"), BODIES)
def test_compressed_audio_is_known_by_its_first_bytes(codec, content):
    assert compressed_codec(content) == codec


@pytest.mark.parametrize(("codec", "content"), BODIES)
def test_as_many_bytes_as_it_takes_are_enough(codec, content):
    have = 0
    while have < bytes_to_tell(content[:have]):
        have += 1
    assert compressed_codec(content[:have]) == codec


@pytest.mark.parametrize(
    "content", [compressed.mp3(1), compressed.adts(1), b"", b"\xff", b"\xff\xf3\x84\xc4"]
)
def test_one_frame_may_be_chance(content):
    assert compressed_codec(content) is None


@pytest.mark.parametrize(
    "pcm",
    [
        bytes(4096),
        struct.pack("<2048h", *(-1 for _ in range(2048))),
        struct.pack("<2048h", *range(-1025, 1023)),
        bodies.pcm(2048),
        wav(bytes(4096)),
        wav(compressed.mp3()),
    ],
)
def test_samples_are_not_taken_for_it(pcm):
    assert compressed_codec(pcm) is None


@given(st.binary(max_size=40))
def test_any_bytes_can_be_looked_at(content):
    compressed_codec(content)
    compressed_codec(b"\xff" + content)
    assert bytes_to_tell(content) > 0
