import random

import pytest

import omni_stream as omni
from omni_stream.bench import compare, read_condition


@pytest.fixture
def run_of(reply, results_of):
    """Makes a run of so many requests, as much slower, some of which failed."""

    def make(*, slower=1.0, seed=0, count=240, failed=0, spread=0.02):
        chance = random.Random(seed)
        return results_of(
            [
                reply(index, error="ServerError" if index < failed else None, ttfa=ttfa)
                for index in range(count)
                if (ttfa := (0.2 + chance.uniform(0, spread)) * slower)
            ]
        )

    return make


def verdict(condition, before, after):
    read = read_condition(condition)
    [difference] = compare(before, after, [read.figure])
    return read.judge(difference)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("ttfa.p50>+10%", "broken"),
        ("ttfa.p50>+30%", "kept"),
        ("ttfa.p50 > 0.02", "broken"),
        ("ttfa.p50>+0.5", "kept"),
        ("ttfa.p50<-10%", "kept"),
        ("ttfa.p50>-5%", "broken"),  # it was to become quicker
        ("c100<-0.02", "kept"),
        ("failed>0", "kept"),
        ("underrun.max>+5%", "kept"),
        ("ttfa.p99>+1000%", "unknown"),  # there are too few requests to tell
    ],
)
def test_a_change_is_judged_by_all_of_its_interval(run_of, condition, told):
    assert verdict(condition, run_of(), run_of(slower=1.2, seed=1)) == told


def test_a_limit_within_the_interval_leaves_it_open(run_of):
    before, after = run_of(spread=0.4, count=40), run_of(spread=0.4, count=40, seed=2, slower=1.15)
    assert verdict("ttfa.p50>+10%", before, after) == "unsure"
    assert verdict("ttfa.p50<+10%", before, after) == "unsure"


def test_luck_seldom_breaks_a_condition(run_of):
    told = [
        verdict("ttfa.p50>+0%", run_of(seed=2 * number, count=60), run_of(seed=2 * number + 1, count=60))
        for number in range(30)
    ]
    assert told.count("broken") <= 3  # 2.5 % of them are to be expected


def test_what_one_side_cannot_tell_is_no_pass(run_of):
    few, many = run_of(count=10), run_of()
    for before, after in ((few, many), (many, few)):
        assert verdict("ttfa.p50>+1000%", before, after) == "unknown"
        assert verdict("ttfa.p50<-1000%", before, after) == "unknown"
    nothing = run_of(failed=240)
    for condition in ("ttfa.p50>+1000%", "c100<-1"):
        assert verdict(condition, many, nothing) == "unknown"


def test_more_failures_are_a_change_of_their_own(run_of):
    assert verdict("failed>0", run_of(), run_of(failed=24)) == "broken"
    assert verdict("failed>0", run_of(), run_of(failed=1)) == "unsure"
    assert verdict("failed>0.2", run_of(), run_of(failed=24)) == "kept"
    assert verdict("failed>0", run_of(failed=24), run_of(failed=24)) == "kept"


@pytest.mark.parametrize(
    "text", ["", "ttfa", "ttfa.p95", "ttfa.p95>", "ttfa>10%", "x.p95>1", "ttfa.p95>=1", "c70<1"]
)
def test_other_text_is_refused(text):
    with pytest.raises(omni.UsageError):
        read_condition(text)
