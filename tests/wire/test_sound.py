import base64

import numpy as np
import pytest
from stages import coded
from wire import bodies
from wire.shapes import SHAPES
from wire.shapes.shape import DONE, event, wav

import omni_stream as omni
from omni_stream.stages.codec import CodecDecoder
from omni_stream.wire.sound import Sound

FORMAT = omni.AudioFormat(24_000)
MELODY = coded.melody(0.4, 24_000)
CODECS = ["mp3", "aac", "flac", "opus"]


def shape_of(name):
    return next(shape for shape in SHAPES if shape.name == name)


def decoded(content, **options):
    decoder = omni.StreamDecoder(**options)
    return decoder, decoder.feed(content) + decoder.close()


def pcm_of(items):
    return b"".join(bytes(item) for item in items if isinstance(item, omni.AudioFrame))


def body_of(name, content, chunk_bytes=700):
    """A reply whose audio is ``content``, whatever it is."""
    shape = shape_of(name)
    encode = bytes.hex if shape.encode is bytes.hex else lambda piece: base64.b64encode(piece).decode()
    pieces = [encode(content[at : at + chunk_bytes]) for at in range(0, len(content), chunk_bytes)]
    return b"".join(shape.blocks(pieces))


def by_itself(codec, content):
    decoder = CodecDecoder(codec)
    return pcm_of(decoder.decode(content) + decoder.finish())


@pytest.mark.parametrize("name", ["openai speech, pcm", "minimax", "elevenlabs", "qwen-omni"])
@pytest.mark.parametrize("codec", CODECS)
def test_compressed_audio_that_was_asked_for_is_decoded(name, codec):
    content = coded.encoded(codec, MELODY, 24_000)
    dialect = shape_of(name).dialect
    decoder, items = decoded(
        body_of(name, content), dialect=dialect, coding=omni.Coding(FORMAT, codec), codecs=CodecDecoder
    )
    assert pcm_of(items) == by_itself(codec, content)
    assert isinstance(items[-1], omni.Finished)
    assert decoder.stats.audio_seconds == pytest.approx(0.4, abs=0.1)
    assert decoder.partial.audio_seconds == decoder.stats.audio_seconds


@pytest.mark.parametrize(
    "name", ["openai speech, pcm", "minimax", "elevenlabs", "vllm-omni, pcm", "qwen-omni"]
)
@pytest.mark.parametrize("codec", CODECS)
def test_compressed_audio_that_nobody_asked_for_is_decoded_as_what_it_is(name, codec):
    content = coded.encoded(codec, MELODY, 24_000)
    dialect = shape_of(name).dialect
    _, items = decoded(body_of(name, content), dialect=dialect, codecs=CodecDecoder)
    assert pcm_of(items) == by_itself(codec, content)


@pytest.mark.parametrize("name", ["openai speech, pcm", "minimax", "elevenlabs", "qwen-tts"])
@pytest.mark.parametrize("codec", CODECS)
def test_without_a_decoder_it_is_an_error_and_as_it_came_it_says_its_codec(name, codec):
    content = coded.encoded(codec, MELODY, 24_000)
    body, dialect = body_of(name, content), shape_of(name).dialect
    decoder = omni.StreamDecoder(dialect)
    with pytest.raises(omni.UsageError, match=rf"written as {codec}.*decode_audio=False") as caught:
        decoder.feed(body)
    assert pcm_of(caught.value.events) == b""
    assert caught.value.partial.audio_seconds == 0
    decoder, items = decoded(body, dialect=dialect, decode_audio=False)
    deltas = [item for item in items if isinstance(item, omni.AudioDelta)]
    assert {delta.codec for delta in deltas} == {codec}
    assert b"".join(delta.decode() for delta in deltas) == content
    assert decoder.stats.audio_seconds == 0  # its length tells nothing


@pytest.mark.parametrize("first", ["", "Hi"])
@pytest.mark.parametrize("codec", CODECS)
def test_where_audio_is_read_natively_it_is_decoded_too(first, codec):
    def chunk(**delta):
        return event({"choices": [{"index": 0, "delta": delta}]})

    content = coded.encoded(codec, MELODY, 24_000)
    pieces = [base64.b64encode(content[at : at + 999]).decode() for at in range(0, len(content), 999)]
    blocks = [chunk(content=first), *(chunk(audio={"data": piece}) for piece in pieces), DONE]
    for reads in ([b"".join(blocks)], blocks):
        decoder = omni.StreamDecoder(codecs=CodecDecoder)
        items = [item for read in reads for item in decoder.feed(read)]
        assert pcm_of(items) == by_itself(codec, content)


