import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omni_stream.audio import AudioFormat
from omni_stream.client.sound_type import sound_coding
from omni_stream.wire import Coding

ASKED = Coding(AudioFormat(24_000), "mp3", "hex")


def pcm(rate=24_000, channels=1):
    return Coding(AudioFormat(rate, channels), "pcm", "base64")


@pytest.mark.parametrize(
    ("content_type", "coding"),
    [
        ("audio/pcm", pcm()),
        ("audio/pcm; rate=16000", pcm(16_000)),
        ("AUDIO/L16;Rate = 8000;channels=2", pcm(8000, 2)),
        ("audio/l16;codec=pcm;rate=44100", pcm(44_100)),
        ('audio/pcm; rate="16000"; channels="2"', pcm(16_000, 2)),
        ("audio/wav", pcm()),
        ("audio/x-wav; charset=binary", pcm()),
        ("audio/mpeg", Coding(AudioFormat(24_000), "mp3")),
        ("audio/ogg; codecs=opus", Coding(AudioFormat(24_000), "opus")),
        ("audio/flac", Coding(AudioFormat(24_000), "flac")),
        ("audio/aac", Coding(AudioFormat(24_000), "aac")),
        ("application/octet-stream", Coding(AudioFormat(24_000), "mp3")),
        ("audio/midi", None),
        ("text/html", None),
        ("", None),
        ("audio/pcm;rate=0", None),
        ("audio/pcm;rate=-1", None),
        ("audio/pcm;rate=" + "9" * 30, None),
        ("audio/pcm;channels=6", None),
    ],
)
def test_a_type_says_how_audio_is_written(content_type, coding):
    assert sound_coding(content_type, ASKED) == coding


def test_raw_audio_is_of_the_samples_that_were_asked_for():
    floats = Coding(AudioFormat(24_000), "pcm-f32")
    assert sound_coding("audio/pcm", floats) == floats
    assert sound_coding("audio/wav", floats).codec == "pcm"


@given(st.text())
@example("audio/pcm;rate=" + "9" * 5000)
@example(";;==;")
def test_any_text_is_some_type_or_none(content_type):
    assert isinstance(sound_coding(content_type, ASKED), Coding | None)
