"""Every dialect, over replies in its documented shapes: the same in any split, whole or cut off."""

import base64
import pickle
import struct
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire import bodies
from wire.shapes import FAULTS, SHAPES

import omni_stream as omni
from omni_stream.wire import dialects

SPEECH = bodies.pcm(1_203)
CHUNK_BYTES = 640

each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
each_dialect = pytest.mark.parametrize("dialect", list(dialects()), ids=lambda dialect: dialect.name)
each_fault = pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda fault: f"{fault.dialect}, {fault.code or fault.message}"
)


def blocks_of(shape, chunk_bytes=CHUNK_BYTES):
    return shape.blocks(shape.pieces(SPEECH, chunk_bytes))


def decoder_of(shape, **options):
    return omni.StreamDecoder(**{"dialect": shape.dialect, "coding": shape.coding, **options})


def decoded(content, decoder, *, cuts=()):
    """All items of a body, fed in pieces, and its error."""
    items = []
    try:
        for begin, end in pairwise([0, *sorted(cuts), len(content)]):
            items += decoder.feed(content[begin:end])
        items += decoder.close()
    except omni.OmniStreamError as error:
        return items + list(error.events), error
    return items, None


def pcm_of(items):
    return b"".join(bytes(item) for item in items if isinstance(item, omni.AudioFrame))


def words_of(items, kind):
    return "".join(item.text for item in items if isinstance(item, kind))


def check(shape, items, *, usages=1):
    """The items are what the shape says."""
    assert pcm_of(items) == SPEECH
    assert {item.format for item in items if isinstance(item, omni.AudioFrame)} == {
        omni.AudioFormat(shape.rate)
    }
    assert words_of(items, omni.TextDelta) == shape.text
    assert words_of(items, omni.TranscriptDelta) == shape.transcript
    assert words_of(items, omni.ReasoningDelta) == shape.reasoning
    counted = [item for item in items if isinstance(item, omni.Usage)]
    assert [(one.input_tokens, one.output_tokens, one.total_tokens) for one in counted] == (
        [] if shape.usage is None else [shape.usage] * usages
    )
    assert [item for item in items if isinstance(item, omni.Finished)] == [omni.Finished(shape.reason)]
    assert isinstance(items[-1], omni.Finished)


@each_shape
def test_a_reply_holds_what_its_service_put_in(shape):
    decoder = decoder_of(shape)
    items, error = decoded(b"".join(blocks_of(shape)), decoder)
    assert error is None
    check(shape, items)
    assert decoder.done
    assert decoder.finish_reason == shape.reason
    assert decoder.usage == next((item for item in items if isinstance(item, omni.Usage)), None)
    assert decoder.partial.audio_seconds == pytest.approx(len(SPEECH) / 2 / shape.rate)
    assert decoder.partial.events == len(items)
    assert (decoder.stats.rest_bytes, decoder.stats.skipped_events) == (0, 0)


@each_shape
def test_byte_by_byte_it_is_the_same(shape):
    content = b"".join(blocks_of(shape))
    whole, _ = decoded(content, decoder_of(shape))
    assert decoded(content, decoder_of(shape), cuts=range(1, len(content))) == (whole, None)


@each_shape
@settings(max_examples=20)
@given(data=st.data())
def test_in_any_split_it_is_the_same(shape, data):
    content = b"".join(blocks_of(shape))
    cuts = data.draw(st.lists(st.integers(0, len(content)), max_size=12))
    assert decoded(content, decoder_of(shape), cuts=cuts) == decoded(content, decoder_of(shape))


@pytest.mark.parametrize(
    "shape", [shape for shape in SHAPES if shape.is_split_anywhere], ids=lambda shape: shape.name
)
@settings(max_examples=20)
@given(data=st.data())
def test_pieces_of_audio_may_end_within_a_sample_or_a_quantum(shape, data):
    encoded = shape.encode(SPEECH)
    cuts = data.draw(st.lists(st.integers(0, len(encoded)), max_size=8).map(sorted))
    pieces = [encoded[begin:end] for begin, end in pairwise([0, *cuts, len(encoded)]) if begin < end]
    items, error = decoded(b"".join(shape.blocks(pieces)), decoder_of(shape))
    assert error is None
    check(shape, items)


