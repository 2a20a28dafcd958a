import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.wire.documents import END, BrokenJSONError, documents_in

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=5), st.sampled_from(["\n", "\n\n", " \n\t"]))
def test_documents_on_lines_of_their_own_are_each_found(documents, between):
    data = between.join(
        json.dumps(document, indent=index % 3 or None) for index, document in enumerate(documents)
    )
    assert list(documents_in(data, end="[DONE]")) == documents


@pytest.mark.parametrize(
    ("data", "found"), [("", []), (" \n ", []), ("[DONE]", [END]), ("{}\n[DONE]\n1", [{}, END, 1])]
)
def test_the_end_mark_is_a_line(data, found):
    assert list(documents_in(data, end="[DONE]")) == found


def test_without_an_end_mark_there_is_none():
    with pytest.raises(BrokenJSONError):
        list(documents_in("[DONE]", end=None))


@pytest.mark.parametrize("data", ["{} {}", "{}x", "{", "nul", "[1,]", "[DONE] "])
def test_what_is_not_json_is_an_error_after_what_is(data):
    found = []
    with pytest.raises(BrokenJSONError):
        found.extend(documents_in('{"a": 1}\n' + data, end="[DONE]"))
    assert found[0] == {"a": 1}
