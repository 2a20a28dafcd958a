import random

import pytest

import omni_stream as omni
from omni_stream.bench import compare, read_condition

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
    for difference in compare(one, one, ["ttfa.p95", "c100", "stall_s(jitter_buffer).mean"]):
        assert difference.change == 0
        assert difference.interval == (0, 0)
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


@pytest.mark.parametrize(
    ("condition", "is_broken"),
    [
        ("ttfa.p50>+10%", True),
        ("ttfa.p50>+30%", False),
        ("ttfa.p50 > 0.05", True),
        ("ttfa.p50>+0.5", False),
        ("ttfa.p50<-10%", False),
        ("c100<-0.02", False),
        ("ttfa.p99>+1000%", True),  # there are too few requests to tell: that is no pass
        ("underrun.max>+5%", False),
    ],
)
def test_a_condition_is_broken_by_a_change_or_by_one_that_cannot_be_told(
    reply, results_of, condition, is_broken
):
    read = read_condition(condition)
    runs = run_of(reply, results_of), run_of(reply, results_of, slower=1.2, seed=1)
    [difference] = compare(*runs, [read.figure])
    assert read.is_broken_by(difference) is is_broken


@pytest.mark.parametrize(
    "text", ["", "ttfa", "ttfa.p95", "ttfa.p95>", "ttfa>10%", "x.p95>1", "ttfa.p95>=1", "c70<1"]
)
def test_other_text_is_refused(text):
    with pytest.raises(omni.UsageError):
        read_condition(text)


def test_runs_of_other_loads_cannot_be_compared(reply, results_of):
    with pytest.raises(omni.UsageError, match="no load in common"):
        compare(results_of([reply(load=1)]), results_of([reply(load=2)]))