@pytest.mark.parametrize(
    "shape", [shape for shape in SHAPES if shape.encode is not bytes.hex], ids=lambda shape: shape.name
)
def test_a_service_may_pad_every_piece_of_audio(shape):
    items, error = decoded(b"".join(blocks_of(shape, chunk_bytes=622)), decoder_of(shape))
    assert error is None
    check(shape, items)


def plainly_decoded(delta):
    """The int16 PCM of one delta that is whole, by the standard library alone."""
    content = bytes.fromhex(delta.encoded) if delta.encoding == "hex" else base64.b64decode(delta.encoded)
    if content.startswith(b"RIFF"):
        return content[content.index(b"data") + 8 :]
    if delta.codec == "pcm-f32":
        floats = struct.unpack(f"<{len(content) // 4}f", content)
        return struct.pack(f"<{len(floats)}h", *(round(value * 32_768) for value in floats))
    return content


@each_shape
def test_audio_as_it_came_is_the_same_audio(shape):
    content = b"".join(blocks_of(shape))
    decoder = decoder_of(shape, decode_audio=False)
    items, error = decoded(content, decoder)
    frames, _ = decoded(content, decoder_of(shape))
    assert error is None
    deltas = [item for item in items if isinstance(item, omni.AudioDelta)]
    assert b"".join(map(plainly_decoded, deltas)) == SPEECH
    assert all(isinstance(delta.raw, dict) for delta in deltas)
    assert [item for item in items if not isinstance(item, omni.AudioDelta)] == [
        item for item in frames if not isinstance(item, omni.AudioFrame)
    ]
    assert decoder.stats.audio_seconds == pytest.approx(len(SPEECH) / 2 / shape.rate, rel=0.9)


@each_shape
@pytest.mark.parametrize("strict", [True, False])
def test_cut_between_any_two_events_it_is_truncated_or_complete_and_nothing_is_lost(shape, strict):
    blocks = blocks_of(shape)
    whole, _ = decoded(b"".join(blocks), decoder_of(shape))
    for count in range(len(blocks)):
        items, error = decoded(b"".join(blocks[:count]), decoder_of(shape, strict=strict))
        if count and count >= len(blocks) - shape.tail:
            assert error is None
            assert isinstance(items.pop(), omni.Finished)
        else:
            assert type(error) is omni.StreamTruncated
            assert error.partial.events == len(items)
            assert error.partial.text == words_of(items, omni.TextDelta)
        assert items == whole[: len(items)]


@each_shape
def test_cut_within_an_event_it_is_truncated(shape):
    blocks = blocks_of(shape)
    last = len(blocks) - 1 - (shape.tail if shape.tail < len(blocks) else 0)
    content = b"".join(blocks[:last]) + blocks[last][: len(blocks[last]) // 2]
    items, error = decoded(content, decoder_of(shape))
    assert type(error) is omni.StreamTruncated
    whole, _ = decoded(b"".join(blocks), decoder_of(shape))
    assert items == whole[: len(items)]


@each_shape
def test_broken_json_is_an_error_with_its_place_or_left_out(shape):
    blocks = blocks_of(shape)
    is_lines = shape.dialect == "elevenlabs"
    broken = b"{oops}\n" if is_lines else b"data: {oops}\n\n"
    content = b"".join([*blocks[:2], broken, *blocks[2:]])
    items, error = decoded(content, decoder_of(shape))
    assert type(error) is omni.ProtocolError
    assert error.excerpt.endswith(b"{oops}")
    assert error.event_index == sum(not block.startswith(b":") for block in blocks[:2])
    assert pickle.loads(pickle.dumps(error)).partial == error.partial
    whole, _ = decoded(b"".join(blocks), decoder_of(shape))
    assert items == whole[: len(items)]
    decoder = decoder_of(shape, strict=False)
    assert decoded(content, decoder) == (whole, None)
    assert decoder.stats.skipped_events == 1


@each_shape
def test_broken_audio_is_an_error_or_left_out(shape):
    pieces = shape.pieces(SPEECH, CHUNK_BYTES)
    content = b"".join(shape.blocks([pieces[0], pieces[1][:40] + "!" + pieces[1][41:], *pieces[2:]]))
    items, error = decoded(content, decoder_of(shape))
    assert type(error) is omni.ProtocolError
    assert error.excerpt
    assert SPEECH.startswith(pcm_of(items))
    decoder = decoder_of(shape, strict=False)
    items, error = decoded(content, decoder)
    if shape.name == "minimax, at once":
        assert pcm_of(items) == b""
    else:
        assert pcm_of(items) == SPEECH[:CHUNK_BYTES] + SPEECH[2 * CHUNK_BYTES :]
    assert error is None
    assert decoder.stats.skipped_events == 1


@each_fault
@pytest.mark.parametrize("strict", [True, False])
def test_a_service_that_says_no_is_heard(fault, strict):
    shape = next(shape for shape in SHAPES if shape.dialect == fault.dialect)
    items, error = decoded(fault.block, decoder_of(shape, strict=strict))
    assert items == []
    assert type(error) is fault.kind
    assert (error.code, error.message, error.request_id) == (fault.code, fault.message, fault.request_id)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.partial) == (type(error), str(error), error.partial)


