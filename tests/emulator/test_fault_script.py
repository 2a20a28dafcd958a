import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import omni_stream as omni
from omni_stream.emulator.documented_error import STREAM_SHAPES, documented_errors
from omni_stream.emulator.fault_script import KINDS, Bytes, Fault, Place, Said, Seconds, Status, read_fault


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("stall@2.0s:5", Fault("stall", Place("seconds", 2.0), Seconds(5.0))),
        ("stall", Fault("stall", Place("share", 0.5), Seconds(60.0))),
        ("heartbeats@event7:0.5x3", Fault("heartbeats", Place("event", 7), Seconds(0.5), 3)),
        ("reset@12.5%", Fault("reset", Place("share", 0.125))),
        ("truncatex2", Fault("truncate", Place("share", 0.5), times=2)),
        ("drip", Fault("drip", Place("share", 0.0), Bytes(1))),
        ("drip@1s:7", Fault("drip", Place("seconds", 1.0), Bytes(7))),
        ("status:500x2", Fault("status", None, Status(500), 2)),
        ("status:429/600", Fault("status", None, Status(429, 600))),
        ("error:Arrearage", Fault("error", None, Said("Arrearage", "json"))),
        ("error:Arrearage/sse", Fault("error", None, Said("Arrearage", "sse"))),
        ("error:Throttling/flat", Fault("error", Place("share", 0.5), Said("Throttling", "flat"))),
        ("error@1s:InternalError", Fault("error", Place("seconds", 1.0), Said("InternalError", "object"))),
        ("slow-headers:2", Fault("slow-headers", None, Seconds(2.0))),
        ("no-done", Fault("no-done")),
        ("after-done:3", Fault("after-done", None, Seconds(3.0))),
    ],
)
def test_a_script_is_its_value(script, fault):
    assert read_fault(script) == fault


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        ("", "KIND is one of stall, heartbeats"),
        ("stal", "KIND is one of"),
        ("Stall", "KIND is one of"),
        ("stall@", "WHEN is seconds"),
        ("stall@2", "WHEN is seconds"),
        ("stall@101%", "WHEN is at most"),
        ("stall@3601s", "WHEN is at most"),
        ("stall@event 3", "WHEN is seconds"),
        ("stall:", "number of seconds up to 3600"),
        ("stall:-1", "number of seconds"),
        ("stall:nan", "number of seconds"),
        ("stall:3601", "number of seconds"),
        ("drip:0", "bytes of a write, 1 to"),
        ("drip:1.5", "bytes of a write"),
        ("resetx0", "TIMES is the number of requests"),
        ("reset:5", "reset takes no ARGUMENT"),
        ("no-done@1s", "takes no WHEN"),
        ("status", "400 to 599"),
        ("status:200", "400 to 599"),
        ("status@1s:500", "takes no WHEN"),
        ("error", "documented code"),
        ("error:Throttlin", "such as Throttling"),
        ("error:Throttling/xml", "SHAPE of error:CODE/SHAPE"),
        ("error@1s:Throttling/json", "one of object, string, event, flat here"),
    ],
)
def test_what_is_no_script_is_refused_by_its_rule(script, rule):
    with pytest.raises(omni.UsageError, match=rule) as refused:
        read_fault(script)
    assert "KIND[@WHEN][:ARGUMENT][xTIMES]" in str(refused.value)


whole = st.integers(1, 1_000_000)
places = st.one_of(
    st.integers(0, 3_600).map(lambda n: (f"@{n}s", Place("seconds", n))),
    whole.map(lambda n: (f"@event{n}", Place("event", n))),
    st.integers(0, 100).map(lambda n: (f"@{n}%", Place("share", n / 100))),
)
seconds = st.integers(0, 3_600).map(lambda n: (f":{n}", Seconds(n)))
errors = st.tuples(st.sampled_from(sorted(documented_errors())), st.sampled_from(STREAM_SHAPES)).map(
    lambda error: (f":{'/'.join(error)}", Said(*error))
)
nothing = st.just(("", None))
placed = {
    **dict.fromkeys(["stall", "heartbeats"], seconds),
    **dict.fromkeys(
        ["reset", "truncate", "early-end", "wrong-length", "bad-json", "bad-base64", "odd-byte"], nothing
    ),
    "drip": whole.map(lambda n: (f":{n}", Bytes(n))),
    "error": errors,
}
times = st.one_of(nothing, whole.map(lambda n: (f"x{n}", n)))


@given(st.data())
def test_every_script_of_the_grammar_is_read_as_it_was_written(data):
    kind = data.draw(st.sampled_from(sorted(placed)))
    when, place = data.draw(places)
    argument, value = data.draw(placed[kind])
    hits, count = data.draw(times)
    assert read_fault(f"{kind}{when}{argument}{hits}") == Fault(kind, place, value, count)


nearly = st.tuples(st.sampled_from(KINDS), st.text(alphabet="@:x/%s.0123event")).map("".join)


@given(st.one_of(st.text(), nearly))
def test_any_text_is_a_script_or_a_usage_error(text):
    with contextlib.suppress(omni.UsageError):
        assert read_fault(text).kind in KINDS
