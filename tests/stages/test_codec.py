"""Compressed audio to frames: what FFmpeg reads of the same file, however it is cut, and garbage refused."""

import asyncio
import base64
import contextlib
import functools
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stages.coded import decoded, encoded, melody, opus_head, page
from stages.sound import MONO, joined, noise, source, through, until_error

from omni_stream.audio import AudioFormat
from omni_stream.errors import LimitExceeded, ProtocolError, UsageError
from omni_stream.events import AudioDelta
from omni_stream.stages import CodecDecoder, codec, decode

CODECS = ["mp3", "aac", "flac", "opus"]
RATES = {"mp3": 24_000, "aac": 24_000, "flac": 24_000, "opus": 48_000}
every_codec = pytest.mark.parametrize("name", CODECS)
by_codec = st.sampled_from(CODECS)


@functools.cache
def file_of(name, channels=1):
    return encoded(name, melody(0.5, RATES[name], channels), RATES[name])


def frames_of(name, *pieces):
    decoder = CodecDecoder(name)
    frames = [frame for piece in pieces for frame in decoder.decode(piece)]
    return frames + decoder.finish()


@functools.cache
def whole(name, channels=1):
    return pcm_of(frames_of(name, file_of(name, channels)))


def pcm_of(frames):
    return b"".join(map(bytes, frames))


def cut_at(content, cuts):
    edges = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    return [content[begin:end] for begin, end in pairwise(edges)]


def as_int16(samples):
    if samples.dtype.kind == "f":
        samples = np.clip(np.rint(samples * 32_768), -32_768, 32_767)
    return samples.astype(np.int16)


# What comes out


@every_codec
@pytest.mark.parametrize("channels", [1, 2])
def test_it_is_what_ffmpeg_reads_of_the_whole_file(name, channels):
    frames = frames_of(name, file_of(name, channels))
    assert {frame.format for frame in frames} == {AudioFormat(RATES[name], channels)}
    samples, expected = joined(frames), as_int16(decoded(file_of(name, channels)))
    if name == "mp3":  # whose header says how long the encoder's delay and padding are
        samples = samples[1_105 : 1_105 + len(expected)]
    assert (samples == expected).all()


@every_codec
def test_positions_count_the_frames(name):
    frames = frames_of(name, file_of(name))
    starts = [frame.position_frames for frame in frames]
    assert starts == [sum(map(len, frames[:number])) for number in range(len(frames))]
    assert len(frames) > 5


@pytest.mark.parametrize("channels", [1, 2])
def test_flac_gives_the_samples_that_were_put_in(channels):
    samples = noise(480_000, channels)  # in which there are sync codes by chance
    assert (joined(frames_of("flac", encoded("flac", samples, 24_000))) == samples).all()


def test_longer_samples_are_rounded():
    samples = np.array(
        [[0], [1 << 15], [3 << 15], [-1 << 15], [0x7FFFFF00], [-1 << 31], [0x12348100]], np.int32
    )
    content = encoded("flac", samples, 48_000, kind="s32")
    assert joined(frames_of("flac", content))[:, 0].tolist() == [0, 0, 2, 0, 32_767, -32_768, 0x1235]


def test_floats_stay_in_range_and_what_is_no_number_is_silence():
    floats = np.array([[np.nan, 2, -2, 0.5, -1, 1, np.inf, 1.5 / 32_768]], np.float32)
    assert codec._int16(floats).tolist() == [[0, 32_767, -32_768, 16_384, -32_768, 32_767, 32_767, 2]]


def test_of_opus_the_delay_and_the_padding_are_cut_off():
    for length in (1, 959, 960, 24_001):
        content = encoded("opus", noise(length), 48_000)
        assert sum(map(len, frames_of("opus", content))) == length


# However it is cut


@settings(max_examples=60, deadline=None)
@given(name=by_codec, channels=st.integers(1, 2), cuts=st.lists(st.integers(0, 1 << 20), max_size=12))
def test_any_cut_gives_the_same_samples(name, channels, cuts):
    pieces = cut_at(file_of(name, channels), cuts)
    assert pcm_of(frames_of(name, *pieces)) == whole(name, channels)


@every_codec
def test_byte_by_byte_gives_the_same_samples(name):
    pieces = [bytes([byte]) for byte in file_of(name)]
    assert pcm_of(frames_of(name, *pieces)) == whole(name)


