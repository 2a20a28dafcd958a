import base64
import io
import os
import struct
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from media_files import SOUND, VIDEO, picture, sound, video

import omni_stream as omni
from omni_stream.upload import inspect

PICTURES = {
    "PNG": ("PNG", "image/png"),
    "JPEG": ("JPEG", "image/jpeg"),
    "GIF": ("GIF", "image/gif"),
    "TIFF": ("TIFF", "image/tiff"),
    "BMP": ("BMP", "image/bmp"),
    "WEBP": ("WEBP", "image/webp"),
    "AVIF": ("AVIF", "image/avif"),
    "JPEG2000": ("JP2", "image/jp2"),
}
SOUNDS = {
    "mp3": ("MP3", "audio/mpeg"),
    "aac": ("AAC", "audio/aac"),
    "m4a": ("M4A", "audio/mp4"),
    "wav": ("WAV", "audio/wav"),
    "flac": ("FLAC", "audio/flac"),
    "ogg": ("OGG", "audio/ogg"),
    "amr": ("AMR", "audio/amr"),
    "3gp": ("3GP", "audio/3gpp"),
    "aiff": ("AIFF", "audio/aiff"),
    "mka": ("MKA", "audio/x-matroska"),
}
VIDEOS = {
    "mp4": ("MP4", "video/mp4"),
    "mov": ("MOV", "video/quicktime"),
    "mkv": ("MKV", "video/x-matroska"),
    "webm": ("WEBM", "video/webm"),
    "avi": ("AVI", "video/x-msvideo"),
    "flv": ("FLV", "video/x-flv"),
    "3gp": ("3GP", "video/3gpp"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_known_by_its_content(name, saved):
    content = picture(name, width=70, height=40)
    for source in (saved(content), content, io.BytesIO(content)):
        facts = inspect(omni.Image(source))
        format, media_type = PICTURES[name]
        assert facts == omni.MediaFacts(
            kind="image",
            media_type=media_type,
            format=format,
            bytes=len(content),
            width=70,
            height=40,
            has_sound=False,
        )


def test_webp_without_loss_has_a_size_too():
    facts = inspect(picture("WEBP", width=70, height=40, lossless=True))
    assert (facts.width, facts.height) == (70, 40)


def test_a_picture_that_a_camera_turned_has_the_size_that_is_seen():
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    facts = inspect(picture("JPEG", width=70, height=40, exif=exif))
    assert (facts.width, facts.height) == (40, 70)


def test_a_picture_whose_size_cannot_be_read_has_none():
    facts = inspect(b"\x89PNG\r\n\x1a\n" + bytes(8))
    assert (facts.format, facts.width, facts.height) == ("PNG", None, None)


@pytest.mark.parametrize("name", SOUND)
def test_sound_is_known_by_its_content(name, saved):
    content = sound(name, seconds=3)
    for source in (saved(content), content, io.BytesIO(content)):
        facts = inspect(omni.Audio(source))
        assert (facts.format, facts.media_type) == SOUNDS[name]
        assert (facts.kind, facts.bytes, facts.has_sound) == ("audio", len(content), True)
        assert facts.seconds == pytest.approx(3, abs=0.15)  # coders fill up their last frame
        assert (facts.width, facts.height, facts.frames, facts.fps) == (None, None, None, None)


@pytest.mark.parametrize("has_sound", [True, False])
@pytest.mark.parametrize("name", VIDEO)
def test_a_video_is_known_by_its_content(name, has_sound, saved):
    content = video(name, width=96, height=64, frames=50, has_sound=has_sound)
    for source in (saved(content), content, io.BytesIO(content)):
        facts = inspect(omni.Video(source))
        assert (facts.format, facts.media_type) == VIDEOS[name]
        assert (facts.kind, facts.bytes, facts.has_sound) == ("video", len(content), has_sound)
        assert (facts.width, facts.height, facts.fps) == (96, 64, 25)
        assert facts.frames == pytest.approx(50, abs=3)  # some containers say only how long it is
        assert facts.seconds == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("fps", [Fraction(24_000, 1001), Fraction(10), Fraction(60)])
def test_a_rate_is_exact(fps):
    facts = inspect(video("mp4", frames=48, fps=fps))
    assert (facts.frames, facts.fps) == (48, float(fps))


def test_a_video_larger_than_what_is_read_at_once_is_the_same_one():
    content = video("avi", width=640, height=480, frames=300)
    assert len(content) > 200_000
    facts = inspect(content)
    assert (facts.width, facts.frames) == (640, pytest.approx(300, abs=3))
    assert facts.seconds == pytest.approx(12, abs=0.15)


def wav(pcm, *, riff, data, head=b"RIFF", before=b""):
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16)
    return head + struct.pack("<I", riff) + b"WAVE" + before + fmt + b"data" + struct.pack("<I", data) + pcm


PCM = bytes(96_000)  # 3 s
NOT_SAID = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (wav(PCM, riff=len(PCM) + 36, data=len(PCM)), 3),
        (wav(PCM, riff=NOT_SAID, data=NOT_SAID), 3),
        (wav(PCM, riff=0x7FFFFFFF, data=0x7FFFFFFF - 36), 3),
        (wav(PCM, riff=0, data=0), 3),
        (wav(PCM, riff=2 * len(PCM) + 36, data=2 * len(PCM)), 3),  # cut off
        (wav(PCM, riff=len(PCM) // 3 + 36, data=len(PCM) // 3), 1),  # and something behind it
        (
            wav(
                PCM,
                riff=NOT_SAID,
                data=NOT_SAID,
                head=b"RF64",
                before=struct.pack("<4sIQQQI", b"ds64", 28, len(PCM) + 72, len(PCM), len(PCM) // 2, 0),
            ),
            3,
        ),
        (
            wav(
                PCM,
                riff=NOT_SAID,
                data=NOT_SAID,
                head=b"RF64",
                before=struct.pack("<4sIQQQI", b"ds64", 28, 0, 0, 0, 0),
            ),
            None,
        ),
    ],
    ids=["said", "all ones", "most", "zero", "cut off", "with more", "RF64", "RF64 zero"],
)
def test_a_wav_is_as_long_as_its_sound_whatever_its_head_says(content, seconds):
    facts = inspect(omni.Audio(content))
    assert (facts.format, facts.media_type, facts.has_sound) == ("WAV", "audio/wav", True)
    assert facts.seconds == (seconds and pytest.approx(seconds, abs=0.001))


def test_a_song_with_a_cover_is_sound():
    cover = b"\0image/jpeg\0\3\0" + picture("JPEG", width=300, height=300)
    tag = b"APIC" + len(cover).to_bytes(4, "big") + b"\0\0" + cover
    size = bytes(len(tag) >> shift & 127 for shift in (21, 14, 7, 0))
    content = b"ID3\3\0\0" + size + tag + sound("mp3", seconds=2)
    facts = inspect(omni.Audio(content))
    assert (facts.kind, facts.format, facts.width) == ("audio", "MP3", None)


def test_the_callers_word_is_the_media_type():
    facts = inspect(omni.Audio(sound("wav", seconds=1), media_type="audio/x-wav"))
    assert (facts.media_type, facts.format) == ("audio/x-wav", "WAV")


def test_the_kind_is_found_where_none_is_said(saved):
    assert inspect(saved(picture("PNG", width=1, height=1), "a.mp3")).kind == "image"
    assert inspect(str(saved(sound("wav", seconds=1), "a.png"))).kind == "audio"
    assert inspect(video("mp4", frames=2)).kind == "video"


@pytest.mark.parametrize(
    ("medium", "message"),
    [
        (omni.Image(video("mp4", frames=2)), r"image of \d+ bytes is a video \(MP4\); give it as omni.Video"),
        (omni.Audio(video("mp4", frames=2)), r"is a video \(MP4\); give it as omni.Video"),
        (omni.Video(sound("m4a", seconds=1)), r"is sound \(M4A\); give it as omni.Audio"),
        (omni.Video(picture("GIF", width=9, height=9)), r"is a picture \(GIF\); give it as omni.Image"),
        (omni.Audio(picture("PNG", width=9, height=9), media_type="audio/mpeg"), r"is a picture \(PNG\)"),
        (omni.Image(b"Dear Sir or Madam"), "is no picture of a known format; give another file, or say with"),
        (omni.Video(b"%PDF-1.4 " * 9), "is PDF, and no video of a known format; give another file$"),
        (b"Dear Sir or Madam", "file of 17 bytes is no picture, sound or video of a known format"),
        ("nowhere.mp4", "file 'nowhere.mp4' cannot be read: No such file or directory"),
        (omni.Video("nowhere.mp4"), "video 'nowhere.mp4' cannot be read: No such file or directory"),
        (omni.Video("."), "video '.' cannot be read: Is a directory"),
        ("", "the medium is in a file, and its path is empty"),
        (7, "the medium is given as a URL, a path, bytes"),
        ("https://example.com/a.png", "its kind is not known; give a local file, or say the kind"),
        (omni.Frames(["a.png"]), "inspect each of its pictures"),
    ],
)
def test_what_is_no_such_medium_is_refused(medium, message):
    with pytest.raises(omni.UsageError, match=message):
        inspect(medium)


def test_content_that_is_not_known_passes_by_the_callers_word_unchecked():
    facts = inspect(omni.Image(b"a format of tomorrow", media_type="image/x-new"))
    assert facts == omni.MediaFacts(kind="image", media_type="image/x-new", bytes=20)


def test_of_a_url_only_what_is_said_is_known():
    facts = inspect(omni.Video("https://example.com/a.mp4", media_type="video/mp4"))
    assert facts == omni.MediaFacts(kind="video", media_type="video/mp4")


@given(st.binary(min_size=1, max_size=100))
def test_of_a_data_uri_the_type_and_the_size_are_known(content):
    encoded = base64.b64encode(content).decode()
    facts = inspect(omni.Audio(f"data:audio/mpeg;base64,{encoded}"))
    assert facts == omni.MediaFacts(kind="audio", media_type="audio/mpeg", format="MP3", bytes=len(content))
    facts = inspect(omni.Audio(f"data:;base64,{encoded}", media_type="audio/x-new"))
    assert facts == omni.MediaFacts(kind="audio", media_type="audio/x-new", bytes=len(content))


def test_a_data_uri_that_is_not_base64_has_no_known_size():
    assert inspect(omni.Image("data:image/svg+xml,%3Csvg/%3E")) == omni.MediaFacts(
        kind="image", media_type="image/svg+xml"
    )


def test_a_pipe_is_not_read():
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb") as sink:
        facts = inspect(omni.Audio(source, media_type="audio/mpeg"))
        assert facts == omni.MediaFacts(kind="audio", media_type="audio/mpeg")
        sink.write(b"all of it")
        sink.close()
        assert source.read() == b"all of it"


def test_a_file_object_is_inspected_where_it_stands_and_put_back():
    file = io.BytesIO(b"head" + sound("wav", seconds=1))
    file.seek(4)
    assert inspect(file).format == "WAV"
    assert file.tell() == 4


FILES = [sound("wav", seconds=0.1), sound("mp3", seconds=0.1), picture("JPEG", width=8, height=8)]


@given(
    st.binary(min_size=1, max_size=500)
    | st.sampled_from(FILES).flatmap(
        lambda content: st.integers(1, len(content)).map(lambda end: content[:end])
    )
)
@example(b"II*\0" + bytes(20))
@settings(max_examples=300)
def test_any_bytes_have_facts_or_a_usage_error(content):
    try:
        facts = inspect(content)
    except omni.UsageError:
        return
    assert facts.bytes == len(content)
    assert (facts.seconds or 1) > 0


def test_a_read_that_fails_is_the_error_that_is_seen():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(size)

    for content in (sound("wav", seconds=3), picture("JPEG", width=8, height=8)):
        with pytest.raises(omni.UsageError, match="file in a file object cannot be read: Input/output error"):
            inspect(Failing(content))


@pytest.mark.parametrize("content", [sound("wav", seconds=1), picture("PNG", width=8, height=8)])
def test_a_first_inspection_says_nothing_on_its_own(content, saved):
    program = "import sys, omni_stream as omni; omni.inspect(sys.argv[1])"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, saved(content)], capture_output=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_importing_the_package_loads_no_library_for_media():
    program = "import sys, omni_stream; print({'pymediainfo', 'imagesize'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "set()\n"
