import io
import mmap
from pathlib import Path

import pytest

from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, Video
from omni_stream.request.conversation import Conversation

MEDIA = [
    Image("https://media.test/a.png"),
    Image("photos/eagle.png", media_type="image/png"),
    Image(Path("photos/eagle.png")),
    Audio(b"\x00\xffsound", media_type="audio/wav"),
    Audio(memoryview(b"sound")),
    Video("data:;base64,QUJD"),
    Frames(["https://media.test/1.jpg", Image(b"A"), "2.jpg"], fps=2),
    Frames([b"A"]),
]


def said(medium):
    """What a medium is, since two are equal only if they are the same."""
    if isinstance(medium, Frames):
        return [said(picture) for picture in medium.pictures], medium.fps
    source = str(medium.source) if isinstance(medium.source, Path) else medium.source
    return type(medium), bytes(source) if isinstance(source, memoryview) else source, medium.media_type


@pytest.mark.parametrize("medium", MEDIA, ids=repr)
def test_media_are_kept(medium):
    chat = Conversation().user(medium, "What is this?").assistant("An eagle.")
    again = Conversation.from_json(chat.to_json())
    assert said(again.messages[0]["content"][0]) == said(medium)
    assert again.messages[0]["content"][1:] == chat.messages[0]["content"][1:]
    assert again.begins_with(chat)
    assert chat.user("More").begins_with(again)
    assert not again.begins_with(chat)


def test_other_media_are_another_conversation():
    assert not Conversation().user(Image(b"A")).begins_with(Conversation().user(Image(b"B")))


def test_what_is_mapped_into_memory_is_kept_as_bytes(tmp_path):
    (tmp_path / "a.png").write_bytes(b"content")
    with (
        (tmp_path / "a.png").open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
    ):
        again = Conversation.from_json(Conversation().user(Image(mapped)).to_json())
    assert again.messages[0]["content"][0].source == b"content"


def test_an_open_file_cannot_be_kept():
    chat = Conversation().user(Image(io.BytesIO(b"A")))
    with pytest.raises(UsageError, match="cannot be kept as JSON; give its path, or its bytes"):
        chat.to_json()


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ('{"type": "omni_stream.image"}', "image kept in a conversation has no url, path or base64"),
        ('{"type": "omni_stream.audio", "base64": "A"}', "audio kept in a conversation is no base64"),
        ('{"type": "omni_stream.audio", "base64": ""}', "there are no bytes"),
        ('{"type": "omni_stream.video", "path": ""}', "its path is empty"),
        ('{"type": "omni_stream.image", "url": "https://a.test/b", "media_type": 7}', "media_type is"),
        ('{"type": "omni_stream.frames", "pictures": ["a.jpg"]}', "are pictures, and one is none"),
        (
            '{"type": "omni_stream.frames", "pictures": [{"type": "omni_stream.audio", "url": "a://b"}]}',
            "are pictures, and one is none",
        ),
        ('{"type": "omni_stream.frames", "pictures": [], "fps": 1}', "the list is empty"),
        ("7", "not int"),
    ],
)
def test_what_is_no_medium_is_refused(part, rule):
    text = f'{{"omni_stream_conversation": 1, "messages": [{{"role": "user", "content": [{part}]}}]}}'
    with pytest.raises(UsageError, match=rule):
        Conversation.from_json(text)
