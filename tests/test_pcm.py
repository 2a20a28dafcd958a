"""Audio deltas to frames: base64, hex, floats, WAV heads, odd bytes, and any bytes in any split."""

import base64
import io
import math
import struct
import wave
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.errors import ProtocolError
from omni_stream.pcm import AudioDecoder

MONO = AudioFormat(24_000)
STEREO = AudioFormat(24_000, 2)
PCM = bytes(range(1, 25))
PLACEHOLDERS = [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF - 36]


def encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def decode(*deltas: str, format: AudioFormat = MONO) -> list[AudioFrame]:
    """All frames of a stream."""
    decoder = AudioDecoder(format)
    frames = [decoder.decode(delta) for delta in deltas]
    return [frame for frame in [*frames, decoder.finish()] if frame is not None]


def pcm(*deltas: str, format: AudioFormat = MONO) -> bytes:
    return b"".join(bytes(frame) for frame in decode(*deltas, format=format))


def chunk(name: bytes, body: bytes, size: int | None = None) -> bytes:
    return name + struct.pack("<I", len(body) if size is None else size) + body + b"\0" * (len(body) % 2)


def fmt(rate: int = 24_000, channels: int = 1, *, tag: int = 1, bits: int = 16, more: bytes = b"") -> bytes:
    frame_bytes = channels * bits // 8
    return struct.pack("<HHIIHH", tag, channels, rate, rate * frame_bytes, frame_bytes, bits) + more


def head(fmt: bytes, *, before: bytes = b"", size: int = 0xFFFFFFFF) -> bytes:
    """A WAV head whose sizes are all `size`."""
    length = struct.pack("<I", size)
    return b"RIFF" + length + b"WAVE" + before + chunk(b"fmt ", fmt) + b"data" + length


# Base64


def test_a_delta_is_decoded_to_a_frame():
    (frame,) = decode(encode(PCM))
    assert (bytes(frame), frame.format, frame.position_frames) == (PCM, MONO, 0)


def test_an_empty_delta_is_no_frame():
    assert decode("", "   ") == []


def test_positions_count_frames_over_the_stream():
    frames = decode(encode(PCM), encode(PCM[:4]), encode(PCM), format=STEREO)
    assert [frame.position_frames for frame in frames] == [0, 6, 7]


@pytest.mark.parametrize("cut", range(1, 32))
def test_a_quantum_may_be_split_anywhere(cut):
    encoded = encode(PCM)
    assert pcm(encoded[:cut], encoded[cut:]) == PCM


def test_every_delta_may_be_padded():
    assert pcm(encode(PCM[:4]), encode(PCM[4:8]), encode(PCM[8:])) == PCM


def test_padding_inside_a_delta_begins_a_new_run():
    assert pcm(encode(PCM[:4]) + encode(PCM[4:])) == PCM


def test_padding_may_be_split_off():
    encoded = encode(PCM[:4])
    assert pcm(encoded[:-1], encoded[-1:], encode(PCM[4:])) == PCM


def test_padding_may_be_missing_at_the_end():
    assert pcm(encode(PCM[:4]).rstrip("=")) == PCM[:4]


def test_the_url_safe_alphabet_is_read_too():
    content = b"\xfb\xef\xbe\xff\xff\xfe"
    assert encode(content) == "++++///+"
    assert pcm(base64.urlsafe_b64encode(content).decode()) == pcm("++--_//+") == content


def test_white_space_is_skipped():
    assert pcm(" AQ\r\nID\tBA= \n=") == b"\x01\x02\x03\x04"


@pytest.mark.parametrize(
    ("delta", "position"),
    [
        ("AAAA*AAA", 4),
        ("A=AA", 1),
        ("AB==C===", 5),
        ("AA=A", 3),
        ("=", 0),
        ("AAAAé", 4),
        ("\0", 0),
        ("A" * 500 + "!" + "A" * 99, 500),
    ],
)
def test_what_is_not_base64_is_refused_where_it_begins_to_be_wrong(delta, position):
    decoder = AudioDecoder(MONO)
    with pytest.raises(ProtocolError, match=f"invalid base64 at character {position} ") as caught:
        decoder.decode(delta)
    assert caught.value.excerpt == delta[:80].encode()[:80]


