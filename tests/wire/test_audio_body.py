from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import bodies, compressed
from wire.shapes import SHAPES
from wire.shapes.shape import wav

import omni_stream as omni
from omni_stream.wire import dialects

SPEECH = bodies.pcm(2_001)
FORMAT = omni.AudioFormat(24_000)


def decoded(content, *, cuts=(), dialect="audio-body", **options):
    decoder = omni.StreamDecoder(dialect, **options)
    edges = [0, *sorted(cuts), len(content)]
    items = [item for begin, end in pairwise(edges) for item in decoder.feed(content[begin:end])]
    return decoder, items + decoder.close()


def pcm_of(items):
    return b"".join(bytes(item) for item in items if isinstance(item, omni.AudioFrame))


@pytest.mark.parametrize("content", [SPEECH, wav(SPEECH)], ids=["pcm", "wav"])
@given(cuts=st.lists(st.integers(0, len(SPEECH)), max_size=9))
def test_it_is_the_audio_in_any_split(content, cuts):
    decoder, items = decoded(content, cuts=cuts)
    assert pcm_of(items) == SPEECH
    assert items[-1] == omni.Finished(None)
    assert decoder.stats.audio_seconds == pytest.approx(2_001 / 24_000)
    assert decoder.partial.events == len(items)


def test_byte_by_byte_it_is_the_audio():
    decoder, items = decoded(wav(SPEECH), cuts=range(len(wav(SPEECH))))
    assert pcm_of(items) == SPEECH
    assert decoder.done


def test_a_head_says_its_format():
    _, items = decoded(wav(SPEECH[:4000], rate=8_000, channels=2))
    assert items[0].format == omni.AudioFormat(8_000, 2)


def test_what_was_asked_for_is_believed_without_a_head():
    _, items = decoded(SPEECH, coding=omni.Coding(omni.AudioFormat(16_000)))
    assert items[0].format == omni.AudioFormat(16_000)


def test_as_it_came_it_is_the_same_bytes():
    decoder, items = decoded(SPEECH, cuts=[5, 100, 101], decode_audio=False)
    deltas = items[:-1]
    assert b"".join(delta.decode() for delta in deltas) == SPEECH
    assert {(delta.encoding, delta.codec, delta.format) for delta in deltas} == {("base64", "pcm", FORMAT)}
    assert decoder.stats.audio_seconds == pytest.approx(2_001 / 24_000)


def test_an_odd_byte_at_the_end_is_counted():
    decoder, items = decoded(SPEECH[:-1])
    assert pcm_of(items) == SPEECH[:-2]
    assert decoder.stats.rest_bytes == 1


@pytest.mark.parametrize("content", [b"", b"RIFF", wav(b"")])
def test_nothing_is_no_answer(content):
    with pytest.raises(omni.ProtocolError):
        decoded(content)


def test_a_body_of_a_few_samples_is_one():
    assert pcm_of(decoded(b"\1\0\2\0")[1]) == b"\1\0\2\0"


@pytest.mark.parametrize(
    "content",
    [b'{"error": "no voice"}', b"<!DOCTYPE html><html>", b"data: {}\n\n" * 9, b"Bad Gateway\n"]
    + [b"".join(shape.blocks(["AAAA"])) for shape in SHAPES],
)
@pytest.mark.parametrize("strict", [True, False])
def test_text_is_never_played(content, strict):
    for cuts in ((), range(len(content))):
        with pytest.raises(omni.ProtocolError, match="text and not audio") as caught:
            decoded(content, cuts=cuts, strict=strict)
        assert content.startswith(caught.value.excerpt)
        assert list(caught.value.events) == []


@pytest.mark.parametrize("content", [SPEECH, wav(SPEECH), compressed.mp3()], ids=["pcm", "wav", "mp3"])
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("dialect", [dialect.name for dialect in dialects() if dialect.framing != "bytes"])
def test_read_as_events_or_lines_it_is_an_error(content, strict, dialect):
    with pytest.raises(omni.ProtocolError) as caught:
        decoded(content, dialect=dialect, strict=strict)
    assert list(caught.value.events) == []


@pytest.mark.parametrize("codec", ["mp3", "flac", "opus"])
def test_compressed_audio_is_never_played_as_samples(codec):
    content = compressed.NAMED[codec]
    with pytest.raises(omni.UsageError, match=f"written as {codec}, and no decoder") as caught:
        decoded(content)
    assert caught.value.partial == omni.Partial()
    _, items = decoded(content, decode_audio=False)
    assert {delta.codec for delta in items[:-1]} == {codec}


def test_mp3_without_a_name_is_known_in_any_split():
    for cuts in ((), range(400)):
        with pytest.raises(omni.UsageError, match="written as mp3"):
            decoded(compressed.mp3(), cuts=cuts)


@pytest.mark.parametrize("content", [wav(SPEECH), compressed.mp3(), *compressed.NAMED.values()])
def test_where_nobody_says_it_a_body_with_a_head_is_found(content):
    for cuts in ((), range(len(content))):
        _, items = decoded(content, cuts=cuts, dialect=None, decode_audio=False)
        assert b"".join(delta.decode() for delta in items[:-1]) == content


def test_its_audio_has_a_limit():
    with pytest.raises(omni.LimitExceeded) as caught:
        decoded(SPEECH, max_audio_seconds=0.01)
    assert pcm_of(caught.value.events) == SPEECH
