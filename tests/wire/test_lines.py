import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import omni_stream as omni
from omni_stream.wire.lines import LinesAsEvents

DOCUMENTS = st.lists(
    st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers(), max_size=3), max_size=5
)


def events_of(content, cuts=()):
    """The events' data that the lines become; the last may be unfinished."""
    lines, parser = LinesAsEvents(), omni.SSEParser()
    edges = [0, *sorted(cuts), len(content)]
    found = [
        event.data for begin, end in pairwise(edges) for event in parser.feed(lines.feed(content[begin:end]))
    ]
    return found, parser


@given(DOCUMENTS, st.sampled_from([b"\n", b"\r\n"]), st.data())
def test_each_line_is_an_event_in_any_split(documents, end, data):
    content = b"".join(json.dumps(document).encode() + end for document in documents)
    cuts = data.draw(st.lists(st.integers(0, len(content)), max_size=5))
    found, _ = events_of(content, cuts)
    assert [json.loads(line) for line in found] == documents


def test_a_last_line_without_its_end_is_there_to_be_judged():
    found, parser = events_of(b'{"a": 1}\n{"b": 2}')
    parser.close()
    assert (found, parser.unfinished_data) == (['{"a": 1}'], '{"b": 2}')


@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b" \n"])
def test_blank_lines_say_nothing(blank):
    found, _ = events_of(b'{"a": 1}\n' + blank + b'{"b": 2}\n')
    assert [line for line in found if line.strip()] == ['{"a": 1}', '{"b": 2}']


def test_fields_of_an_event_stream_mean_nothing_in_a_line():
    found, _ = events_of(b"event: error\n: HTTP_STATUS/500\n")
    assert found == ["event: error", ": HTTP_STATUS/500"]