def test_a_lone_surrogate_is_refused_like_any_other_character():
    with pytest.raises(ProtocolError, match="lone surrogate"):
        AudioDecoder(MONO).decode("AAAA\ud800")


def test_a_bad_delta_is_not_taken_and_the_next_one_is():
    decoder = AudioDecoder(MONO)
    decoder.decode(encode(PCM[:4]))
    with pytest.raises(ProtocolError):
        decoder.decode(encode(PCM) + "*")
    frame = decoder.decode(encode(PCM[4:]))
    assert (bytes(frame), frame.position_frames) == (PCM[4:], 2)
    assert decoder.seconds == len(PCM) / 48_000


def test_behind_a_bad_delta_a_new_frame_begins():
    decoder = AudioDecoder(MONO)
    decoder.decode(encode(b"\x01\x02\x03"))
    with pytest.raises(ProtocolError):
        decoder.decode("*")
    assert bytes(decoder.decode(encode(b"\x05\x06"))) == b"\x05\x06"
    assert decoder.rest_bytes == 1  # which never became a frame


def test_a_quantum_that_the_end_cuts_off_is_refused():
    decoder = AudioDecoder(MONO)
    decoder.decode("AQIDBAU=AQIDB")
    with pytest.raises(ProtocolError, match="base64"):
        decoder.finish()


# Hex


def test_hex_of_either_case_is_read():
    decoder = AudioDecoder(MONO, encoding="hex")
    frames = decoder.decode("0100fEFF"), decoder.decode("AbcD")
    assert [bytes(frame) for frame in frames] == [b"\x01\0\xfe\xff", b"\xab\xcd"]
    assert frames[1].position_frames == 2


@pytest.mark.parametrize("cut", range(1, 2 * len(PCM)))
def test_a_byte_in_hex_may_be_split(cut):
    decoder = AudioDecoder(MONO, encoding="hex")
    frames = [decoder.decode(PCM.hex(" ")[:cut]), decoder.decode(PCM.hex(" ")[cut:]), decoder.finish()]
    assert b"".join(bytes(frame) for frame in frames if frame is not None) == PCM


@pytest.mark.parametrize(
    ("delta", "said"),
    [
        ("0g", "invalid hex at character 1 "),
        ("0" * 501 + "=", "character 501 "),
        ("\ud800", "which is not hex"),
    ],
)
def test_what_is_not_hex_is_refused_and_not_taken(delta, said):
    decoder = AudioDecoder(MONO, encoding="hex")
    decoder.decode("01000")
    with pytest.raises(ProtocolError, match=said):
        decoder.decode(delta)
    frame = decoder.decode("0200")
    assert (bytes(frame), frame.position_frames) == (b"\x02\0", 1)


def test_half_a_byte_at_the_end_is_refused():
    decoder = AudioDecoder(MONO, encoding="hex")
    decoder.decode("010")
    with pytest.raises(ProtocolError, match="hex"):
        decoder.finish()


# Bytes


@pytest.mark.parametrize("as_buffer", [bytes, bytearray, memoryview])
def test_bytes_are_taken_as_they_are(as_buffer):
    decoder = AudioDecoder(STEREO)
    frames = [decoder.decode_bytes(as_buffer(PCM[:5])), decoder.decode_bytes(as_buffer(PCM[5:]))]
    assert [bytes(frame) for frame in frames] == [PCM[:4], PCM[4:]]


@given(st.lists(st.integers(0, 100), max_size=8))
def test_a_file_in_pieces_gives_its_samples(cuts):
    content = head(fmt(rate=16_000), before=chunk(b"LIST", b"INFOodd")) + PCM
    decoder = AudioDecoder(MONO)
    frames = [decoder.decode_bytes(piece) for piece in cut_at(content, cuts)]
    assert b"".join(bytes(frame) for frame in frames if frame) == PCM
    assert {frame.format for frame in frames if frame} == {AudioFormat(16_000)}


