import pytest
from hypothesis import given
from hypothesis import strategies as st

import omni_stream as omni
from omni_stream.bench import AudioEvent, Case, Observed
from omni_stream.bench.round import Round

seconds = st.floats(0, 1e5).map(lambda value: round(value, 6))
names = st.none() | st.text(max_size=20)
observed = st.builds(
    Observed,
    index=st.integers(0, 10**6),
    case=st.builds(Case, st.text(max_size=40), model=names, voice=names, region=names),
    load=st.integers(1, 1_000),
    is_open=st.booleans(),
    is_warm_up=st.booleans(),
    due=seconds,
    sent=seconds,
    late=st.none() | seconds,
    connect=st.none() | seconds,
    request_sent=st.none() | seconds,
    first_byte=st.none() | seconds,
    first_text=st.none() | seconds,
    audio=st.lists(st.builds(AudioEvent, seconds, seconds), max_size=5).map(tuple),
    levels=st.text('!aZ~"\\', max_size=20),
    end=seconds,
    received_bytes=st.integers(0, 10**9),
    request_id=names,
    error=st.none() | st.just("StreamTruncated"),
)


@given(observed)
def test_a_request_is_a_line_and_comes_back_from_it(one):
    line = one.to_json()
    assert "\n" not in line
    assert Observed.from_json(line) == one


@given(st.builds(Round, load=st.integers(1, 9), is_open=st.booleans(), begin=seconds, end=seconds))
def test_so_does_a_round(one):
    assert Round.from_json(one.to_json()) == one


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"audio": [1], "prompt": "", "model": ""}', "{"])
def test_what_is_no_line_is_refused(line):
    for kind in (Observed, Round):
        with pytest.raises(omni.UsageError, match="no line of"):
            kind.from_json(line)


def test_latency_counts_from_the_send_that_was_intended_in_an_open_loop():
    one = Observed(index=0, case=Case(""), load=1, due=1.0, sent=1.5, end=2.0)
    assert one.begin == 1.5
    assert Observed.from_json(one.to_json().replace('"is_open": false', '"is_open": true')).begin == 1.0
