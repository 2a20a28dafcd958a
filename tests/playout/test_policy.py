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
    assert price(heard) < 0.6
    assert fmean(each.stalls == 0 for each in heard) > 0.9
    minutes = sum(each.speech_s for each in heard) / 60
    assert sum(each.stalls for each in heard) / minutes < 1


def test_no_speech_is_lost():
    assert sum(each.lost_s for each in heard_with()) == 0
    assert sum(each.lost_s for each in heard_with(**PLAIN)) == 0


def test_it_is_worth_more_than_starting_at_once():
    assert price(heard_with()) < 0.6 * price(heard_with(**AT_ONCE))


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


def test_a_server_that_is_in_time_is_waited_for_less_from_reply_to_reply():
    servers = [("even", seed) for seed in range(100, 106)]
    fresh, learnt = (
        [each for server in servers for each in conversation(*server, 6, learns=learns)]
        for learns in (False, True)
    )
    assert fmean(each.waited_s for each in learnt) < 0.9 * fmean(each.waited_s for each in fresh)
    assert sum(each.stalls for each in learnt) == 0


def test_a_server_that_is_late_takes_the_trust_back():
    heard = [conversation("cold", seed, 4, learns=learns) for seed in (100, 101) for learns in (False, True)]
    for fresh, learnt in zip(heard[::2], heard[1::2], strict=True):
        assert price(learnt) < 1.2 * price(fresh) + 0.1