def test_what_was_asked_for_without_a_decoder_is_an_error_at_once():
    coding = omni.Coding(FORMAT, "mp3")
    with pytest.raises(omni.UsageError, match="ask for pcm, give codecs"):
        omni.StreamDecoder("openai-speech", coding=coding)
    omni.StreamDecoder("openai-speech", coding=coding, decode_audio=False)


@pytest.mark.parametrize("decode_audio", [True, False])
@pytest.mark.parametrize("codec", [None, "mp3"])
def test_all_of_it_once_more_is_left_out_however_it_is_written(codec, decode_audio):
    content = coded.encoded(codec, MELODY, 24_000) if codec else bodies.pcm(2_000)
    options = {"dialect": "minimax", "decode_audio": decode_audio, "codecs": CodecDecoder}
    once = decoded(body_of("minimax, no repetition", content), **options)[1]
    twice = decoded(body_of("minimax", content), **options)[1]
    assert [item for item in once if not isinstance(item, omni.Usage)] == [
        item for item in twice if not isinstance(item, omni.Usage)
    ]


def test_broken_compressed_audio_is_an_error_with_what_came_or_left_out():
    content = coded.encoded("mp3", coded.melody(1.0, 24_000), 24_000)
    broken = content[:2000] + b"\xff\xff\xff\xff" * 100 + content[2000:]
    body, coding = body_of("openai speech, pcm", broken), omni.Coding(FORMAT, "mp3")
    options = {"dialect": "openai-speech", "coding": coding, "codecs": CodecDecoder}
    decoder, items = decoded(body, strict=False, **options)
    assert isinstance(items[-1], omni.Finished)
    assert decoder.stats.audio_seconds == pytest.approx(len(pcm_of(items)) / 48_000)
    assert decoder.stats.skipped_events > 0
    by_hand = CodecDecoder("mp3")
    with pytest.raises(omni.ProtocolError) as caught:
        by_hand.decode(broken)
    assert pcm_of(items) == pcm_of([*caught.value.events, *by_hand.finish()])
    with pytest.raises(omni.ProtocolError) as caught:
        decoded(body, **options)
    assert 0 < len(pcm_of(caught.value.events)) < len(pcm_of(items))
    assert pcm_of(items).startswith(pcm_of(caught.value.events))


def test_a_reply_has_one_codec():
    sound = Sound(omni.Coding(FORMAT), decode=True, codecs=None)
    sound.take(omni.AudioDelta("AAAA", FORMAT))
    with pytest.raises(omni.ProtocolError, match="pcm in base64 goes on as pcm in hex"):
        sound.take(omni.AudioDelta("0000", FORMAT, "hex"))
    with pytest.raises(omni.ProtocolError, match="goes on as pcm-f32"):
        sound.take(omni.AudioDelta("AAAA", FORMAT, codec="pcm-f32"))


def test_what_the_first_delta_says_counts_more_than_what_was_expected():
    sound = Sound(omni.Coding(FORMAT, "mp3"), decode=True, codecs=CodecDecoder)
    floats = np.array([0.5, -0.5], np.float32).tobytes().hex()
    (frame,) = sound.take(omni.AudioDelta(floats, omni.AudioFormat(8_000), "hex", "pcm-f32"))
    assert frame.samples[:, 0].tolist() == [16_384, -16_384]
    assert frame.format == omni.AudioFormat(8_000)
    assert sound.coding == omni.Coding(omni.AudioFormat(8_000), "pcm-f32", "hex")


def test_a_rate_that_documents_say_may_change_and_a_head_outlasts_what_is_said_again():
    sound = Sound(omni.Coding(FORMAT), decode=True, codecs=None)
    slow, slower = omni.AudioFormat(16_000), omni.AudioFormat(8_000)
    said = [
        omni.AudioDelta("AAAA" * 2, FORMAT),
        omni.AudioDelta("AAAA" * 2, slow),
        omni.AudioDelta("AAAA" * 2, FORMAT),
        omni.AudioDelta(base64.b64encode(wav(bytes(6), rate=8_000)).decode(), FORMAT),
        omni.AudioDelta("AAAA" * 2, FORMAT),
    ]
    frames = [frame for delta in said for frame in sound.take(delta)]
    assert [frame.format for frame in frames] == [FORMAT, slow, FORMAT, slower, slower]
    assert [frame.position_frames for frame in frames] == [0, 3, 6, 9, 12]


def test_whether_audio_has_come_is_known_before_a_decoder_gives_any():
    sound = Sound(omni.Coding(FORMAT, "mp3"), decode=True, codecs=CodecDecoder)
    assert not sound.has_come
    assert list(sound.take(omni.AudioDelta("//M=", FORMAT, codec="mp3"))) == []
    assert sound.has_come
    assert sound.seconds == 0