def test_bytes_with_a_broken_head_are_refused_with_how_they_begin():
    with pytest.raises(ProtocolError, match="6 channels") as caught:
        AudioDecoder(MONO).decode_bytes(head(fmt(channels=6)) + bytes(100))
    assert caught.value.excerpt == (head(fmt(channels=6)) + bytes(100))[:80]


# Floats


def floats(*samples):
    return struct.pack(f"<{len(samples)}f", *samples)


def test_floats_become_int16():
    decoder = AudioDecoder(MONO, sample="f32")
    frame = decoder.decode(
        encode(floats(0, 0.5, -1, 1, 9, -9, math.nan, math.inf, 0.5 / 32_768, 1.5 / 32_768))
    )
    assert frame.samples[:, 0].tolist() == [0, 16_384, -32_768, 32_767, 32_767, -32_768, 0, 32_767, 0, 2]
    assert frame.format == MONO


@given(st.lists(st.integers(0, 100), max_size=8), st.sampled_from([MONO, STEREO]))
def test_a_float_may_be_split_anywhere(cuts, format):
    content = floats(*(n / 16 for n in range(12)))
    decoder = AudioDecoder(format, sample="f32")
    pieces = cut_at(content, cuts)
    frames = [frame for frame in map(decoder.decode, map(encode, pieces)) if frame is not None]
    assert b"".join(map(bytes, frames)) == struct.pack("<12h", *(n * 2048 for n in range(12)))
    assert decoder.rest_bytes == 0
    assert decoder.seconds == pytest.approx(12 / format.channels / 24_000)


def test_a_head_says_whether_samples_are_floats():
    content = floats(0.5, -0.5)
    frames = decode(encode(head(fmt(48_000, tag=3, bits=32)) + content), encode(content))
    assert [frame.samples[:, 0].tolist() for frame in frames] == [[16_384, -16_384]] * 2
    decoder = AudioDecoder(MONO, sample="f32")
    assert bytes(decoder.decode(encode(head(fmt()) + PCM))) == PCM


# Formats


def test_a_format_given_with_a_delta_counts_from_there_on():
    decoder = AudioDecoder(MONO)
    low = AudioFormat(16_000)
    frames = [decoder.decode(encode(PCM), format) for format in [MONO, low, None, low, MONO]]
    assert [frame.format for frame in frames] == [MONO, low, low, low, MONO]
    assert [frame.position_frames for frame in frames] == [0, 12, 24, 36, 48]


def test_the_same_format_again_does_not_undo_what_a_head_said():
    decoder = AudioDecoder(MONO)
    wav = head(fmt(16_000)) + PCM
    frames = [decoder.decode(encode(content), MONO) for content in [wav, PCM]]
    assert {frame.format for frame in frames} == {AudioFormat(16_000)}


def test_part_of_a_frame_of_another_format_is_dropped_and_counted():
    decoder = AudioDecoder(MONO)
    decoder.decode(encode(PCM[:3]), MONO)
    assert bytes(decoder.decode(encode(PCM), STEREO)) == PCM
    assert decoder.rest_bytes == 1


def test_the_format_of_a_bad_delta_is_not_taken_either():
    decoder = AudioDecoder(MONO)
    with pytest.raises(ProtocolError):
        decoder.decode("*", STEREO)
    assert decoder.decode(encode(PCM)).format == MONO


@pytest.mark.parametrize("wrong", [{"encoding": "base32"}, {"sample": "s24"}])
def test_another_encoding_or_sample_is_refused(wrong):
    with pytest.raises(ValueError, match=r"base32|s24"):
        AudioDecoder(MONO, **wrong)


# Odd bytes


def test_an_odd_byte_waits_for_the_next_delta():
    frames = decode(encode(PCM[:3]), encode(PCM[3:6]), encode(PCM[6:]))
    assert [bytes(frame) for frame in frames] == [PCM[:2], PCM[2:6], PCM[6:]]
    assert [frame.position_frames for frame in frames] == [0, 1, 3]


def test_part_of_a_stereo_frame_waits_too():
    assert [bytes(frame) for frame in decode(encode(PCM[:7]), encode(PCM[7:8]), format=STEREO)] == [
        PCM[:4],
        PCM[4:8],
    ]


