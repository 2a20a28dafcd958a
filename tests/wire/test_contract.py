"""What every dialect has to keep, whatever a service sends."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import bodies

import omni_stream as omni
from omni_stream.pcm import AudioDecoder
from omni_stream.wire.dialects import owner_of
from omni_stream.wire.faults import error_in_event
from omni_stream.wire.openai_chat import OPENAI_CHAT

DIALECTS = [OPENAI_CHAT]
by_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)

LEAVES = st.sampled_from([None, "", "AAAA", "AAECAwQF", "AA==", "A", "hi", "stop", 0, 1.5, True, [], {}])


@st.composite
def documents(draw, dialect):
    """Objects made of the keys that the dialect knows, in its nesting or any other."""
    paths = [
        dialect.audio_path,
        *dialect.text_paths,
        *dialect.transcript_paths,
        *dialect.reasoning_paths,
        *dialect.silent_paths,
        *dialect.mark_paths,
    ]
    keys = sorted({part.removesuffix("[]") for path in paths for part in path.split(".")} | {"other"})
    anything = st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(keys), inner, max_size=4),
        max_leaves=6,
    )
    document = draw(st.dictionaries(st.sampled_from(keys), anything, max_size=3))
    for path in draw(st.lists(st.sampled_from(paths), max_size=4)):
        put(document, path.split("."), draw(LEAVES))
    return document


def put(holder, parts, value):
    first, *rest = parts
    key, is_list = first.removesuffix("[]"), first.endswith("[]")
    if not rest:
        holder[key] = value
        return
    if is_list:
        if not (isinstance(holder.get(key), list) and holder[key] and isinstance(holder[key][0], dict)):
            holder[key] = [{}]
        inner = holder[key][0]
    else:
        if not isinstance(holder.get(key), dict):
            holder[key] = {}
        inner = holder[key]
    put(inner, rest, value)


def decoded(dialect, content):
    """All items that the decoder gives, and the kind of its error."""
    decoder = omni.StreamDecoder(dialect)
    items = []
    try:
        items += decoder.feed(content)
        items += decoder.close()
    except omni.OmniStreamError as error:
        return items + list(error.events), type(error)
    return items, None


def read_one_by_one(dialect, content):
    """The same by the dialect's own reading of every document, with the stages joined by hand."""
    items, finished = [], None
    audio = AudioDecoder(dialect.coding.format)
    try:
        for event in omni.SSEParser().feed(content):
            document = json.loads(event.data)
            fault = error_in_event(event, document)
            if event.index == 0 and fault is None and not dialect.is_own(document) and owner_of(document):
                raise omni.ProtocolError("of another dialect")
            for read in dialect.read(document, dialect.coding):
                match read:
                    case omni.Finished(reason=reason):
                        finished = read if finished is None or reason is not None else finished
                    case omni.AudioDelta(encoded=encoded):
                        items += filter(None, [audio.decode(encoded)])
                    case _:
                        items.append(read)
            if fault is not None:
                raise fault
        if finished is None:
            with contextlib.suppress(omni.ProtocolError):
                items += filter(None, [audio.finish()])
            return items, omni.StreamTruncated
        items += filter(None, [audio.finish()])
    except omni.OmniStreamError as error:
        return items, type(error)
    return [*items, finished], None


@by_dialect
@given(data=st.data())
def test_the_decoder_gives_what_reading_each_document_gives(dialect, data):
    content = b"".join(map(bodies.block, data.draw(st.lists(documents(dialect), max_size=6))))
    native, plain = decoded(dialect, content), read_one_by_one(dialect, content)
    assert native == plain
    for ours, theirs in zip(native[0], plain[0], strict=True):
        assert getattr(ours, "raw", None) == getattr(theirs, "raw", None)


@by_dialect
@given(data=st.data())
def test_any_document_is_read_without_an_exception(dialect, data):
    document = json.loads(json.dumps(data.draw(documents(dialect))))
    for event in dialect.read(document, dialect.coding):
        assert not isinstance(event, omni.AudioDelta | omni.TextDelta) or event.raw is document


@by_dialect
def test_the_paths_are_ones_that_the_native_reader_takes(dialect):
    omni.StreamDecoder(dialect)


@by_dialect
def test_the_end_mark_is_no_json(dialect):
    with pytest.raises(json.JSONDecodeError):
        json.loads(dialect.end or "")
