"""How good the policy is: what a listener gets of replies that none of its numbers was fitted to."""

from functools import cache
from statistics import fmean

import pytest
from playout.arriving import FAMILIES, incoming
from playout.listening import got, played, spoken

import omni_stream as omni

RATE = 24_000
SEEDS = range(100, 104)
"""The numbers of the policy were fitted to seeds below 100."""

PLAIN = {"least_speed": 1.0, "hold_s": 0.0, "skips_lead": False}
AT_ONCE = {**PLAIN, "most_wait_s": 0.0}


def listened(reply, buffer):
    samples = spoken(reply)
    return got(played(buffer, reply, samples), reply, samples)


@cache
def heard_with(**numbers):
    replies = [incoming(family, seed) for family in FAMILIES for seed in SEEDS]
    return [listened(reply, omni.JitterBuffer(RATE, **numbers)) for reply in replies]


def price(heard):
    return fmean(each.price for each in heard)


def test_a_listener_gets_speech_soon_and_seldom_a_hole_in_it():
    heard = heard_with()
    assert price(heard) < 0.52
    assert fmean(each.stalls == 0 for each in heard) > 0.92
    minutes = sum(each.speech_s for each in heard) / 60
    assert sum(each.stalls for each in heard) / minutes < 0.7


def test_no_speech_is_lost():
    assert sum(each.lost_s for each in heard_with()) == 0
    assert sum(each.lost_s for each in heard_with(**PLAIN)) == 0


def test_it_is_worth_more_than_starting_at_once():
    assert price(heard_with()) < 0.3 * price(heard_with(**AT_ONCE))


def test_pauses_and_speed_are_worth_something():
    assert price(heard_with()) < price(heard_with(**PLAIN))


@pytest.mark.parametrize("family", ["even", "by_sentence", "at_once"])
def test_nobody_waits_long_where_nothing_is_wrong(family):
    replies = [incoming(family, seed) for seed in SEEDS]
    heard = [listened(reply, omni.JitterBuffer(RATE)) for reply in replies]
    assert fmean(each.waited_s for each in heard) < 0.3
    assert sum(each.stalls for each in heard) == 0


def conversation(family, seed, replies, *, learns):
    """What is got of the replies behind the first, from one buffer or from a fresh one each."""
    buffer, since, heard = omni.JitterBuffer(RATE), 0.0, []
    for number in range(replies):
        reply = incoming(family, seed, number)
        samples = spoken(reply)
        if not learns:
            buffer = omni.JitterBuffer(RATE)
        elif number:
            buffer.begin(since)
        sound = played(buffer, reply, samples, since)
        since += len(sound) / RATE + 2
        heard.append(got(sound, reply, samples))
    return heard[1:]


@pytest.mark.parametrize(("family", "share"), [("even", 0.7), ("grouped", 0.85)])
def test_a_server_that_keeps_to_its_ways_is_waited_for_less_from_reply_to_reply(family, share):
    servers = [(family, seed) for seed in range(100, 105)]
    fresh, learnt = (
        [each for server in servers for each in conversation(*server, 5, learns=learns)]
        for learns in (False, True)
    )
    assert fmean(each.waited_s for each in learnt) < share * fmean(each.waited_s for each in fresh)
    assert price(learnt) < share * price(fresh)
    assert sum(each.stalls for each in learnt) == 0


def test_a_server_that_is_late_takes_the_trust_back():
    heard = [conversation("cold", seed, 4, learns=learns) for seed in (100, 101) for learns in (False, True)]
    for fresh, learnt in zip(heard[::2], heard[1::2], strict=True):
        assert price(learnt) < 1.2 * price(fresh) + 0.1


def needed_next(buffer, now):
    """Seconds of a new reply that would be enough to start, once its first piece has come."""
    buffer.begin(now)
    buffer.push(spoken(incoming("even", 100))[: RATE // 10], now)
    return buffer.stats.target_s


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_reply_is_trusted_for_what_was_seen_to_its_end_alone(is_cut):
    buffer, samples = omni.JitterBuffer(RATE), spoken(incoming("even", 100))[:RATE]
    for tick in range(5):
        buffer.push(samples[tick * RATE // 10 :][: RATE // 10], tick / 20)
    if is_cut:
        buffer.interrupt(1.0)
    else:
        buffer.end(1.0)
        buffer.pull(RATE * 2, 1.0)
    fresh, later = needed_next(omni.JitterBuffer(RATE), 0.0), needed_next(buffer, 60.0)
    assert later == pytest.approx(fresh) if is_cut else later < 0.8 * fresh