@each_fault
def test_a_service_that_says_no_in_the_middle_loses_nothing_of_what_was_said(fault):
    shape = next(shape for shape in SHAPES if shape.dialect == fault.dialect)
    before = b"".join(blocks_of(shape)[:4])
    said, truncated = decoded(before, decoder_of(shape))
    said = [item for item in said if not isinstance(item, omni.Finished)]
    items, error = decoded(before + fault.block, decoder_of(shape))
    assert type(error) is fault.kind
    assert items == said
    assert error.partial.audio_seconds == decoder_seconds(said)
    assert truncated is None or error.partial == truncated.partial


def decoder_seconds(items):
    return pytest.approx(sum(item.seconds for item in items if isinstance(item, omni.AudioFrame)))


@each_shape
@each_dialect
@pytest.mark.parametrize("strict", [True, False])
def test_read_in_another_dialect_it_is_an_error_or_right_and_never_noise(shape, dialect, strict):
    content = b"".join(blocks_of(shape))
    for decode_audio in (True, False):
        decoder = omni.StreamDecoder(dialect, coding=shape.coding, strict=strict, decode_audio=decode_audio)
        items, error = decoded(content, decoder)
        if dialect.name == shape.dialect:
            assert error is None
        elif dialect.name == "vllm-omni" and shape.dialect == "openai-chat":
            # Chat completions of another server are right too, but for the usage beside a choice.
            assert error is None
            assert words_of(items, omni.TextDelta) == shape.text
            if decode_audio:
                assert pcm_of(items) == SPEECH
        else:
            assert isinstance(error, omni.ProtocolError)
            assert items == []


@each_shape
@settings(max_examples=10)
@given(data=st.data())
def test_where_nobody_says_it_the_dialect_is_found_in_any_split(shape, data):
    content = b"".join(blocks_of(shape))
    cuts = data.draw(st.lists(st.integers(0, len(content)), max_size=12))
    items, error = decoded(content, decoder_of(shape, dialect=None), cuts=cuts)
    assert error is None
    check(shape, items)
    assert items == decoded(content, decoder_of(shape))[0]


@each_shape
def test_where_nobody_says_it_the_dialect_is_found_byte_by_byte(shape):
    content = b"".join(blocks_of(shape))
    items, error = decoded(content, decoder_of(shape, dialect=None), cuts=range(1, len(content)))
    assert error is None
    check(shape, items)


@each_fault
def test_where_nobody_says_it_a_service_that_says_no_is_heard(fault):
    _, error = decoded(fault.block, omni.StreamDecoder(None))
    assert type(error) is fault.kind
    assert (error.code, error.message) == (fault.code, fault.message)


@each_shape
def test_the_audio_of_a_reply_has_a_limit(shape):
    items, error = decoded(b"".join(blocks_of(shape)), decoder_of(shape, max_audio_seconds=0.02))
    assert type(error) is omni.LimitExceeded
    assert error.seen == decoder_seconds(items)
    assert SPEECH.startswith(pcm_of(items))


@each_shape
def test_an_event_of_a_reply_has_a_limit(shape):
    items, error = decoded(b"".join(blocks_of(shape)), decoder_of(shape, max_event_bytes=600))
    assert type(error) is omni.LimitExceeded
    assert pcm_of(items) == b""


@each_shape
def test_where_nobody_says_it_the_limit_of_an_event_holds_too(shape):
    _, error = decoded(b"".join(blocks_of(shape)), decoder_of(shape, dialect=None, max_event_bytes=600))
    assert type(error) is omni.LimitExceeded
