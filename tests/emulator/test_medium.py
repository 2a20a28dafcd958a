import base64
import io
import wave

import media_files
import pytest

import omni_stream as omni
from omni_stream import catalog
from omni_stream.emulator.acknowledgement import acknowledged
from omni_stream.emulator.medium import at_url, in_base64, of_pictures
from omni_stream.emulator.medium_limits import check_media
from omni_stream.emulator.medium_tokens import medium_tokens
from omni_stream.emulator.phrases import phrases
from omni_stream.emulator.refusal import Refusal

FLASH = "qwen3-omni-flash"


def data_uri(content, media_type=""):
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


PICTURE = media_files.picture("PNG", width=640, height=480)
SOUND = media_files.sound("mp3", seconds=3)
VIDEO = media_files.video("mp4", width=320, height=240, frames=50)


def english(*media, model=FLASH):
    return " ".join(acknowledged(media, phrases("english"), model=model))


def test_what_a_message_holds_is_looked_at():
    picture = at_url("image", data_uri(PICTURE, "image/png"))
    assert (picture.facts.format, picture.facts.width, picture.facts.height) == ("PNG", 640, 480)
    assert medium_tokens(picture, model=FLASH) == {"image_tokens": omni.tokens.image(480, 640, model=FLASH)}
    assert english(picture) == (
        f"You also sent me the picture (PNG, {len(PICTURE)} bytes, 640 by 480 pixels, 300 tokens)."
    )


def test_sound_is_told_by_its_length():
    sound = in_base64("audio", base64.b64encode(SOUND).decode())
    tokens = medium_tokens(sound, model=FLASH)
    assert tokens == {"audio_tokens": omni.tokens.audio(sound.facts.seconds, model=FLASH)}
    assert english(sound) == (
        f"You also sent me the recording (MP3, {len(SOUND)} bytes, {sound.facts.seconds:.1f} seconds,"
        f" {tokens['audio_tokens']} tokens)."
    )


def test_the_sound_of_a_video_is_counted_apart():
    film = at_url("video", data_uri(VIDEO))
    tokens = medium_tokens(film, model=FLASH)
    assert set(tokens) == {"video_tokens", "audio_tokens"}
    assert tokens["video_tokens"] == omni.tokens.video(240, 320, frames=50, fps=25, model=FLASH)
    assert "320 by 240 pixels" in english(film)
    assert f"{tokens['video_tokens']} tokens, {tokens['audio_tokens']} more for its sound" in english(film)
    silent = at_url("video", data_uri(media_files.video("mp4", frames=50, has_sound=False)))
    assert set(medium_tokens(silent, model=FLASH)) == {"video_tokens"}


def test_a_list_of_pictures_is_one_film():
    film = of_pictures([data_uri(PICTURE), data_uri(PICTURE), "https://media.test/3.jpg"])
    assert list(medium_tokens(film, model=FLASH)) == ["video_tokens"]
    told = english(film)
    assert "the video of 3 pictures 3.jpg (PNG, " in told
    assert f"{2 * len(PICTURE)} bytes" in told
    assert "never download" in told


def test_what_is_behind_a_url_counts_as_something_common():
    assert medium_tokens(at_url("image", "https://a.test/1.png"), model=FLASH) == {"image_tokens": 256}
    assert medium_tokens(at_url("audio", "oss://bucket/1.wav"), model=FLASH) == {"audio_tokens": 125}
    assert set(medium_tokens(at_url("video", "https://a.test/1.mp4"), model=FLASH)) == {
        "video_tokens",
        "audio_tokens",
    }
    assert english(at_url("audio", "https://a.test/1.wav")) == (
        "You also sent me the recording 1.wav (125 tokens)."
        " Of what is behind a URL I only look at the name, and never download it."
    )


def test_the_same_content_is_the_same_source():
    one, other = at_url("image", data_uri(PICTURE)), in_base64("image", base64.b64encode(PICTURE).decode())
    assert one.source == other.source
    assert len(one.source) == 32


@pytest.mark.parametrize(
    ("kind", "url", "message"),
    [
        ("audio", "AAAA", "URL does not appear to be valid"),
        ("image", "picture.png", "URL does not appear to be valid"),
        ("audio", "data:;base64,", "The audio is empty"),
        ("image", "data:image/png;base64,", "The image is empty"),
        ("image", "data:image/png,iVBORw0KGgo", "must be encoded in base64"),
        ("image", "data:image/png;base64,iVBORw0KGg", "Incorrect padding"),
        ("image", "data:image/png;base64,iVBO!w0K", "Incorrect padding"),
        ("image", "data:image/png;base64,AAAA", "format is illegal and cannot be opened"),
        ("image", data_uri(SOUND), "format is illegal"),
        ("video", data_uri(PICTURE), "format is illegal"),
    ],
)
def test_what_is_no_such_medium_is_refused(kind, url, message):
    with pytest.raises(Refusal, match=message) as refused:
        at_url(kind, url)
    assert refused.value.status == 400


def picture(width, height):
    return at_url("image", data_uri(media_files.picture("PNG", width=width, height=height)))


def tiny_picture():
    return data_uri(media_files.picture("PNG", width=5, height=50))


def film(*urls):
    return of_pictures(urls)


def sound(seconds):
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 1, 8_000, 0, "NONE", ""))
        file.writeframes(bytes(8_000 * seconds))
    return at_url("audio", data_uri(written.getvalue()))


URL = "https://media.test/1"


@pytest.mark.parametrize(
    ("media", "model", "message"),
    [
        (lambda: [picture(10, 100)], FLASH, "length and width do not meet .*: 10 is not more than 10"),
        (lambda: [picture(11, 2201)], FLASH, "aspect ratio of the image: 200.* is not at most 200"),
        (lambda: [film(*[URL] * 129)], FLASH, "number of its images: 129 is not at least 2"),
        (lambda: [film(URL, URL, URL)], "qwen-omni-turbo", "images: 3 is not at least 4"),
        (lambda: [film(tiny_picture(), URL)], FLASH, "more than 10"),
        (lambda: [sound(200)], "qwen-omni-turbo", "duration of the audio in seconds: 200"),
        (lambda: [at_url("audio", URL)] * 2, FLASH, "Too many audio files"),
        (lambda: [at_url("video", URL)] * 2, FLASH, "Too many video files"),
        (lambda: [at_url("audio", URL), picture(64, 64)], FLASH, "beside text, not audio and image"),
        (lambda: [picture(64, 64)] * 251, "qwen3.5-omni-flash", "Too many images in base64: 251"),
    ],
)
def test_what_breaks_a_limit_is_refused(media, model, message):
    with pytest.raises(Refusal, match=message):
        check_media(media(), catalog.find_model(model))


def test_what_keeps_the_limits_is_taken():
    check_media([picture(11, 2200)] * 9, catalog.find_model(FLASH))
    check_media([sound(200)], catalog.find_model(FLASH))
    check_media([film(*[URL] * 128)], catalog.find_model(FLASH))
    mixed = [picture(64, 64), at_url("audio", data_uri(SOUND))]
    check_media(mixed, catalog.find_model("qwen3.5-omni-flash"))
