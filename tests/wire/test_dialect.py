import dataclasses
import pickle

import pytest

import omni_stream as omni
from omni_stream.wire import dialects, find_dialect

FORMAT = omni.AudioFormat(24_000)


def read(document, coding):
    return ()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"format": 24_000}, "format is an AudioFormat, not 24000"),
        ({"format": FORMAT, "codec": "PCM"}, "codec is one of 'pcm', 'pcm-f32', .*, not 'PCM'"),
        ({"format": FORMAT, "encoding": None}, "encoding is one of 'base64', 'hex', not None"),
    ],
)
def test_a_coding_that_is_none_is_refused(arguments, said):
    with pytest.raises(omni.UsageError, match=said):
        omni.Coding(**arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"read": "choices"}, "read of a dialect is a function, not 'choices'"),
        ({"read": None}, "read of a dialect is a function, not None"),
        ({"fault": 3}, "fault of a dialect is a function, not 3"),
        ({"is_own": True}, "is_own of a dialect is a function, not True"),
        ({"coding": FORMAT}, "coding of a dialect is a Coding, not AudioFormat"),
        ({"framing": "ndjson"}, "framing is one of 'sse', 'lines', 'bytes', not 'ndjson'"),
    ],
)
def test_a_dialect_that_is_none_is_refused(arguments, said):
    with pytest.raises(omni.UsageError, match=said):
        omni.Dialect(**{"name": "mine", "read": read, **arguments})


@pytest.mark.parametrize("path", ["", "a..b", ".a", "a[b]"])
def test_a_path_that_is_none_is_refused(path):
    dialect = omni.Dialect(name="mine", read=read, audio_path=path)
    with pytest.raises(omni.UsageError, match="a path is of the form"):
        omni.StreamDecoder(dialect)


def test_a_piece_of_audio_is_written_as_the_coding_says():
    raw = {"a": "00"}
    delta = omni.Coding(omni.AudioFormat(8_000), "mp3", "hex").delta("00", raw, repeats=True)
    assert delta == omni.AudioDelta("00", omni.AudioFormat(8_000), "hex", "mp3", repeats=True)
    assert delta.raw is raw


def test_one_thing_of_a_dialect_can_be_changed():
    slow = dataclasses.replace(find_dialect("minimax"), coding=omni.Coding(omni.AudioFormat(8_000)))
    (frame, *_) = omni.StreamDecoder(slow).feed(b'data: {"data": {"audio": "0000", "status": 1}}\n\n')
    assert frame.format.rate == 8_000


def test_dialects_are_named_once_and_codings_are_values():
    names = [dialect.name for dialect in dialects()]
    assert len(set(names)) == len(names)
    for dialect in dialects():
        assert pickle.loads(pickle.dumps(dialect.coding)) == dialect.coding


@pytest.mark.parametrize("dialect", ["morse", "", None, 5, b"gemini"])
def test_what_is_no_dialect_is_refused(dialect):
    with pytest.raises(omni.UsageError, match="dialect is a Dialect, or one of 'openai-chat'"):
        find_dialect(dialect)