def test_a_delta_that_completes_no_frame_gives_none():
    decoder = AudioDecoder(STEREO)
    assert decoder.decode(encode(b"\x01\x02\x03")) is None
    assert decoder.rest_bytes == 3


def test_an_odd_byte_at_the_very_end_is_counted_and_no_error():
    decoder = AudioDecoder(MONO)
    decoder.decode(encode(b"\x01\x02\x03"))
    assert decoder.finish() is None
    assert decoder.rest_bytes == 1


def test_seconds_count_whole_frames():
    decoder = AudioDecoder(MONO)
    decoder.decode(encode(b"\x00" * 4801))
    assert decoder.seconds == 0.1


# WAV heads


@pytest.mark.parametrize("size", [len(PCM), *PLACEHOLDERS])
def test_a_head_in_the_first_delta_is_stripped_whatever_its_sizes_claim(size):
    assert pcm(encode(head(fmt(), size=size) + PCM), encode(PCM)) == PCM * 2


def test_a_file_of_the_standard_library_is_read():
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((2, 2, 44_100, 0, "NONE", ""))
        writer.writeframes(PCM)
    (frame,) = decode(encode(file.getvalue()))
    assert (bytes(frame), frame.format) == (PCM, AudioFormat(44_100, 2))


def test_a_head_in_every_delta_is_stripped():
    delta = encode(head(fmt(), size=len(PCM)) + PCM)
    frames = decode(delta, delta, delta)
    assert [bytes(frame) for frame in frames] == [PCM] * 3
    assert [frame.position_frames for frame in frames] == [0, 12, 24]


@pytest.mark.parametrize("cut", range(1, 45))
def test_a_head_may_be_split_over_deltas(cut):
    content = head(fmt(rate=16_000)) + PCM
    frames = decode(encode(content[:cut]), encode(content[cut:]))
    assert b"".join(bytes(frame) for frame in frames) == PCM
    assert {frame.format for frame in frames} == {AudioFormat(16_000)}


def test_a_head_may_come_byte_by_byte():
    content = head(fmt(), before=chunk(b"LIST", b"INFOodd")) + PCM
    assert pcm(*(encode(bytes([byte])) for byte in content)) == PCM


def test_a_head_alone_is_no_frame():
    assert decode(encode(head(fmt()))) == []


@pytest.mark.parametrize("body", [b"", b"INFO", b"INFOodd", b"x" * 60_000])
def test_other_chunks_before_the_samples_are_skipped(body):
    before = chunk(b"LIST", body) + chunk(b"fact", b"\0" * 4)
    assert pcm(encode(head(fmt(), before=before) + PCM)) == PCM


def test_chunks_may_stand_between_format_and_samples():
    content = b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", fmt()) + chunk(b"LIST", b"INFO") + b"data\xff\xff\xff\xff"
    assert pcm(encode(content + PCM)) == PCM


def test_chunks_behind_the_samples_of_a_complete_file_are_left_out():
    content = head(fmt(), size=len(PCM)) + PCM + chunk(b"LIST", b"INFOISFT")
    assert pcm(encode(content)) == PCM


def test_samples_past_the_claimed_size_are_samples():
    assert pcm(encode(head(fmt(), size=4) + PCM)) == PCM


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 768_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_head_sets_rate_and_channels_from_there_on(rate, channels):
    frames = decode(encode(PCM), encode(head(fmt(rate, channels)) + PCM), encode(PCM))
    format = AudioFormat(rate, channels)
    assert [frame.format for frame in frames] == [MONO, format, format]


def test_an_extensible_format_is_read_by_its_sub_format():
    more = struct.pack("<HHIH", 22, 16, 3, 1) + bytes.fromhex("000000001000800000aa00389b71")
    (frame,) = decode(encode(head(fmt(48_000, 2, tag=0xFFFE, more=more)) + PCM))
    assert (bytes(frame), frame.format) == (PCM, AudioFormat(48_000, 2))


def test_a_new_head_drops_the_odd_byte_before_it():
    assert pcm(encode(b"\x09\x09\x09"), encode(head(fmt()) + PCM)) == b"\x09\x09" + PCM


