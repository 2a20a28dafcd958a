import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.media import Audio, Frames, Image, MediaFacts, Video
from omni_stream.request.placed import Content, Placed, placed_medium, placed_part

URL = "https://media.test/a"


@pytest.mark.parametrize(
    ("part", "kind", "facts"),
    [
        ({"type": "image_url", "image_url": {"url": URL}}, "image", [{}]),
        ({"type": "image_url", "image_url": URL}, "image", [{}]),
        (
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJDRA=="}},
            "image",
            [{"bytes": 4, "media_type": "image/png"}],
        ),
        ({"type": "input_audio", "input_audio": {"data": URL, "format": "wav"}}, "audio", [{}]),
        ({"type": "input_audio", "input_audio": {"data": "data:;base64,QUI="}}, "audio", [{"bytes": 2}]),
        ({"type": "input_audio", "input_audio": {"data": "QUJD"}}, "audio", [{"bytes": 3}]),
        ({"type": "audio_url", "audio_url": {"url": URL}}, "audio", [{}]),
        ({"type": "video_url", "video_url": {"url": "data:,abc"}}, "video", [{"bytes": 3}]),
        ({"type": "video", "video": [URL, "data:;base64,QUJD"]}, "image", [{}, {"bytes": 3}]),
    ],
)
def test_parts_in_the_services_words_are_placed(part, kind, facts):
    placed = placed_part(2, part)
    assert placed.kind == ("frames" if part["type"] == "video" else kind)
    assert placed.message == 2
    assert [content.facts for content in placed.contents] == [MediaFacts(kind=kind, **each) for each in facts]
    assert [content.is_inline for content in placed.contents] == ["bytes" in each for each in facts]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "text", "text": "Hi"},
        {"type": "image_url"},
        {"type": "image_url", "image_url": {"url": 7}},
        {"type": "video", "video": [7]},
        {"type": "video", "video": URL},
        {"type": "of tomorrow"},
    ],
)
def test_what_is_no_known_medium_is_left_to_the_service(part):
    assert placed_part(0, part) is None


@given(st.binary(min_size=1))
def test_base64_tells_the_size(content):
    encoded = base64.b64encode(content).decode()
    for url in (encoded, f"data:audio/wav;base64,{encoded}"):
        (placed,) = placed_part(0, {"type": "input_audio", "input_audio": {"data": url}}).contents
        assert placed.facts.bytes == len(content)


def test_values_are_placed_with_what_is_known_of_them():
    local, linked = Image(b"A", media_type="image/png"), Image(URL)
    said = MediaFacts(kind="image", media_type="image/png")
    assert placed_medium(1, linked) == Placed(1, "image", (Content(None, MediaFacts(kind="image")),))
    assert placed_medium(1, Audio(URL)).kind == "audio"
    assert placed_medium(1, Video(URL)).kind == "video"
    frames = placed_medium(1, Frames([local, linked]))
    assert (frames.kind, frames.contents[0]) == ("frames", Content(local, said))
    found = MediaFacts(kind="image", bytes=1)
    assert frames.facts({local: found}) == (found, MediaFacts(kind="image"))
    assert frames.facts({})[0] == said
