import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.bench import AudioEvent, Case, Observed, measure
from omni_stream.bench.continuity import Stalls
from omni_stream.bench.metrics import SHARES

LOUD, QUIET = "s", "!"
REPLY = Observed(
    index=0,
    case=Case("Hello!"),
    load=1,
    due=10.0,
    sent=10.5,
    connect=0.0,
    request_sent=10.6,
    first_byte=11.0,
    first_text=11.1,
    audio=(AudioEvent(11.5, 0.5), AudioEvent(12.2, 0.5), AudioEvent(12.5, 1.0)),
    levels=QUIET * 30 + LOUD * 170,
    end=12.6,
)


def test_a_closed_loop_is_timed_from_the_actual_send():
    told = measure(REPLY)
    assert told.queue == 0.5
    assert told.connect == 0.0
    assert told.send_late is None
    assert (told.ttfb, told.ttft, told.ttfa) == pytest.approx((0.5, 0.6, 1.0))
    assert told.ttfs == pytest.approx(1.3)
    assert told.underrun == pytest.approx(0.2)
    assert told.playable_from == pytest.approx(1.2)
    assert told.rtf == pytest.approx(2.0 / 2.0)
    assert told.rtf_stream == pytest.approx(1.0 / 1.5)
    assert told.gap == pytest.approx((0.7, 0.3))
    assert told.gap_ratio == pytest.approx((1.4, 0.6))
    assert told.jitter == pytest.approx((0.2 / 16) + (0.2 - 0.2 / 16) / 16)


def test_an_open_loop_is_timed_from_the_intended_send_so_that_no_stall_of_ours_is_left_out():
    closed, told = measure(REPLY), measure(replace(REPLY, is_open=True, late=0.001))
    assert told.send_late == 0.001
    for name in ("ttfb", "ttft", "ttfa", "ttfs", "playable_from"):
        assert getattr(told, name) == pytest.approx(getattr(closed, name) + 0.5)
    assert told.rtf == pytest.approx(2.5 / 2.0)
    assert (told.underrun, told.rtf_stream) == (closed.underrun, closed.rtf_stream)


def test_a_first_sound_that_comes_late_is_heard_when_it_comes():
    late = replace(REPLY, levels=QUIET * 60 + LOUD * 140)
    assert measure(late).ttfs == pytest.approx(12.2 + 0.1 - 10.5)


def test_players_stall_less_with_more_in_hand():
    stalls = measure(REPLY).stalls
    assert stalls["0"] == Stalls(1, pytest.approx(0.2))
    assert list(stalls) == ["0", "0.1", "0.2", "jitter_buffer"]
    assert stalls["jitter_buffer"].seconds < 0.2


@given(
    st.floats(0.01, 2),
    st.floats(0, 3),
    st.lists(st.integers(1, 50), min_size=2, max_size=30),
)
def test_both_real_time_factors_are_those_of_the_schedule(first, factor, lengths):
    """A service that takes `factor` seconds for each second of speech, behind what it took to begin."""
    at, audio = first, []
    for number, length in enumerate(lengths):
        at += factor * length / 100 if number else 0
        audio.append(AudioEvent(at, length / 100))
    told = measure(replace(REPLY, sent=0.0, audio=tuple(audio), levels="", end=at), own_player=False)
    seconds = sum(lengths) / 100
    assert told.rtf_stream == pytest.approx(factor, abs=1e-9)
    assert told.rtf == pytest.approx((first + factor * (seconds - lengths[0] / 100)) / seconds)


@given(st.lists(st.tuples(st.floats(0, 0.6), st.floats(0.02, 0.4)), min_size=2, max_size=30))
def test_shares_of_continuity_grow_with_what_they_allow_and_a_player_never_stalls_from_playable_from_on(
    pieces,
):
    at, audio = 0.5, []
    for gap, seconds in pieces:
        at += gap
        audio.append(AudioEvent(at, seconds))
    told = measure(replace(REPLY, sent=0.0, audio=tuple(audio), levels="", end=at), own_player=False)
    passed = [told.underrun <= limit for limit in SHARES.values()]
    assert passed == sorted(passed)
    played = told.playable_from
    for event in audio:
        assert event.at <= played + 1e-9
        played += event.seconds
    assert told.stalls["0"].seconds == pytest.approx(told.underrun, abs=1e-4)


def test_our_own_player_need_not_be_run():
    stalls = measure(REPLY, own_player=False).stalls
    assert stalls["jitter_buffer"] is None
    assert stalls["0.2"] == measure(REPLY).stalls["0.2"]


def test_one_audio_event_has_no_continuity_and_is_no_pass():
    told = measure(replace(REPLY, audio=REPLY.audio[:1], levels=LOUD * 50))
    assert told.ttfa == told.ttfs == 1.0
    assert told.rtf == 2.0
    assert told.underrun is told.playable_from is told.rtf_stream is told.jitter is None
    assert set(told.stalls.values()) == {None}
    assert dict(told.values())["underrun"] == ()


def test_a_reply_in_text_has_text_alone():
    told = measure(replace(REPLY, audio=(), levels=""))
    assert told.ttft == pytest.approx(0.6)
    assert told.ttfa is told.ttfs is told.rtf is told.underrun is None


def test_a_request_that_failed_has_no_figures_of_a_reply():
    told = dict(measure(replace(REPLY, error="StreamTruncated")).values())
    assert {name for name, values in told.items() if values} == {"queue", "connect"}


def test_our_jitter_buffer_bridges_a_gap_that_it_has_seen_before():
    gaps = [0.3 if number in {5, 10, 15, 20} else 0.05 for number in range(40)]
    at = 0.0
    events = []
    for gap in gaps:
        at += gap
        events.append(AudioEvent(at, 0.1))
    stalls = measure(replace(REPLY, sent=0.0, audio=tuple(events), levels="", end=at)).stalls
    assert stalls["jitter_buffer"].count <= stalls["0"].count
    assert not math.isnan(stalls["jitter_buffer"].seconds)
