import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.errors import UsageError
from omni_stream.media import Audio, Image, MediaFacts
from omni_stream.request.body import Body, Holes, Inline, encoded

PICTURE, RECORDING = Image("eagle.png"), Audio("welcome.mp3")


def test_a_body_without_media_is_one_run():
    assert encoded({"a": "语音"}, Holes()) == Body(('{"a":"语音"}'.encode(),))


def test_holes_stand_where_their_texts_stood():
    holes = Holes()
    data = "data:;base64," + holes.text(Inline(RECORDING, "bare"))
    body = encoded({"picture": holes.text(Inline(PICTURE, "data-uri")), "data": data, "n": 1}, holes)
    assert body.pieces == (
        b'{"picture":"',
        Inline(PICTURE, "data-uri"),
        b'","data":"data:;base64,',
        Inline(RECORDING, "bare"),
        b'","n":1}',
    )
    assert body.media == (PICTURE, RECORDING)


@given(st.lists(st.text(), min_size=1, max_size=20), st.data())
def test_no_text_of_a_caller_is_taken_for_a_hole(texts, data):
    holes = Holes()
    inline = [Inline(PICTURE, "bare") for text in texts if data.draw(st.booleans())]
    said = [f"{text}{holes.text(hole)}" for text, hole in zip(texts, inline, strict=False)]
    said += texts[len(inline) :]
    pieces = encoded({"said": said, "once more": texts}, holes).pieces
    assert [piece for piece in pieces if isinstance(piece, Inline)] == inline
    filled = b"".join(b"QUJD" if isinstance(piece, Inline) else piece for piece in pieces)
    expected = [f"{text}QUJD" for text in texts[: len(inline)]] + texts[len(inline) :]
    assert json.loads(filled) == {"said": expected, "once more": texts}


def test_formats_are_filled_in_by_what_was_found():
    holes = Holes()
    body = encoded(
        {"data": holes.text(Inline(RECORDING, "bare")), "format": holes.text(Inline(RECORDING, "format"))},
        holes,
    )
    found = MediaFacts(kind="audio", format="MP3")
    assert body.filled({RECORDING: found}).pieces == (
        b'{"data":"',
        Inline(RECORDING, "bare"),
        b'","format":"mp3"}',
    )


def test_a_format_that_nobody_says_is_asked_for():
    body = Body((b'"', Inline(RECORDING, "format"), b'"'))
    with pytest.raises(UsageError, match="is not known; say it"):
        body.filled({RECORDING: MediaFacts(kind="audio")})


def test_a_body_does_not_show_what_it_says():
    assert "secret" not in repr(Body((b"secret",)))
