"""What every dialect has to keep, whatever a service sends."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import bodies

import omni_stream as omni
from omni_stream.pcm import AudioDecoder
from omni_stream.wire.openai_chat import OPENAI_CHAT

DIALECTS = [OPENAI_CHAT]
by_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)

LEAVES = st.sampled_from([None, "", "AAAA", "AAECAwQF", "AA==", "A", "hi", "stop", 0, 1.5, True, [], {}])


@st.composite
def documents(draw, dialect):
    """Objects made of the keys that the dialect knows, in its nesting or any other."""
    paths = [dialect.audio_path, *dialect.silent_paths]
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


def outcome(dialect, content, *, decode_audio):
    """All items and the error, audio as PCM whichever way it was decoded."""
    decoder = omni.StreamDecoder(dialect, decode_audio=decode_audio)
    items, error = [], None
    try:
        items += decoder.feed(content)
        items += decoder.close()
    except omni.OmniStreamError as caught:
        items += caught.events
        error = type(caught)
    composed = AudioDecoder(dialect.audio_format)
    heard = []
    for item in items:
        if isinstance(item, omni.AudioDelta):
            try:
                item = composed.decode(item.encoded)  # noqa: PLW2901 -- the same item, decoded
            except omni.ProtocolError as caught:
                return heard, type(caught)
        if item is not None:
            heard.append(item)
    return heard, error


@by_dialect
@given(data=st.data())
def test_native_decoding_equals_reading_each_document(dialect, data):
    content = b"".join(map(bodies.block, data.draw(st.lists(documents(dialect), max_size=6))))
    native, composed = (outcome(dialect, content, decode_audio=native) for native in (True, False))
    assert native[0] == composed[0]
    assert native[1] == composed[1]


@by_dialect
@given(data=st.data())
def test_any_document_is_read_without_an_exception(dialect, data):
    document = json.loads(json.dumps(data.draw(documents(dialect))))
    for event in dialect.read(document):
        assert not isinstance(event, omni.AudioDelta | omni.TextDelta) or event.raw is document


@by_dialect
def test_the_paths_are_ones_that_the_native_reader_takes(dialect):
    omni.StreamDecoder(dialect)


@by_dialect
def test_the_end_mark_is_no_json(dialect):
    with pytest.raises(json.JSONDecodeError):
        json.loads(dialect.end or "")
