import math
import random

import pytest

import omni_stream as omni
from omni_stream.bench import compare

PROMPTS = [f"Prompt {number}" for number in range(8)]


def run_of(reply, results_of, *, slower=1.0, seed=0, count=240, prompts=PROMPTS):
    chance = random.Random(seed)
    return results_of(
        [
            reply(
                index,
                prompt=prompts[index % len(prompts)],
                ttfa=(0.1 + 0.1 * (index % len(prompts)) + chance.uniform(0, 0.02)) * slower,
            )
            for index in range(count)
        ]
    )


def test_a_run_does_not_differ_from_itself(reply, results_of):
    one = run_of(reply, results_of)
    for difference in compare(one, one, ["ttfa.p95", "c100", "stall_s(jitter_buffer).mean", "failed"]):
        assert difference.change == 0
        assert difference.interval == difference.relative_interval == (0, 0)
        assert difference.pairs == 240


def test_what_prompts_differ_by_does_not_count_where_requests_pair_up(reply, results_of):
    before, after = run_of(reply, results_of), run_of(reply, results_of, slower=1.2, seed=1)
    others = run_of(reply, results_of, slower=1.2, seed=1, prompts=[f"Other {n}" for n in range(8)])
    [paired] = compare(before, after, ["ttfa.mean"])
    [unpaired] = compare(before, others, ["ttfa.mean"])
    assert (paired.pairs, unpaired.pairs) == (240, 0)
    assert paired.relative == pytest.approx(0.2, abs=0.01)
    low, high = paired.interval
    assert 0 < low < paired.change < high
    assert high - low < (unpaired.interval[1] - unpaired.interval[0]) / 2


def test_draws_are_repeated_by_their_seed(reply, results_of):
    runs = run_of(reply, results_of), run_of(reply, results_of, slower=1.1, seed=1)
    first, again, other = (compare(*runs, ["ttfa.p50"], seed=seed)[0].interval for seed in (3, 3, 4))
    assert first == again != other


def test_a_load_that_one_run_lacks_is_told_and_not_left_out(reply, results_of):
    both = results_of([reply(index, load=load) for load in (1, 2) for index in range(30)])
    one = results_of([reply(index, load=1) for index in range(30)])
    for runs, missing in (((both, one), "after"), ((one, both), "before")):
        known, unknown = compare(*runs, ["ttfa.p50"])
        assert (known.load, known.change) == (1, 0)
        assert unknown.load == 2
        assert getattr(unknown, missing) is unknown.change is unknown.interval is None


def test_an_interval_is_told_even_if_some_draws_have_too_few_for_a_run(reply, results_of):
    requests = [reply(index, ttfa=0.2 + index / 1_000) for index in range(200)]
    failed = reply(200, error="ServerError", audio=())
    [difference] = compare(results_of([*requests, failed]), results_of([*requests, failed]), ["ttfa.p95"])
    assert difference.before == pytest.approx(0.389)
    assert difference.interval == (0, 0)


def test_a_change_from_nothing_is_infinite(reply, results_of):
    none = results_of([reply(index) for index in range(40)])
    some = results_of([reply(index, gap=0.2) for index in range(40)])
    [difference] = compare(none, some, ["underrun.p50"])
    assert difference.change == pytest.approx(0.4)
    assert difference.relative_interval == (math.inf, math.inf)
    [difference] = compare(none, none, ["underrun.p50"])
    assert (difference.relative, difference.relative_interval) == (0, (0, 0))


def test_runs_of_other_loads_cannot_be_compared(reply, results_of):
    with pytest.raises(omni.UsageError, match="no load in common"):
        compare(results_of([reply(load=1)]), results_of([reply(load=2)]))