@pytest.mark.parametrize("start", [b"R", b"RI", b"RIFF", b"RIFF\1\2\3\4", b"RIFF\1\2\3\4WAV"])
def test_samples_that_only_begin_like_a_head_are_samples(start):
    even = start + b"\1" * (len(start) % 2)
    assert pcm(encode(even + b"\1\2")) == even + b"\1\2"
    assert pcm(encode(even), encode(b"\1\2")) == even + b"\1\2"
    assert pcm(encode(start)) == start[: len(start) // 2 * 2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (head(fmt(tag=3, bits=64)), "format tag 3 with 64 bits, where 16-bit PCM .* and 32-bit float"),
        (head(fmt(bits=24)), "format tag 1 with 24 bits"),
        (head(fmt(tag=7, bits=8)), "format tag 7 with 8 bits"),
        (head(fmt(channels=6)), "6 channels at 24000 Hz"),
        (head(fmt(channels=0)), "0 channels at 24000 Hz"),
        (head(fmt(rate=0)), "1 channels at 0 Hz"),
        (head(fmt(rate=768_001)), "1 channels at 768001 Hz"),
        (head(b"\1\0\1\0"), "malformed WAV header"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", "malformed WAV header"),
        (head(fmt(), before=chunk(b"LIST", b"", size=0x7FFFFFFF)), "no samples in the first 64 KiB"),
    ],
)
def test_a_head_of_anything_else_is_refused_with_what_it_is(content, said):
    decoder = AudioDecoder(MONO)
    with pytest.raises(ProtocolError, match=said):
        decoder.decode(encode(content + PCM))
    assert bytes(decoder.decode(encode(PCM))) == PCM
    assert decoder.seconds == len(PCM) / 48_000


def test_a_head_that_the_end_cuts_off_is_an_error_and_no_noise():
    decoder = AudioDecoder(MONO)
    assert decoder.decode(encode(head(fmt())[:40])) is None
    with pytest.raises(ProtocolError, match="cuts off a WAV header"):
        decoder.finish()
    assert decoder.finish() is None


# Any bytes in any split


def cut_at(content, cuts):
    bounds = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    return [content[begin:end] for begin, end in pairwise(bounds)]


cuts = st.lists(st.integers(0, 1 << 16), max_size=10)


@given(st.binary(max_size=300), cuts, st.sampled_from([MONO, STEREO]))
def test_any_split_of_the_text_gives_the_same_samples(content, cuts, format):
    assume(b"WAVE" not in content)  # so that there is no head among the samples
    deltas = cut_at(encode(content), cuts)
    whole = len(content) // format.frame_bytes * format.frame_bytes
    frames = decode(*deltas, format=format)
    assert b"".join(bytes(frame) for frame in frames) == content[:whole]
    starts = [frame.position_frames for frame in frames]
    assert starts == [sum(len(before) for before in frames[:n]) for n in range(len(frames))]


@given(st.lists(st.binary(max_size=40), max_size=8), st.booleans())
def test_any_cut_of_the_bytes_gives_the_same_samples(pieces, is_padded):
    assume(b"WAVE" not in b"".join(pieces))
    if not is_padded:
        pieces = [piece[: len(piece) // 3 * 3] for piece in pieces]
    content = b"".join(pieces)
    assert pcm(*map(encode, pieces)) == content[: len(content) // 2 * 2]


@given(
    st.lists(
        st.text(max_size=20) | st.binary(max_size=60).map(encode) | st.binary().map(bytes.hex), max_size=8
    ),
    st.sampled_from(["base64", "hex"]),
    st.sampled_from(["s16", "f32"]),
)
def test_any_text_is_decoded_or_refused_with_a_protocol_error(deltas, encoding, sample):
    decoder = AudioDecoder(MONO, encoding=encoding, sample=sample)
    seconds = 0.0
    for step in [*(lambda delta=delta: decoder.decode(delta) for delta in deltas), decoder.finish]:
        try:
            frame = step()
        except ProtocolError as error:
            assert len(error.excerpt) <= 80  # noqa: PT017 -- most texts raise nothing
        else:
            seconds += frame.seconds if frame else 0.0
    assert decoder.seconds == pytest.approx(seconds)
    assert decoder.rest_bytes <= 3 * (len(deltas) + 1)
