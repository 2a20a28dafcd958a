import pytest

from omni_stream.errors import UsageError
from omni_stream.media import Audio, MediaFacts
from omni_stream.request.sound_format import format_of_facts, format_of_type, format_of_url


@pytest.mark.parametrize(
    ("media_type", "word"),
    [
        ("audio/wav", "wav"),
        ("audio/x-wav", "wav"),
        ("Audio/Vnd.Wave", "wav"),
        ("audio/mpeg", "mp3"),
        ("audio/mp3", "mp3"),
        ("audio/AMR", "amr"),
        ("audio/3gpp", "3gp"),
        ("audio/x-flac", "flac"),
    ],
)
def test_a_media_type_has_a_word(media_type, word):
    assert format_of_type(media_type) == word


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("https://media.test/talk.wav", "wav"),
        ("https://media.test/talk.MP3?sign=a.b#c.d", "mp3"),
        ("oss://bucket/talk.amr", "amr"),
        ("https://media.test/talk", None),
        ("https://media.test", None),
        ("https://media.test/a.b/talk", None),
        ('https://media.test/talk.w"v', None),
        ("https://media.test/talk.", None),
        ("https://[media/talk.wav", None),
        ("data:audio/mpeg;base64,QUJD", "mp3"),
        ("data:;base64,QUJD", None),
        ("DATA:audio/wav,ABC", "wav"),
    ],
)
def test_a_url_may_tell_the_format(url, word):
    assert format_of_url(url) == word


@pytest.mark.parametrize(
    ("said", "found", "word"),
    [
        ("audio/x-wav", {"format": "MP3"}, "wav"),
        (None, {"format": "MP3", "media_type": "audio/wav"}, "mp3"),
        (None, {"media_type": "audio/wav"}, "wav"),
        (None, {"format": 'A"B', "media_type": "audio/aac"}, "aac"),
    ],
)
def test_the_caller_says_the_format_or_the_content_shows_it(said, found, word):
    assert format_of_facts(Audio(b"A", media_type=said), MediaFacts(kind="audio", **found)) == word


def test_a_format_that_is_not_known_is_asked_for():
    with pytest.raises(UsageError, match="say it, as in media_type"):
        format_of_facts(Audio(b"A"), MediaFacts(kind="audio"))
