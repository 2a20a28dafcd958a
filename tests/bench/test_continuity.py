import pytest
from bench_playing import arrivals, heard_at, pausing, plays_through
from hypothesis import given
from hypothesis import strategies as st

from omni_stream.bench.continuity import (
    Stalls,
    gap_ratios,
    gaps,
    jitter,
    pausing_player,
    played_at,
    underrun,
)
from omni_stream.bench.observed import AudioEvent

TICK = 0.01
replies = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 8)), min_size=2, max_size=12).map(arrivals)


def audio(events):
    return [AudioEvent(at * TICK, length * TICK) for at, length in events]


def ticks(seconds):
    return round(seconds / TICK, 3)


@given(replies)
def test_the_underrun_is_all_the_silence_of_a_player_without_buffer(events):
    stalls = pausing_player(audio(events), buffer=0, ended=events[-1][0] * TICK)
    assert ticks(stalls.seconds) == ticks(underrun(audio(events)))
    assert (stalls.count, ticks(stalls.seconds)) == pausing(events, buffer=0, ended=events[-1][0])


@given(replies)
def test_the_underrun_is_the_least_wait_with_which_nothing_stalls(events):
    least = ticks(underrun(audio(events)))
    assert plays_through(events, wait=int(least))
    assert not least or not plays_through(events, wait=int(least) - 1)


@given(replies, st.integers(0, 20), st.integers(0, 5))
def test_a_pausing_player_stalls_as_one_that_looks_at_every_tick(events, buffer, linger):
    ended = events[-1][0] + linger
    stalls = pausing_player(audio(events), buffer=buffer * TICK, ended=ended * TICK)
    assert (stalls.count, ticks(stalls.seconds)) == pausing(events, buffer=buffer, ended=ended)


@given(replies, st.data())
def test_a_sound_is_heard_when_a_player_without_buffer_gets_there(events, data):
    position = data.draw(st.integers(0, sum(length for _, length in events) - 1))
    told = played_at(audio(events), position * TICK)
    assert ticks(told) == heard_at(events, position)


@given(replies, st.floats(0, 1e6))
def test_only_differences_of_time_count(events, later):
    moved = [AudioEvent(event.at + later, event.seconds) for event in audio(events)]
    assert underrun(moved) == pytest.approx(underrun(audio(events)), abs=1e-6)
    assert jitter(moved) == pytest.approx(jitter(audio(events)), abs=1e-6)


def test_one_event_has_no_continuity():
    for events in ([], [AudioEvent(1.0, 0.5)]):
        assert underrun(events) is None
        assert jitter(events) is None
        assert pausing_player(events, buffer=0.1, ended=2) is None
        assert gaps(events) == gap_ratios(events) == []


def test_a_stall_is_counted_and_timed():
    events = [AudioEvent(1.0, 0.1), AudioEvent(1.05, 0.1), AudioEvent(1.7, 0.1), AudioEvent(2.0, 0.1)]
    assert underrun(events) == pytest.approx(0.7)
    nothing_in_hand = pausing_player(events, buffer=0, ended=2.1)
    assert (nothing_in_hand.count, nothing_in_hand.seconds) == (2, pytest.approx(0.7))
    in_hand = pausing_player(events, buffer=0.2, ended=2.1)  # from 1.05 to 1.25, and again from 2.0
    assert (in_hand.count, in_hand.seconds) == (1, pytest.approx(0.75))
    assert gaps(events) == pytest.approx([0.05, 0.65, 0.3])
    assert gap_ratios(events) == pytest.approx([0.5, 6.5, 3.0])


def test_a_reply_shorter_than_the_buffer_is_played_once_it_has_ended():
    assert pausing_player([AudioEvent(0, 0.1), AudioEvent(0.5, 0.1)], buffer=1, ended=0.6) == Stalls(0, 0.0)


def test_a_steady_reply_has_no_jitter_and_one_late_piece_counts_a_sixteenth():
    steady = [AudioEvent(0.1 * number, 0.1) for number in range(20)]
    assert jitter(steady) == pytest.approx(0)
    assert jitter([*steady, AudioEvent(2.0 + 0.16, 0.1)]) == pytest.approx(0.01)


def test_nothing_is_played_behind_the_end():
    assert played_at([AudioEvent(1.0, 0.5)], 0.5) is None
    assert played_at([AudioEvent(1.0, 0.5)], 0.25) == 1.25
