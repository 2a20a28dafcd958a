"""A jitter buffer in virtual time: what it plays of what came, whatever the times and the blocks."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playout.arriving import FAMILIES, incoming
from playout.as_played import as_played
from playout.listening import played, spoken, voice

import omni_stream as omni

RATE = 24_000
AS_IT_IS = {"least_speed": 1.0, "hold_s": 0.0, "skips_lead": False}
SOUND = voice(60, 1)


def drained(buffer, since=0.0, block=240):
    """What it plays until nothing is left."""
    blocks = [buffer.pull(block, since)]
    while buffer.stats.level_s:
        since += block / RATE
        blocks.append(buffer.pull(block, since))
    blocks.append(buffer.pull(block, since + block / RATE))
    return np.concatenate(blocks)


def whole(samples, block=240, **numbers):
    """What is played of a reply that came at once."""
    buffer = omni.JitterBuffer(RATE, **numbers)
    buffer.push(samples, 0.0)
    buffer.end(0.0)
    return drained(buffer, block=block)


def happened(buffer):
    return [event.happening for event in buffer.events()]


# Conservation


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 800), st.floats(0, 0.3)), max_size=10),
    st.sampled_from([0.005, 0.01, 0.02]),
)
@settings(deadline=None, max_examples=50)
def test_every_sample_is_played_once_in_order_between_fades(calls, fade_s):
    rate = 8_000
    buffer = omni.JitterBuffer(rate, fade_s=fade_s, **AS_IT_IS)
    samples = (np.arange(12_000) % 601 * 40 + 6_000).astype("i2") * np.array([1, -1] * 6_000, "i2")
    pushed, heard, now = 0, [], 0.0
    for push, pull, later in calls:
        now += later
        buffer.push(samples[pushed : pushed + push], now)
        pushed += push
        heard += buffer.pull(pull, now).tolist()
    buffer.end(now)
    while buffer.stats.level_s:
        heard += buffer.pull(80, now).tolist()
    heard += buffer.pull(80, now).tolist()
    assert as_played(heard, samples[:pushed].tolist(), round(fade_s * rate))


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_heard_of_a_reply_is_the_reply_whatever_delays_it(family):
    reply = incoming(family, 3)
    samples = spoken(reply)
    buffer = omni.JitterBuffer(RATE, **AS_IT_IS)
    heard = played(buffer, reply, samples)
    stats = buffer.stats
    assert round(stats.heard_s * RATE) == len(samples)
    silence = round(stats.stalled_s * RATE) + round((stats.started_at or 0) * RATE)
    assert abs(len(heard) - len(samples) - silence) < 0.1 * RATE  # the end may be known 80 ms late
    assert (stats.held_s, stats.stretched_s, stats.skipped_s) == (0, 0, 0)


# Chunks, times and blocks


@given(st.lists(st.integers(1, 4_096), min_size=1, max_size=30))
@settings(deadline=None, max_examples=30)
def test_blocks_of_any_size_are_cut_from_the_same_sound(blocks):
    samples = SOUND[:30_000]
    expected = whole(samples)
    buffer = omni.JitterBuffer(RATE)
    buffer.push(samples, 0.0)
    buffer.end(0.0)
    pulled, now = [], 0.0
    for block in blocks:
        pulled.append(buffer.pull(block, now))
        now += block / RATE
    heard = np.concatenate(pulled)[: len(expected)]
    assert np.array_equal(heard, expected[: len(heard)])


@pytest.mark.parametrize("family", ["even", "cold", "gathered", "lossy"])
def test_a_block_changes_no_decision_by_more_than_itself(family):
    reply = incoming(family, 1)
    samples = spoken(reply)
    started = {}
    for block in (1, 7, 240, 1_000, 4_096):
        buffer = omni.JitterBuffer(RATE)
        pushed, now, chunks = 0, 0.0, list(reply.chunks)
        while buffer.stats.started_at is None:
            while chunks and chunks[0][0] <= now:
                at, seconds = chunks.pop(0)
                size = round(seconds * RATE)
                buffer.push(samples[pushed : pushed + size], at)
                pushed += size
            if not chunks:
                buffer.end(now)
            buffer.pull(block, now)
            now += block / RATE
        started[block] = buffer.stats.started_at
    for block, at in started.items():
        assert abs(at - started[1]) <= block / RATE + 0.005


def test_the_same_calls_give_the_same_sound():
    reply = incoming("shared", 2)
    samples = spoken(reply)
    one, other = (played(omni.JitterBuffer(RATE), reply, samples) for _ in range(2))
    assert np.array_equal(one, other)


def test_a_clock_that_goes_back_stands_still():
    buffer = omni.JitterBuffer(RATE)
    buffer.push(SOUND[:12_000], 5.0)
    buffer.pull(240, 1.0)
    buffer.push(SOUND[12_000:24_000], -3.0)
    buffer.end(0.0)
    drained(buffer, 2.0)
    assert happened(buffer) == ["started", "drained"]
    assert buffer.stats.started_at >= 5.0


@given(st.integers(8_000, 48_000))
@settings(max_examples=10, deadline=None)
def test_any_rate_is_played(rate):
    buffer = omni.JitterBuffer(rate)
    buffer.push(SOUND[:rate], 0.0)
    buffer.end(0.0)
    heard = buffer.pull(rate + 1_000, 0.0)
    inner = slice(rate // 10, rate - rate // 10)
    assert np.array_equal(heard[inner], SOUND[inner])


# Starting


def test_silence_is_not_what_a_reply_begins_with():
    lead = np.zeros(12_000, "i2")
    buffer = omni.JitterBuffer(RATE)
    buffer.push(np.concatenate([lead, SOUND[:24_000]]), 0.0)
    buffer.end(0.0)
    heard = drained(buffer)
    assert np.flatnonzero(heard)[0] < 0.02 * RATE
    assert buffer.stats.skipped_s == pytest.approx(0.49, abs=0.006)
    assert np.array_equal(heard[1_000:20_000], SOUND[1_000 - 240 : 20_000 - 240])


def test_a_reply_waits_until_there_is_enough_or_it_has_ended():
    buffer = omni.JitterBuffer(RATE)
    buffer.push(SOUND[:1_200], 0.0)
    assert not buffer.pull(2_400, 0.0).any()
    assert buffer.stats.level_s == 0.05 < buffer.stats.target_s
    buffer.end(0.1)
    assert buffer.stats.target_s == 0
    assert buffer.pull(2_400, 0.1).any()
    assert happened(buffer) == ["started", "drained"]


def test_nobody_waits_longer_than_the_most():
    buffer = omni.JitterBuffer(RATE, most_wait_s=0.4)
    buffer.push(SOUND[:960], 10.0)
    for tick in range(100):
        buffer.pull(240, 10 + tick / 100)
    assert buffer.stats.started_at == pytest.approx(10.4, abs=0.011)


# Running dry


def test_a_stall_is_a_silence_between_two_fades_and_is_counted():
    buffer = omni.JitterBuffer(RATE, **AS_IT_IS)
    buffer.push(SOUND[:24_000], 0.0)
    first = buffer.pull(36_000, 0.0)
    buffer.push(SOUND[24_000:48_000], 1.5)
    buffer.end(1.5)
    second = drained(buffer, 1.5)
    stats = buffer.stats
    assert (stats.stalls, stats.stalled_s) == (1, pytest.approx(0.5, abs=0.01))
    assert happened(buffer) == ["started", "stalled", "resumed", "drained"]
    assert np.array_equal(first[:23_700], SOUND[:23_700])
    steps = np.abs(np.diff(np.concatenate([first, second[:24_000]]).astype(int)))
    assert steps.max() <= np.abs(np.diff(SOUND[:48_000].astype(int))).max()


def test_an_end_that_is_known_late_is_no_stall():
    buffer = omni.JitterBuffer(RATE)
    buffer.push(SOUND[:24_000], 0.0)
    buffer.pull(30_000, 0.0)
    assert buffer.stats.stalls == 1
    buffer.end(1.25)
    buffer.pull(240, 1.25)
    assert (buffer.stats.stalls, buffer.stats.stalled_s) == (0, 0)
    assert happened(buffer)[-1] == "drained"


def test_a_pause_is_lengthened_rather_than_a_word_torn():
    samples = np.concatenate([SOUND[:24_000], np.zeros(7_200, "i2"), SOUND[:24_000]])
    buffer = omni.JitterBuffer(RATE)
    buffer.push(samples[:33_600], 0.0)
    heard = [buffer.pull(240, tick / 100) for tick in range(150)]
    buffer.push(samples[33_600:], 1.5)
    buffer.end(1.5)
    heard.append(drained(buffer, 1.5))
    stats = buffer.stats
    assert stats.stalls == 0
    assert 0.05 < stats.held_s <= 0.26
    assert happened(buffer) == ["started", "drained"]


# One reply after another


def test_replies_are_played_one_after_the_other():
    buffer = omni.JitterBuffer(RATE)
    buffer.push(SOUND[:12_000], 0.0)
    buffer.begin(0.1)
    buffer.push(SOUND[24_000:36_000], 0.1)
    buffer.end(0.2)
    first = buffer.pull(12_000, 0.2)
    second = buffer.pull(12_240, 0.7)
    assert np.array_equal(first[240:-240], SOUND[240:11_760])
    assert np.array_equal(second[240:11_760], SOUND[24_240:35_760])
    events = buffer.events()
    assert [event.happening for event in events] == ["started", "drained"] * 2
    assert [event.reply for event in events] == [0, 0, 1, 1]


def test_audio_behind_an_end_is_refused_and_nothing_is_lost():
    buffer = omni.JitterBuffer(RATE)
    buffer.push(SOUND[:100], 0.0)
    buffer.end(0.0)
    with pytest.raises(omni.UsageError, match="begin"):
        buffer.push(SOUND[:100], 0.0)
    assert buffer.stats.level_s == 100 / RATE


def test_more_than_may_wait_is_refused():
    buffer = omni.JitterBuffer(RATE, max_backlog_s=1)
    buffer.push(SOUND[:24_000], 0.0)
    with pytest.raises(omni.UsageError, match="max_backlog_s=1 seconds"):
        buffer.push(SOUND[:1], 0.0)
    buffer.pull(240 * 60, 0.0)
    buffer.push(SOUND[:1], 0.1)


# Interrupting


@given(st.integers(0, 40_000), st.integers(1, 700), st.sampled_from([0.005, 0.01, 0.02]))
@settings(deadline=None, max_examples=40)
def test_an_interruption_fades_out_and_says_what_was_heard(frames, block, fade_s):
    samples = SOUND[:30_000]
    buffer = omni.JitterBuffer(RATE, fade_s=fade_s, **AS_IT_IS)
    buffer.push(samples, 0.0)
    buffer.end(0.0)
    before = buffer.pull(frames, 0.0)
    told = buffer.interrupt(frames / RATE)
    assert told == omni.Heard(min(frames, 30_000) / RATE)
    after = np.concatenate([buffer.pull(block, frames / RATE) for _ in range(1 + 600 // block)])
    assert not after[round(fade_s * RATE) :].any()
    assert np.abs(after).max(initial=0) <= np.abs(samples.astype(int)).max()
    steps = np.abs(np.diff(np.concatenate([[0], before, after]).astype(int)))
    assert steps.max(initial=0) <= np.abs(np.diff(SOUND.astype(int))).max()
    assert buffer.stats.level_s == 0
    assert buffer.interrupt(9.0) == omni.Heard(0.0)


def test_what_comes_late_of_an_interrupted_reply_is_dropped_until_the_next_begins():
    buffer = omni.JitterBuffer(RATE)
    buffer.push(SOUND[:24_000], 0.0)
    buffer.pull(12_000, 0.0)
    buffer.interrupt(0.5)
    buffer.push(SOUND[24_000:48_000], 0.6)
    buffer.end(0.7)
    assert buffer.stats.dropped_s == pytest.approx(1.5, abs=0.05)  # speech may be slowed down
    assert not buffer.pull(24_000, 0.7)[480:].any()
    buffer.begin(2.0)
    buffer.push(SOUND[:12_000], 2.0)
    buffer.end(2.0)
    assert np.array_equal(drained(buffer, 2.0)[240:11_760], SOUND[240:11_760])


def test_what_waits_is_not_heard():
    buffer = omni.JitterBuffer(RATE)
    assert buffer.interrupt(0.0) == omni.Heard(0.0)
    buffer.begin(0.0)
    buffer.push(np.zeros(2_400, "i2"), 0.0)
    buffer.pull(2_400, 0.0)
    assert buffer.interrupt(0.1) == omni.Heard(0.0)


@given(st.lists(st.integers(1, 2_000), max_size=30))
@settings(deadline=None, max_examples=20)
def test_what_was_heard_never_becomes_less(blocks):
    buffer = omni.JitterBuffer(RATE, expected_delay_s=3.0, most_wait_s=0.1)
    buffer.push(SOUND[:48_000], 0.0)
    now, heard = 0.0, []
    for block in blocks:
        buffer.pull(block, now)
        now += block / RATE
        heard.append(buffer.stats.heard_s)
    assert all(one <= other for one, other in pairwise(heard))


# Usage


@pytest.mark.parametrize(
    "numbers",
    [
        {"least_speed": 0.8}, {"least_speed": 1.1}, {"hold_s": -1}, {"hold_s": math.nan}, {"fade_s": 0},
        {"fade_s": "1"}, {"most_wait_s": math.inf}, {"stall_cost": -0.1}, {"stall_second_cost": True},
        {"expected_delay_s": 0}, {"memory_s": 0}, {"max_backlog_s": 1e9},
    ],
)  # fmt: skip
def test_a_number_out_of_its_range_is_named_with_the_range(numbers):
    (name,) = numbers
    with pytest.raises(omni.UsageError, match=rf"{name} is from [\d.]+ to [\d.]+, as .*, and not "):
        omni.JitterBuffer(RATE, **numbers)


@pytest.mark.parametrize("rate", [0, 7_999, 192_001, 24_000.0, True, "24000"])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(omni.UsageError, match=r"8,000 to 192,000 Hz"):
        omni.JitterBuffer(rate)


@pytest.mark.parametrize(
    "samples",
    [[1, 2], b"ab", np.zeros(3, "f4"), np.zeros(3, ">i2"), np.zeros((3, 1), "i2"), np.int16(1)],
)
def test_samples_of_another_kind_are_refused(samples):
    with pytest.raises(omni.UsageError, match=r"int16 of shape \(n,\)"):
        omni.JitterBuffer(RATE).push(samples, 0.0)


def test_any_array_of_the_kind_is_taken():
    buffer = omni.JitterBuffer(RATE)
    buffer.push(SOUND[: 2 * 24_000 : 2], 0.0)
    buffer.end(0.0)
    assert np.array_equal(drained(buffer)[240:23_000], SOUND[: 2 * 24_000 : 2][240:23_000])


@pytest.mark.parametrize("now", [math.nan, math.inf, None, "1"])
def test_a_time_is_a_number(now):
    buffer = omni.JitterBuffer(RATE)
    for call in (buffer.end, buffer.begin, buffer.interrupt, lambda now: buffer.pull(1, now)):
        with pytest.raises(omni.UsageError, match="now is seconds"):
            call(now)


@pytest.mark.parametrize("n", [-1, 1.5, None])
def test_blocks_are_whole_and_not_negative(n):
    with pytest.raises(omni.UsageError, match="whole number of samples"):
        omni.JitterBuffer(RATE).pull(n, 0.0)
