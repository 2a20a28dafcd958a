import asyncio
import base64
import json
import logging
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stages.sound import MONO, STEREO, joined, noise, source, through, until_error

from omni_stream.audio import AudioFormat
from omni_stream.errors import ProtocolError, UsageError
from omni_stream.events import AudioDelta, Finished, ReasoningDelta, TextDelta, TranscriptDelta, Usage
from omni_stream.pipeline import Pipeline
from omni_stream.stages import decode
from omni_stream.wire import StreamDecoder
from omni_stream.wire.sniffing import compressed_codec


def delta(pcm, format=MONO):
    return AudioDelta(base64.b64encode(pcm).decode(), format)


BAD = AudioDelta("not!base64", MONO)


async def test_audio_is_decoded_and_everything_else_left_out():
    events = [
        TextDelta("la"),
        delta(noise(3).tobytes()),
        ReasoningDelta("hm"),
        TranscriptDelta("la"),
        Usage(1, 2, 3),
        delta(noise(5, seed=1).tobytes()),
        Finished("stop"),
    ]
    first, second = await through(decode(), events)
    assert (first.samples == noise(3)).all()
    assert (second.samples == noise(5, seed=1)).all()
    assert (first.position_frames, second.position_frames) == (0, 3)
    assert first.format == MONO


async def test_the_format_is_what_each_delta_says():
    one, other = AudioFormat(16_000), STEREO
    frames = await through(decode(), [delta(bytes(8), one), delta(bytes(8), other), delta(bytes(4), other)])
    assert [frame.format for frame in frames] == [one, other, other]
    assert [(frame.position_frames, len(frame)) for frame in frames] == [(0, 4), (4, 2), (6, 1)]


async def test_a_format_that_is_given_is_what_counts():
    (frame,) = await through(decode(AudioFormat(8_000)), [delta(bytes(8))])
    assert frame.format == AudioFormat(8_000)


async def test_a_wav_header_counts_more_than_either():
    head = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 2, 44_100, 176_400, 4, 16)
    events = [delta(head + b"data\xff\xff\xff\xff" + noise(4, 2).tobytes()), delta(noise(2, 2).tobytes())]
    frames = await through(decode(AudioFormat(8_000)), events)
    assert {frame.format for frame in frames} == {AudioFormat(44_100, 2)}
    assert (joined(frames)[:4] == noise(4, 2)).all()


async def test_a_sample_split_over_two_deltas_is_joined():
    pcm = noise(100).tobytes()
    frames = await through(decode(), [delta(pcm[:51]), TextDelta("la"), delta(pcm[51:])])
    assert b"".join(map(bytes, frames)) == pcm


async def test_an_odd_byte_at_the_end_is_no_error():
    (frame,) = await through(decode(), [delta(bytes(7))])
    assert len(frame) == 3


async def test_broken_audio_is_an_error_after_all_that_came_before_it():
    seen, error = await until_error(decode()(source([delta(bytes(8)), BAD, delta(bytes(8))])))
    assert isinstance(error, ProtocolError)
    assert "base64" in str(error)
    assert len(seen) == 1


async def test_not_strict_leaves_broken_audio_out_counts_it_and_warns_once(caplog):
    stage = decode(strict=False)
    with caplog.at_level(logging.WARNING, "omni_stream"):
        frames = await through(stage, [delta(bytes(8)), BAD, delta(bytes(8)), BAD, delta(bytes(2))])
    assert [(frame.position_frames, len(frame)) for frame in frames] == [(0, 4), (4, 4), (8, 1)]
    assert stage.skipped_deltas == 2
    (record,) = caplog.records
    assert "left out, as will be others like it" in record.message


CUT_OFF = AudioDelta("AAAAA", MONO)  # a base64 quantum of one character


async def test_an_end_that_cuts_off_base64_is_an_error_if_strict():
    with pytest.raises(ProtocolError):
        await through(decode(), [CUT_OFF])
    stage = decode(strict=False)
    assert [len(frame) for frame in await through(stage, [CUT_OFF])] == [1]
    assert stage.skipped_deltas == 1


async def test_the_error_of_a_reply_counts_more_than_the_end_that_it_cut_off():
    error = ProtocolError("the stream broke")
    with pytest.raises(ProtocolError) as caught:
        await through(decode(), [CUT_OFF], error)
    assert caught.value is error


@pytest.mark.parametrize("format", [24_000, "pcm", decode])
def test_what_is_no_format_is_refused(format):
    with pytest.raises(UsageError, match="AudioFormat"):
        decode(format)


async def test_a_stage_that_was_not_called_is_refused():
    async with Pipeline(source([])) as pipeline:
        with pytest.raises(UsageError):
            pipeline.through(decode)


@st.composite
def replies(draw):
    """PCM in base64, cut anywhere, padded or not, with a WAV header or without."""
    pcm = draw(st.binary(max_size=400).filter(lambda pcm: compressed_codec(pcm) is None))
    if draw(st.booleans()):
        head = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
        pcm = head + b"data\0\0\0\0" + pcm
    edges = sorted(draw(st.lists(st.integers(0, len(pcm)), max_size=6)))
    pieces = [pcm[begin:end] for begin, end in zip([0, *edges], [*edges, len(pcm)], strict=True)]
    encoded = [base64.b64encode(piece).decode() for piece in pieces]
    if draw(st.booleans()):  # one base64 text for all, cut anywhere
        text = base64.b64encode(pcm).decode()
        encoded = [text[begin:end] for begin, end in zip([0, *edges], [*edges, len(text)], strict=True)]
    return encoded


@given(encoded=replies(), strict=st.booleans(), bad_at=st.none() | st.integers(0, 6))
def test_it_gives_the_frames_that_the_native_reader_gives(encoded, strict, bad_at):
    if bad_at is not None:
        encoded.insert(bad_at, "*")
    body = "".join(
        f"data: {json.dumps({'choices': [{'delta': {'audio': {'data': text}}}]})}\n\n" for text in encoded
    )
    body += 'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'

    def fused(decode_audio):
        decoder = StreamDecoder(strict=strict, decode_audio=decode_audio)
        try:
            items, error = decoder.feed(body.encode()) + decoder.close(), None
        except ProtocolError as fault:
            items, error = list(fault.events), fault
        return [item for item in items if not isinstance(item, Finished)], error, decoder.stats.skipped_events

    async def composed():
        events, error, _ = fused(decode_audio=False)
        assert error is None
        stage = decode(strict=strict)
        return *await until_error(stage(source(events))), stage.skipped_deltas

    frames, error, skipped = asyncio.run(composed())
    native_frames, native_error, native_skipped = fused(decode_audio=True)
    assert frames == native_frames
    assert type(error) is type(native_error)
    if not strict:
        assert skipped == native_skipped
