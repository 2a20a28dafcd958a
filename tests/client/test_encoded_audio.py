import base64
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.audio import AudioFormat
from omni_stream.client.encoded_audio import EncodedAudio
from omni_stream.errors import ProtocolError
from omni_stream.events import AudioDelta, Finished, TextDelta

MONO = AudioFormat(24_000)
END = Finished(None)


def delta(encoded, encoding="base64"):
    return AudioDelta(encoded, MONO, encoding)


@given(st.binary(max_size=200), st.lists(st.integers(0, 300)), st.sampled_from(["base64", "hex"]))
def test_the_bytes_are_whole_wherever_their_text_was_split(content, splits, encoding):
    written = content.hex() if encoding == "hex" else base64.b64encode(content).decode().rstrip("=")
    places = [0, *sorted(min(split, len(written)) for split in splits), len(written)]
    items = [delta(written[a:b], encoding) for a, b in pairwise(places)]
    assert b"".join(EncodedAudio()([*items, END])) == content


def test_what_is_no_audio_is_passed_over_and_nothing_given_is_empty():
    assert EncodedAudio()([TextDelta("Hi"), delta(""), delta("aGk="), END]) == [b"hi"]


def test_a_reply_without_audio_gives_nothing():
    assert EncodedAudio()([TextDelta("Hi"), END]) == []


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([delta("a?==")], "an audio delta is not base64"),
        ([delta("zz", "hex")], "an audio delta is not hex"),
        ([delta("a"), END], "the end cuts off a quantum"),
    ],
)
def test_what_is_not_of_its_encoding_is_told(items, said):
    with pytest.raises(ProtocolError, match=said):
        EncodedAudio()(items)
