import base64
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.emulator.fault_injection import AFTER_DONE, HEARTBEAT, Injection
from omni_stream.emulator.fault_script import KINDS, read_fault
from omni_stream.emulator.refusal import Refusal
from omni_stream.emulator.stream import End, Pause, Stream, StreamEvent, Write

DONE = b"data: [DONE]\n\n"
PCM = bytes(range(60))


def event(index):
    encoded = base64.b64encode(PCM[6 * index : 6 * index + 6])
    return StreamEvent(index / 2, b'data: {"audio":"%s"}\n\n' % encoded, float(index + 1), encoded)


def reply(**options):
    events = [StreamEvent(0.0, b'data: {"text":"hi"}\n\n'), *map(event, range(10))]
    return Stream([*events, StreamEvent(5.0, DONE, 10.0, ends=True)], 10.0, **options)


def steps(*scripts, **options):
    faults = [read_fault(script) for script in scripts]
    return list(Injection(faults, reply(**options), request_id="r").steps())


def written(taken):
    return b"".join(step.content for step in taken if isinstance(step, Write))


def audio(taken):
    events = written(taken).decode().split("\n\n")
    return [base64.b64decode(text.split('"')[3]) for text in events if '"audio"' in text]


WHOLE = written(steps())


def test_without_a_fault_the_reply_is_as_it_was():
    assert [step.due for step in steps()[:-1]] == [event.due for event in reply().events]
    assert b"".join(event.content for event in reply().events) == WHOLE
    assert steps()[-1] is End.WHOLE


@pytest.mark.parametrize(
    ("when", "events_before"),
    [
        ("@0s", 0),
        ("@event0", 0),
        ("@event3", 3),
        ("@2s", 2),
        ("@2.5s", 3),
        ("@50%", 5),
        ("@100%", 10),
        ("", 5),
    ],
)
def test_a_fault_comes_before_the_event_at_its_place(when, events_before):
    taken = steps(f"stall{when}:7")
    assert taken.index(Pause(7.0)) == events_before
    assert written(taken) == WHOLE


@pytest.mark.parametrize("when", ["@11s", "@3600s", "@event12"])
def test_a_place_behind_the_end_is_the_end(when):
    assert 10 <= steps(f"stall{when}:7").index(Pause(7.0)) <= 11


@pytest.mark.parametrize(
    ("kind", "end"),
    [("reset", End.RESET), ("truncate", End.CLOSED), ("wrong-length", End.CLOSED), ("early-end", End.WHOLE)],
)
def test_an_end_is_the_last_step(kind, end):
    taken = steps(f"{kind}@2s", "stall@9s")
    assert written(taken) == WHOLE[: len(written(taken))]
    assert len(taken) == 3
    assert taken[-1] is end


def test_heartbeats_are_comments_for_as_long_as_was_said():
    taken = steps("heartbeats@1s:2")
    assert written(taken) == WHOLE.replace(b'data: {"audio"', HEARTBEAT * 20 + b'data: {"audio"', 1)
    assert sum(step.seconds for step in taken if isinstance(step, Pause)) == pytest.approx(2)


def test_a_drip_changes_writes_alone():
    taken = steps("drip@2s:3")
    assert written(taken) == WHOLE
    sizes = [len(step.content) for step in taken if isinstance(step, Write)]
    assert max(sizes[:2]) > 3 >= max(sizes[2:])


def test_an_odd_byte_moves_to_the_next_event():
    chunks = audio(steps("odd-byte@3s"))
    assert [len(chunk) for chunk in chunks] == [6, 6, 5, 7, 6, 6, 6, 6, 6, 6]
    assert b"".join(chunks) == PCM


def test_an_odd_byte_of_the_last_event_is_lost():
    assert b"".join(audio(steps("odd-byte@100%"))) == PCM[:-1]


def test_bad_json_and_bad_base64_spoil_one_event():
    broken = written(steps("bad-json@2s"))
    assert broken.startswith(WHOLE[:30])
    assert len(broken.split(b"\n\n")) == len(WHOLE.split(b"\n\n"))
    assert broken.endswith(WHOLE[-200:])
    spoiled = written(steps("bad-base64@2s"))
    assert spoiled.count(b"!") == 1
    assert len(spoiled) == len(WHOLE)


def test_an_event_is_spoiled_by_one_fault_and_the_next_by_another():
    assert written(steps("bad-base64@2s", "bad-base64@2s", "odd-byte@2s")).count(b"!") == 2
    chunks = audio(steps("odd-byte@2s", "odd-byte@2s"))
    assert [len(chunk) for chunk in chunks] == [6, 5, 6, 7, 6, 6, 6, 6, 6, 6]
    assert b"".join(chunks) == PCM


def test_the_end_mark_can_be_left_out_or_followed():
    assert written(steps("no-done")) == WHOLE.removesuffix(DONE)
    *others, stray, linger, end = steps("after-done:9")
    assert written(others) == WHOLE
    assert (stray, linger, end) == (Write(AFTER_DONE, 0.0), Pause(9.0), End.WHOLE)


def test_an_error_ends_the_stream():
    taken = steps("error@2s:Throttling/event")
    assert written(taken).endswith(
        b'id:1\nevent:error\n:HTTP_STATUS/429\ndata:{"request_id":"r","code":"Throttling",'
        b'"message":"Requests are being throttled."}\n\n'
    )
    assert taken[-1] is End.WHOLE


def test_a_fault_of_audio_that_finds_none_is_logged(caplog):
    quiet = Stream([StreamEvent(0.0, b"data: {}\n\n"), StreamEvent(0.0, DONE, ends=True)], 0.0)
    list(Injection([read_fault("odd-byte")], quiet, request_id="r").steps())
    assert "the fault odd-byte found no event" in caplog.text
    assert caplog.records[0].levelno == logging.WARNING


def test_a_body_that_is_no_events_cannot_be_spoiled():
    with pytest.raises(Refusal, match="bad-json spoils an event"):
        steps("bad-json", is_events=False)
    assert steps("reset", is_events=False)[-1] is End.RESET


IN_THE_STREAM = [kind for kind in KINDS if kind not in {"status", "slow-headers", "no-done", "after-done"}]


@given(st.lists(st.tuples(st.sampled_from(IN_THE_STREAM), st.integers(0, 100)), max_size=6))
def test_any_faults_together_end_once_and_late_events_never_come_early(faults):
    scripts = [f"{kind}@{share}%{':Throttling/flat' if kind == 'error' else ''}" for kind, share in faults]
    taken = steps(*scripts)
    assert [isinstance(step, End) for step in taken] == [False] * (len(taken) - 1) + [True]
    dues = [step.due for step in taken if isinstance(step, Write)]
    assert dues == sorted(dues)
