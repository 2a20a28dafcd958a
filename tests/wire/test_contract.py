"""What every dialect has to keep, whatever a service sends."""

import contextlib
import json
from copy import deepcopy
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire import bodies
from wire.shapes import FAULTS, SHAPES, shape

import omni_stream as omni
from omni_stream.pcm import AudioDecoder
from omni_stream.wire.dialects import dialects, find_dialect, owner_of
from omni_stream.wire.faults import error_in_event

DIALECTS = [dialect for dialect in dialects() if dialect.framing != "bytes"]
by_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
natively_read = pytest.mark.parametrize(
    "dialect", [dialect for dialect in DIALECTS if dialect.audio_path], ids=lambda dialect: dialect.name
)

VALUES = [None, "", "AAAA", "AAECAwQF", "AA==", "A", "0a0B", "hi", 0, 1, 2, 1002, -1, 1.5, True, 10**30]
WORDS = ["stop", "null", "STOP", "OTHER", "audio", "audio/wav", "audio/L16;rate=0", "audio/L16;rate=8000"]
LEAVES = st.sampled_from([*VALUES, *WORDS, "speech.audio.done", [], {}, ["a", 1], [None]])


def paths_in(value, path=""):
    """The paths of all leaves of a document, in the form of a dialect's."""
    match value:
        case dict():
            return {found for key in value for found in paths_in(value[key], f"{path}.{key}".strip("."))}
        case list() if value and isinstance(value[0], dict):
            return {found for item in value for found in paths_in(item, f"{path}[]")}
    return {path}


@cache
def paths_of(dialect):
    """Where the dialect looks, and whatever its service puts elsewhere."""
    told = [dialect.audio_path] if dialect.audio_path else []
    told += [*dialect.text_paths, *dialect.transcript_paths, *dialect.reasoning_paths]
    told += [*dialect.silent_paths, *dialect.mark_paths]
    contents = [fault.block for fault in FAULTS if fault.dialect == dialect.name]
    contents += [
        block for shape in SHAPES if shape.dialect == dialect.name for block in shape.blocks(["AAAA"])
    ]
    lines = [line.removeprefix(b"data:") for content in contents for line in content.splitlines()]
    documents = [json.loads(line) for line in lines if line.lstrip().startswith(b"{")]
    return sorted(set(told).union(*map(paths_in, documents)))


@cache
def parts_of(dialect):
    """What documents are made of: an object of any kind, and places with what is put there."""
    paths = paths_of(dialect)
    keys = sorted({part.removesuffix("[]") for path in paths for part in path.split(".")} | {"other"})
    anything = st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(keys), inner, max_size=4),
        max_leaves=6,
    )
    placed = st.lists(st.tuples(st.sampled_from(paths), LEAVES), max_size=4)
    return st.tuples(st.dictionaries(st.sampled_from(keys), anything, max_size=3), placed)


@cache
def documents(dialect):
    """Objects made of the keys that the dialect knows, in its nesting or any other."""
    return parts_of(dialect).map(joined)


def joined(parts):
    anything, placed = parts
    document = json.loads(json.dumps(anything))
    for path, value in placed:
        put(document, path.split("."), deepcopy(value))
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


@natively_read
@given(data=st.data())
def test_the_decoder_gives_what_reading_each_document_gives(dialect, data):
    content = b"".join(map(bodies.block, data.draw(st.lists(documents(dialect), max_size=6))))
    native, plain = decoded(dialect, content), read_one_by_one(dialect, content)
    assert native == plain
    for ours, theirs in zip(native[0], plain[0], strict=True):
        assert getattr(ours, "raw", None) == getattr(theirs, "raw", None)


@by_dialect
@given(data=st.data())
def test_any_document_is_read_judged_and_told_without_an_exception(dialect, data):
    document = data.draw(documents(dialect))
    before = json.dumps(document)
    for event in dialect.read(document, dialect.coding):
        assert event.raw is document
        if isinstance(event, omni.AudioDelta):
            assert isinstance(event.encoded, str)
            assert event.encoded
        elif isinstance(event, omni.TextDelta | omni.TranscriptDelta | omni.ReasoningDelta):
            assert event.text
    assert isinstance(dialect.is_own(document), bool)
    fault = dialect.fault(document) if dialect.fault else None
    if fault is not None:
        error = error_in_event(omni.ServerSentEvent(""), {**document, "error": fault})
        assert isinstance(error, omni.ApiError)
        assert error.message
    assert json.dumps(document) == before


@by_dialect
@given(data=st.data())
def test_any_documents_give_items_or_a_documented_error(dialect, data):
    framed = shape.line if dialect.framing == "lines" else bodies.block
    content = b"".join(map(framed, data.draw(st.lists(documents(dialect), max_size=5))))
    decoder = omni.StreamDecoder(dialect, strict=data.draw(st.booleans()))
    with contextlib.suppress(omni.ApiError, omni.ProtocolError, omni.UsageError):
        items = decoder.feed(content) + decoder.close()
        assert isinstance(items[-1], omni.Finished)
        assert sum(isinstance(item, omni.Finished) for item in items) == 1
    assert decoder.close() == []


@by_dialect
@given(st.binary(max_size=200))
def test_any_bytes_give_items_or_a_documented_error(dialect, content):
    for decoder in (omni.StreamDecoder(dialect), omni.StreamDecoder(None)):
        with contextlib.suppress(omni.ApiError, omni.ProtocolError, omni.UsageError):
            assert isinstance((decoder.feed(content) + decoder.close())[-1], omni.Finished)


@by_dialect
def test_a_dialect_is_found_by_its_name_and_owns_what_its_service_sends(dialect):
    assert find_dialect(dialect.name) is find_dialect(dialect) is dialect
    assert hash(dialect) == hash(find_dialect(dialect.name))


@by_dialect
def test_the_end_mark_is_no_json(dialect):
    if dialect.end is not None:
        with pytest.raises(json.JSONDecodeError):
            json.loads(dialect.end)
