import json

import pytest

from omni_stream.catalog import find_provider
from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, Video
from omni_stream.request import chat_request

DASHSCOPE, OPENAI, VLLM = map(find_provider, ("dashscope", "openai", "vllm-omni"))
URL = "https://media.test/a.wav"


def content_of(*parts, provider=DASHSCOPE):
    """What is sent of a message; a hole is shown as its form in angle brackets."""
    body = chat_request([{"role": "user", "content": list(parts)}], provider=provider).body
    text = b"".join(
        piece if isinstance(piece, bytes) else f"<{piece.form}>".encode() for piece in body.pieces
    )
    return json.loads(text)["messages"][0]["content"]


def sound_of(sound, provider=DASHSCOPE):
    return content_of(sound, provider=provider)[0]["input_audio"]


def test_parts_keep_their_order():
    own = {"type": "image_url", "image_url": {"url": "https://media.test/b.png", "detail": "low"}}
    assert content_of("First", Image("https://media.test/a.png"), own, "Last") == [
        {"type": "text", "text": "First"},
        {"type": "image_url", "image_url": {"url": "https://media.test/a.png"}},
        own,
        {"type": "text", "text": "Last"},
    ]


def test_local_media_leave_holes_in_the_forms_of_the_guides_samples():
    pictures = ["<data-uri>", "<data-uri>"]
    assert content_of(Image(b"A")) == [{"type": "image_url", "image_url": {"url": "<data-uri>"}}]
    assert content_of(Video(b"A")) == [{"type": "video_url", "video_url": {"url": "data:;base64,<bare>"}}]
    assert content_of(Frames([b"A", "b.jpg"])) == [{"type": "video", "video": pictures}]


def test_frames_tell_their_rate_where_the_caller_does():
    urls = ["https://media.test/1.jpg", "https://media.test/2.jpg"]
    assert content_of(Frames(urls, fps=0.5)) == [{"type": "video", "video": urls, "fps": 0.5}]


def test_sound_goes_as_the_provider_wants_it():
    assert sound_of(Audio(b"A")) == {"data": "data:;base64,<bare>", "format": "<format>"}
    assert sound_of(Audio(b"A"), OPENAI) == {"data": "<bare>", "format": "<format>"}


def test_sound_at_a_url_tells_its_format_where_somebody_does():
    assert sound_of(Audio(URL)) == {"data": URL, "format": "wav"}
    assert sound_of(Audio(URL, media_type="audio/mpeg")) == {"data": URL, "format": "mp3"}
    assert sound_of(Audio("https://media.test/a")) == {"data": "https://media.test/a"}


def test_servers_of_ones_own_take_sound_at_a_url_in_a_part_of_its_own():
    assert content_of(Audio(URL), provider=VLLM) == [{"type": "audio_url", "audio_url": {"url": URL}}]
    assert sound_of(Audio(b"A"), VLLM) == {"data": "<bare>", "format": "<format>"}


def test_a_data_uri_is_stripped_for_who_wants_bare_base64():
    assert sound_of(Audio("data:audio/mpeg;base64,QUJD"), OPENAI) == {"data": "QUJD", "format": "mp3"}
    typed = Audio("data:;base64,QUJD", media_type="audio/wav")
    assert sound_of(typed, OPENAI) == {"data": "QUJD", "format": "wav"}
    assert sound_of(typed) == {"data": "data:;base64,QUJD", "format": "wav"}


@pytest.mark.parametrize(
    ("sound", "rule"),
    [
        (Audio(URL), "openai takes sound as its content, and not at a URL"),
        (Audio("data:audio/wav,ABC"), "openai takes sound as base64"),
        (Audio("data:;base64,QUJD"), "openai is told the format of sound"),
    ],
)
def test_sound_in_a_form_that_the_provider_does_not_take_is_refused(sound, rule):
    with pytest.raises(UsageError, match=rule):
        sound_of(sound, OPENAI)


def test_a_request_tells_its_media():
    picture, recording = Image(b"A"), Audio(b"A")
    messages = [
        {"role": "user", "content": [Image("https://media.test/a.png"), picture]},
        {"role": "assistant", "content": "An eagle."},
        {"role": "user", "content": [recording]},
    ]
    request = chat_request(messages, provider=DASHSCOPE)
    assert [(placed.message, placed.kind) for placed in request.media] == [
        (0, "image"),
        (0, "image"),
        (2, "audio"),
    ]
    assert request.body.media == (picture, recording)
