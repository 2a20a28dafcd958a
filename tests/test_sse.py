"""The WHATWG event-stream rules, one test for each trap; then any bytes in any split, limits, and bounds."""

import copy
import pickle
import resource
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from oracles import event_stream

from omni_stream.errors import LimitExceeded, OmniStreamError, UsageError
from omni_stream.sse import MAX_EVENT_BYTES, MAX_LINE_BYTES, ServerSentEvent, SSEParser

BOM = b"\xef\xbb\xbf"


def parse(*reads: bytes) -> list[ServerSentEvent]:
    parser = SSEParser()
    return [event for read in reads for event in parser.feed(read)]


def data(*reads: bytes) -> list[str]:
    return [event.data for event in parse(*reads)]


# Lines


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_line_ends_at_lf_cr_or_crlf(end):
    assert data(b"data: a" + end + b"data: b" + end + end) == ["a\nb"]


def test_line_ends_mix_freely():
    assert data(b"data: a\rdata: b\r\ndata: c\n\r\ndata: d\r\r") == ["a\nb\nc", "d"]


def test_lf_cr_is_two_line_ends():
    assert data(b"data: a\n\rdata: b\n\n") == ["a", "b"]


@pytest.mark.parametrize("separator", ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_nothing_else_that_splitlines_splits_at_ends_a_line(separator):
    assert data(f"data: a{separator}b\n\n".encode()) == [f"a{separator}b"]


def test_a_cr_at_the_end_of_a_read_completes_the_line_at_once():
    parser = SSEParser()
    assert parser.feed(b"data: a\r") == []
    assert [event.data for event in parser.feed(b"\r")] == ["a"]


def test_a_cr_at_the_end_of_a_read_swallows_one_lf_later_and_only_one():
    assert data(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == ["a\nb"]
    assert data(b"data: a\r", b"\n\ndata: b\n\n") == ["a", "b"]


def test_an_empty_read_between_cr_and_lf_changes_nothing():
    assert data(b"data: a\r", b"", b"\ndata: b\n\n") == ["a\nb"]


def test_cr_then_the_end_dispatches_only_a_finished_block():
    parser = SSEParser()
    assert [event.data for event in parser.feed(b"data: a\r\rdata: b\r")] == ["a"]
    assert parser.close() == []
    assert parser.unfinished_data == "b"


# The byte order mark and the encoding


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_a_bom_is_skipped_however_it_is_split(cut):
    assert data(BOM[:cut], BOM[cut:] + b"data: a\n\n") == ["a"]


def test_a_bom_is_skipped_after_an_empty_first_read():
    assert data(b"", BOM + b"data: a\n\n") == ["a"]


def test_a_bom_is_skipped_only_once():
    assert data(BOM + BOM + b"data: a\n\ndata: b\n\n") == ["b"]


def test_a_bom_is_skipped_only_at_the_very_start():
    assert data(b"\n" + BOM + b"data: a\n\ndata: b\n\n") == ["b"]
    assert data(b"data: " + BOM + b"a\n\n") == ["\ufeffa"]


@pytest.mark.parametrize("start", [b"\xef", b"\xef\xbb", b"\xef\xbb\xbe"])
def test_what_only_looks_like_a_bom_belongs_to_the_first_line(start):
    assert data(start + b"data: a\n\ndata: b\n\n") == ["b"]
    assert data(start, b"\n", b"data: a\n\n") == ["a"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\xff", "�"),
        (b"\xe5\xa5", "�"),
        (b"\xf0\x9f\x8e", "�"),
        (b"\xed\xa0\x80", "���"),
        (b"\xc0\x80", "��"),
        (b"\xe5\xa5\xbd\xe5", "好�"),
    ],
)
def test_invalid_or_truncated_utf8_becomes_u_fffd_without_eating_the_newline(raw, text):
    parser = SSEParser()
    events = parser.feed(b"data: " + raw + b"\ndata: b\n\n")
    assert [event.data for event in events] == [f"{text}\nb"]
    assert parser.replacements == text.count("�")


def test_a_character_split_over_reads_is_whole():
    assert data(b"data: \xf0\x9f", b"\x8e\xb5\n\n") == ["🎵"]


def test_u_fffd_as_it_came_is_not_counted_as_a_replacement():
    parser = SSEParser()
    parser.feed("data: �\n\n".encode())
    assert parser.replacements == 0


# Fields


def test_an_event_has_the_standards_defaults():
    (event,) = parse(b"data: a\n\n")
    assert (event.type, event.data, event.id, event.retry, event.comments) == ("message", "a", "", None, ())


def test_there_may_be_no_space_after_the_colon():
    assert data(b"data:a\n\n") == ["a"]


def test_only_one_space_after_the_colon_is_removed():
    assert data(b"data:  a \n\n") == [" a "]
    assert data(b"data:\ta\n\n") == ["\ta"]


def test_a_line_without_a_colon_is_a_field_with_an_empty_value():
    assert data(b"data\n\n", b"data\ndata\n\n") == ["", "\n"]


def test_a_colon_in_the_value_belongs_to_it():
    assert data(b"data: a: b\n\n") == ["a: b"]


def test_field_names_are_compared_exactly():
    assert data(b"Data: a\n\n", b" data: a\n\n", b"data : a\n\n", b"datas: a\n\n", b"dat: a\n\n") == []


def test_only_one_trailing_lf_leaves_the_data():
    assert data(b"data: a\ndata:\ndata:\n\n") == ["a\n\n"]


def test_a_block_without_data_is_no_event():
    assert data(b"event: x\n\n", b"retry: 1\n\n", b": c\n\n", b"\n\n\n") == []


def test_the_type_holds_for_its_block_alone():
    events = parse(b"event: x\ndata: a\n\ndata: b\n\n")
    assert [event.type for event in events] == ["x", "message"]


def test_the_type_of_a_block_without_data_does_not_pass_to_the_next():
    assert [event.type for event in parse(b"event: x\n\ndata: a\n\n")] == ["message"]


@pytest.mark.parametrize("reset", [b"event:\n", b"event\n", b"event: \n"])
def test_an_empty_event_field_resets_the_type(reset):
    assert [event.type for event in parse(b"event: x\n" + reset + b"data: a\n\n")] == ["message"]


def test_the_last_event_field_of_a_block_counts():
    assert [event.type for event in parse(b"event: x\ndata: a\nevent: y\n\n")] == ["y"]


# The id and the reconnection time


def test_an_id_stays_until_the_next():
    events = parse(b"id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n")
    assert [event.id for event in events] == ["1", "1", "2"]


@pytest.mark.parametrize("empty", [b"id\n", b"id:\n", b"id: \n"])
def test_an_empty_id_resets_it(empty):
    events = parse(b"id: 1\ndata: a\n\n" + empty + b"data: b\n\n")
    assert [event.id for event in events] == ["1", ""]


def test_a_blank_line_after_an_id_only_block_commits_the_id_without_an_event():
    parser = SSEParser()
    assert parser.feed(b"id: 7\n") == []
    assert parser.last_event_id == ""
    assert parser.feed(b"\n") == []
    assert parser.last_event_id == "7"


def test_an_id_with_nul_is_ignored():
    events = parse(b"id: 1\ndata: a\n\nid: 2\x003\ndata: b\n\n")
    assert [event.id for event in events] == ["1", "1"]


def test_the_end_does_not_commit_an_id():
    parser = SSEParser()
    parser.feed(b"id: 1\ndata: a\n\nid: 2\n")
    parser.close()
    assert parser.last_event_id == "1"


def test_the_last_event_id_of_an_earlier_connection_can_be_given():
    parser = SSEParser(last_event_id="é-9")
    assert [event.id for event in parser.feed(b"data: a\n\nid\ndata: b\n\n")] == ["é-9", ""]


@pytest.mark.parametrize("impossible", ["a\0", "a\n", "\r"])
def test_an_earlier_id_that_no_stream_can_set_is_refused(impossible):
    with pytest.raises(UsageError, match="no NUL, CR or LF"):
        SSEParser(last_event_id=impossible)


def test_a_retry_belongs_to_its_block_and_to_the_stream():
    parser = SSEParser()
    assert parser.reconnection_time is None
    events = parser.feed(b"retry: 0300\ndata: a\n\ndata: b\n\n")
    assert [event.retry for event in events] == [300, None]
    assert parser.reconnection_time == 300


def test_a_retry_counts_before_its_block_ends():
    parser = SSEParser()
    parser.feed(b"retry: 5\n")
    assert parser.reconnection_time == 5


@pytest.mark.parametrize(
    "value",
    ["", " ", "+1", "-1", "1.0", "1_000", "1 ", "  1", "1e3", "\N{ARABIC-INDIC DIGIT THREE}", "0x10", "1\0"],
)
def test_a_retry_of_anything_but_ascii_digits_is_ignored(value):
    parser = SSEParser()
    events = parser.feed(f"retry: 9\nretry:{value}\ndata: a\n\n".encode())
    assert [event.retry for event in events] == [9]
    assert parser.reconnection_time == 9


def test_a_retry_has_an_upper_bound():
    assert [event.retry for event in parse(b"retry: 99999999999999999999999\ndata: a\n\n")] == [2**64 - 1]


# Comments


def test_comments_come_with_their_block():
    events = parse(b":HTTP_STATUS/429\n: two\ndata: a\n\ndata: b\n\n")
    assert [event.comments for event in events] == [("HTTP_STATUS/429", "two"), ()]


def test_an_empty_comment_is_a_comment():
    assert [event.comments for event in parse(b":\ndata: a\n:\n\n")] == [("", "")]


def test_comments_of_a_block_without_data_go_with_it():
    assert [event.comments for event in parse(b": ping\n\ndata: a\n\n")] == [()]


def test_comments_past_their_kibibyte_are_dropped():
    (event,) = parse(b":" + b"c" * 1000 + b"\n:" + b"d" * 1000 + b"\n:e\ndata: a\n\n")
    assert event.comments == ("c" * 1000, "d" * 23)


def test_a_character_at_the_bound_of_comments_is_not_cut():
    (event,) = parse(b":" + b"c" * 1023 + "好".encode() + b"\ndata: a\n\n")
    assert event.comments == ("c" * 1023,)


# The end


def test_the_end_discards_the_unfinished_block_but_shows_its_data():
    parser = SSEParser()
    assert parser.feed(b"data: a\n\nevent: x\ndata: b\ndata: c") == [ServerSentEvent("a")]
    assert parser.unfinished_data is None
    assert parser.close() == []
    assert parser.unfinished_data == "b\nc"


@pytest.mark.parametrize("rest", [b"", b"event: x\n", b"data", b"dat", b":c", b"\xef\xbb"])
def test_there_is_no_unfinished_data_without_a_data_field(rest):
    parser = SSEParser()
    parser.feed(rest)
    assert parser.close() == []
    assert parser.unfinished_data is None


def test_an_unfinished_empty_data_field_is_data():
    parser = SSEParser()
    parser.feed(b"data:")
    parser.close()
    assert parser.unfinished_data == ""


# Events as values


def test_an_event_knows_its_place():
    events = parse(BOM + b"data: a\n\n: c\r", b"\nretry: 1\r", b"\ndata: b\r\n\r", b"\ndata: c\n\n")
    assert [(event.index, event.offset) for event in events] == [(0, 3), (1, 12), (2, 38)]


def test_an_event_is_equal_by_all_but_its_place():
    event = parse(b"\nid: 1\nevent: x\nretry: 2\n:c\ndata: a\n\n")[0]
    same = ServerSentEvent("a", type="x", id="1", retry=2, comments=["c"])
    assert event == same
    assert hash(event) == hash(same)
    assert event.offset != same.offset
    for other in [
        ServerSentEvent("b", type="x", id="1", retry=2, comments=["c"]),
        ServerSentEvent("a", id="1", retry=2, comments=["c"]),
        ServerSentEvent("a", type="x", retry=2, comments=["c"]),
        ServerSentEvent("a", type="x", id="1", comments=["c"]),
        ServerSentEvent("a", type="x", id="1", retry=2),
    ]:
        assert event != other
    assert event != "a"


def test_an_event_is_immutable_and_can_be_copied_pickled_and_matched():
    event = parse(b"data: 1\n\nid: 1\nevent: x\nretry: 2\n:c\ndata: a\n\n")[1]
    with pytest.raises(AttributeError):
        event.data = "b"
    for twin in (copy.copy(event), copy.deepcopy(event), pickle.loads(pickle.dumps(event))):
        assert twin == event
        assert (twin.index, twin.offset) == (event.index, event.offset) == (1, 9)
    match event:
        case ServerSentEvent("x", text):
            assert text == "a"
        case _:
            pytest.fail("not matched")


def test_the_repr_shows_the_fields():
    (event,) = parse(b"id: 1\ndata: a'b\n\n")
    assert repr(event) == "ServerSentEvent(\"a'b\", type='message', id='1', retry=None, comments=())"


# Any bytes in any split

GRAMMAR = [
    *(b"data", b"event", b"id", b"retry", b":", b": ", b"\n", b"\r", b"\r\n", b"\n\n", b"12", b"x", b"\0"),
    *(
        b"data: a\n\n",
        b"id: 1\n",
        b":c\n",
        BOM,
        b"\xef\xbb",
        b"\xff",
        "好".encode(),
        b"\xe5\xa5",
        b"\xc2\x85",
    ),
]
streams = st.lists(st.sampled_from(GRAMMAR) | st.binary(max_size=4), max_size=40).map(b"".join)


@st.composite
def split_streams(draw):
    stream = draw(streams)
    cuts = sorted(draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    return [stream[begin:end] for begin, end in pairwise([0, *cuts, len(stream)])]


@given(split_streams())
@example([b"\xef", b"\xbb", b"\xbf\r", b"\n", b"\r", b"data: x\r", b"\n\r", b"\n"])
def test_any_split_of_any_bytes_gives_what_the_standard_says(reads):
    expected = event_stream.read(b"".join(reads))
    parser = SSEParser()
    events = [event for read in reads for event in parser.feed(read)]
    assert parser.close() == []
    fields = ("type", "data", "id", "retry", "comments", "index", "offset")
    assert [[getattr(event, name) for name in fields] for event in events] == [
        [getattr(event, name) for name in fields] for event in expected.events
    ]
    assert parser.last_event_id == expected.last_event_id
    assert parser.reconnection_time == expected.reconnection_time
    assert parser.unfinished_data == expected.unfinished_data


@given(split_streams(), st.integers(1, 30), st.integers(1, 30))
def test_a_limit_is_the_only_error_and_loses_nothing_before_it(reads, line, event):
    parser = SSEParser(max_line_bytes=line, max_event_bytes=event)
    kept, errors = [], []
    for read in reads:
        try:
            kept += parser.feed(read)
        except LimitExceeded as error:
            errors.append(error)
            kept += error.events
    assert all(error.seen > error.limit and error.limit in (line, event) for error in errors)
    expected = [(each.type, each.data) for each in event_stream.read(b"".join(reads)).events]
    found = [(each.type, each.data) for each in kept]
    assert found == expected[: len(found)]
    assert errors or found == expected


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_bytes_like_object_is_fed(kind):
    assert [event.data for event in SSEParser().feed(kind(b"data: a\n\n"))] == ["a"]


def test_text_is_refused():
    with pytest.raises(TypeError):
        SSEParser().feed("data: a\n\n")


# Limits


def test_the_limits_by_default_are_far_above_what_services_send():
    assert MAX_LINE_BYTES == MAX_EVENT_BYTES == 64 << 20


def test_a_limit_says_what_it_is_and_what_to_do():
    parser = SSEParser(max_line_bytes=11)
    with pytest.raises(LimitExceeded) as caught:
        parser.feed(b"data: 12345\r\n\r\nid: 123456789\n\n")
    error = caught.value
    assert isinstance(error, OmniStreamError)
    assert (error.limit, error.seen) == (11, 13)
    assert error.events == [ServerSentEvent("12345")]
    assert "line" in str(error)
    assert "max_line_bytes" in str(error)


def test_an_event_is_limited_over_its_lines():
    parser = SSEParser(max_event_bytes=5)
    assert len(parser.feed(b"data: 12\ndata: 34\n\n")) == 1
    with pytest.raises(LimitExceeded, match="max_event_bytes") as caught:
        parser.feed(b"event: x\ndata: 12\ndata: 34\n\n")
    assert (caught.value.limit, caught.value.seen) == (5, 6)


def test_a_limit_is_noticed_before_the_line_ends():
    parser = SSEParser(max_line_bytes=100)
    parser.feed(b"data: " + b"x" * 94)
    with pytest.raises(LimitExceeded) as caught:
        parser.feed(b"x")
    assert caught.value.seen == 101


def test_after_a_limit_every_feed_raises_and_has_no_events():
    parser = SSEParser(max_line_bytes=10)
    for read in (b"data: a\n\ndata: 12345", b"data: a\n\n", b""):
        with pytest.raises(LimitExceeded) as caught:
            parser.feed(read)
    assert caught.value.events == []


def test_comments_and_unknown_fields_have_no_limit():
    parser = SSEParser(max_line_bytes=10, max_event_bytes=10)
    long = b"x" * 1000
    events = parser.feed(b":" + long + b"\nfoo: " + long + b"\n" + long + b"\ndata: a\n\n")
    assert [event.data for event in events] == ["a"]


@pytest.mark.parametrize("limits", [{"max_line_bytes": 0}, {"max_event_bytes": -1}])
def test_a_limit_below_one_is_refused(limits):
    with pytest.raises(UsageError, match="at least 1"):
        SSEParser(**limits)


# Bounds: memory, time, the interpreter's lock


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="/proc says how much memory is in use")


@needs_proc
@pytest.mark.parametrize("start", [b":", b"unknown: ", b"no colon at all "])
def test_what_is_dropped_is_dropped_as_it_streams(start):
    parser = SSEParser()
    parser.feed(start)
    read = b"x" * (1 << 20)
    parser.feed(read)
    before = resident_bytes()
    for _ in range(100):
        parser.feed(read)
    assert resident_bytes() - before < 8 << 20


@needs_proc
def test_a_long_id_is_kept_once_however_many_events_it_stands_for():
    parser = SSEParser()
    parser.feed(b"id: " + b"x" * (1 << 20) + b"\n\n")
    before = resident_bytes()
    events = parser.feed(b"data:\n\n" * 2_000)
    assert len({id(event.id) for event in events}) == 1
    assert resident_bytes() - before < 16 << 20


def processor_seconds(reads: list[bytes]) -> float:
    """The least of three runs, so that other work on the machine does not count."""
    seconds = []
    for _ in range(3):
        parser = SSEParser()
        began = time.process_time()
        events = [event for read in reads for event in parser.feed(read)]
        seconds.append(time.process_time() - began)
        assert len(events) == 1
    return min(seconds)


def test_one_huge_event_in_small_reads_costs_at_most_three_times_one_read():
    stream = b"data: " + b"x" * (16 << 20) + b"\n\n"
    small = [stream[at : at + 1400] for at in range(0, len(stream), 1400)]
    assert processor_seconds(small) <= 3 * processor_seconds([stream])


@pytest.mark.parametrize("line", [b"data: x\n", b"data\n", b"id: x\n", b"event: x\n", b":\n", b"a: b\n"])
def test_a_block_of_many_lines_takes_linear_time(line):
    # Were each line to look at those before it, eight times the lines would take 64 times as long.
    short, long = 20_000, 160_000
    blocks = [[line * count + b"data: a\n\n"] for count in (short, long)]
    assert processor_seconds(blocks[1]) < 24 * processor_seconds(blocks[0])


def others_run_while(feed) -> bool:
    """Whether another thread gets to run during `feed`, which it does only if the lock is given up."""
    interval = sys.getswitchinterval()
    gate, ran = threading.Lock(), []
    gate.acquire()
    thread = threading.Thread(target=lambda: gate.acquire() and ran.append(True))
    sys.setswitchinterval(60)  # so that no thread is made to give up the lock
    try:
        thread.start()  # it runs until it waits at the gate
        gate.release()
        feed()
        return bool(ran)
    finally:
        sys.setswitchinterval(interval)
        thread.join()


def test_other_threads_run_during_a_long_read_and_only_then():
    long, short = b"data: " + b"x" * (32 << 20), b"data: a\n\n"
    assert any(others_run_while(lambda: SSEParser().feed(long)) for _ in range(20))
    assert not others_run_while(lambda: SSEParser().feed(short))