@every_codec
def test_sound_comes_before_the_end(name):
    content = encoded(name, noise(3 * RATES[name]), RATES[name])  # of Opus, about a page a second
    frames = CodecDecoder(name).decode(content[: len(content) * 3 // 4])
    assert sum(frame.seconds for frame in frames) > 1.5


@every_codec
def test_files_one_after_the_other_are_one_sound(name):
    pieces = [file_of(name), file_of(name, 2), file_of(name)]
    frames = frames_of(name, *pieces)
    if name in ("flac", "opus"):  # the decoders of the others have a memory
        assert pcm_of(frames) == whole(name) + whole(name, 2) + whole(name)
    assert len(pcm_of(frames)) == 2 * len(whole(name)) + len(whole(name, 2))
    assert [frame.position_frames for frame in frames] == [
        sum(map(len, frames[:number])) for number in range(len(frames))
    ]


@settings(max_examples=40, deadline=None)
@given(name=by_codec, end=st.integers(0, 1 << 20))
def test_an_end_in_the_middle_of_a_frame_leaves_what_came_before_it(name, end):
    content = file_of(name)[: end % len(file_of(name))]
    decoder = CodecDecoder(name)
    frames = decoder.decode(content)
    try:
        frames += decoder.finish()
    except ProtocolError as error:
        assert "no frame of it" in str(error)  # noqa: PT017 -- most ends raise nothing
    assert whole(name).startswith(pcm_of(frames))


@pytest.mark.parametrize("name", ["mp3", "aac"])
def test_tags_are_left_out_wherever_they_stand(name):
    picture = b"ID3\4\0\0\0\1\1\1" + b"\xff\xfb\x90\x00" * (0x4081 // 4) + b"!"
    content = picture + file_of(name) + picture + file_of(name) + b"TAG" + bytes(125)
    alone = frames_of(name, file_of(name), file_of(name))
    assert frames_of(name, content) == alone
    assert pcm_of(frames_of(name, *cut_at(content, range(0, len(content), 999)))) == pcm_of(alone)


# What is broken


@every_codec
@pytest.mark.parametrize("garbage", [b"RIFF\0\0\0\0WAVE" + bytes(100), b"<html>no</html>" * 9, bytes(500)])
def test_another_thing_is_refused_with_how_it_begins(name, garbage, capfd):
    decoder = CodecDecoder(name)
    with pytest.raises(ProtocolError, match=name.upper() if name != "opus" else "Opus in Ogg") as caught:
        decoder.decode(garbage)
    assert caught.value.excerpt == garbage[:80]
    with pytest.raises(ProtocolError, match=f"what should be {name} has no frame of it"):
        decoder.finish()
    assert capfd.readouterr().err == ""


def test_nothing_at_all_is_no_error():
    assert frames_of("mp3") == frames_of("mp3", b"") == []


@every_codec
def test_what_is_good_before_and_behind_what_is_broken_comes_with_the_error(name):
    pieces = [file_of(name), b"broken!" * 20, file_of(name)]
    if name == "flac":  # whose frames end where the next one begins, whatever stands there
        pieces[:2] = pieces[1::-1]
    decoder = CodecDecoder(name)
    with pytest.raises(ProtocolError) as caught:
        decoder.decode(b"".join(pieces))
    frames = [*caught.value.events, *decoder.finish()]
    assert len(pcm_of(frames)) == 2 * len(whole(name))


@settings(max_examples=150, deadline=None)
@given(name=by_codec, data=st.data())
def test_anything_is_decoded_or_refused_with_a_protocol_error(name, data):
    content = bytearray(file_of(name))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 40))
        content[at : at + cut] = data.draw(st.binary(max_size=40))
    decoder = CodecDecoder(name)
    pieces = cut_at(bytes(content), data.draw(st.lists(st.integers(0, 1 << 20), max_size=4)))
    for step in [*(lambda piece=piece: decoder.decode(piece) for piece in pieces), decoder.finish]:
        try:
            frames = step()
        except ProtocolError as error:
            frames = error.events
        assert all(frame.format.channels in (1, 2) for frame in frames)


@settings(max_examples=80, deadline=None)
@given(name=by_codec, pieces=st.lists(st.binary(max_size=300), max_size=5))
def test_any_bytes_are_decoded_or_refused_with_a_protocol_error(name, pieces):
    decoder = CodecDecoder(name)
    start = {"opus": page(opus_head(), flags=2), "flac": file_of("flac")[:42]}.get(name, b"")
    for step in [*(lambda piece=piece: decoder.decode(piece) for piece in [start, *pieces]), decoder.finish]:
        try:
            step()
        except ProtocolError as error:
            assert len(error.excerpt) <= 80  # noqa: PT017 -- some bytes raise nothing


@pytest.mark.parametrize("name", ["aac", "flac"])
def test_more_channels_than_two_are_refused_by_their_number(name):
    with pytest.raises(ProtocolError, match=f"{name} of 6 channels at 48000 Hz; .* 1 or 2 channels"):
        frames_of(name, encoded(name, melody(0.3, 48_000, 6), 48_000))


# Bounds


@pytest.mark.parametrize(
    ("name", "endless"),
    [
        ("mp3", bytes(1 << 20)),
        ("mp3", b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(1 << 20)),
        ("aac", b"\xff\xf1\x50" + bytes(1 << 20)),
        ("flac", b"fLaC\0\0\0\x22" + bytes(34) + b"\x04\xff\xff\xff" + bytes(1 << 20)),
        ("opus", page(b"not Opus", flags=2) + bytes(1 << 20)),
    ],
)
def test_what_has_no_end_is_not_held(name, endless):
    decoder = CodecDecoder(name)
    for piece in cut_at(endless, range(0, len(endless), 10_000)):
        with contextlib.suppress(ProtocolError):
            decoder.decode(piece)
        assert len(decoder._framing._held) < 20_000


def test_a_flac_frame_without_an_end_is_given_up():
    content = file_of("flac")
    decoder = CodecDecoder("flac")
    decoder.decode(content[: content.rindex(b"\xff\xf8") + 100])
    for _ in range(105):
        decoder.decode(bytes(9_900))
    with pytest.raises(ProtocolError, match="no end within 1,048,576 bytes"):
        decoder.decode(bytes(9_900))
    assert len(decoder._framing._held) < 20_000


def test_a_delta_that_stands_for_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(codec, "MAX_AUDIO_SECONDS", 0.2)
    with pytest.raises(LimitExceeded, match="no model speaks so long") as caught:
        CodecDecoder("mp3").decode(file_of("mp3"))
    assert 0.2 < sum(frame.seconds for frame in caught.value.events) < 0.3


# How it is had


@pytest.mark.parametrize("other", ["pcm", "wav", None, 3])
def test_what_is_no_compressed_codec_is_refused(other):
    with pytest.raises(UsageError, match="compressed audio is mp3, aac, flac, opus, not"):
        CodecDecoder(other)


def test_without_pyav_it_says_how_to_get_it_and_how_to_do_without(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(UsageError, match=r"pip install 'omni_stream\[codecs\]', or .* reply\.encoded\(\)"):
        CodecDecoder("mp3")


def test_pyav_is_not_loaded_before_it_is_needed():
    program = "import omni_stream, omni_stream.stages, sys; print('av' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"False\n"
    )


# In the stage


def deltas(name, cuts, *, encoding="base64"):
    content = file_of(name)
    for piece in cut_at(content, cuts):
        text = piece.hex() if encoding == "hex" else base64.b64encode(piece).decode()
        yield AudioDelta(text, MONO, encoding, name)


@every_codec
@pytest.mark.parametrize("encoding", ["base64", "hex"])
async def test_the_stage_decodes_it(name, encoding):
    frames = await through(decode(), deltas(name, range(0, 9_999, 777), encoding=encoding))
    assert pcm_of(frames) == whole(name)


async def test_all_of_it_once_more_is_left_out():
    once_more = AudioDelta(file_of("mp3").hex(), MONO, "hex", "mp3", repeats=True)
    frames = await through(decode(), [*deltas("mp3", [99, 4_000], encoding="hex"), once_more])
    assert pcm_of(frames) == whole("mp3")
    assert pcm_of(await through(decode(), [once_more])) == whole("mp3")


async def test_broken_audio_is_an_error_after_all_that_came_with_it():
    broken = AudioDelta(base64.b64encode(file_of("mp3") + b"broken!" * 20).decode(), MONO, codec="mp3")
    seen, error = await until_error(decode()(source([broken])))
    assert isinstance(error, ProtocolError)
    assert pcm_of(seen) == whole("mp3")
    stage = decode(strict=False)
    assert pcm_of(await through(stage, [broken])) == whole("mp3")
    assert stage.skipped_deltas == 1


def test_the_stage_gives_what_a_split_quantum_holds():
    text = base64.b64encode(file_of("mp3")).decode()
    events = [AudioDelta(piece, MONO, codec="mp3") for piece in cut_at(text, [5, 3_001, 3_002])]
    assert pcm_of(asyncio.run(through(decode(), events))) == whole("mp3")
