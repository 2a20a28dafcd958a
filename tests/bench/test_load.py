from itertools import islice, pairwise

import numpy as np
import pytest

import omni_stream as omni
from omni_stream.bench import Load


def gaps(load, count=20_000):
    return np.array([later - earlier for earlier, later in pairwise(islice(load.due(), count))])


@pytest.mark.parametrize(
    ("arrivals", "variation"), [("poisson", 1.0), ("gamma:1", 1.0), ("gamma:0.25", 2.0), ("gamma:4", 0.5)]
)
def test_arrivals_by_chance_have_their_rate_and_their_burstiness(arrivals, variation):
    between = gaps(Load(rate=5, arrivals=arrivals, seed=3))
    assert between.mean() == pytest.approx(0.2, rel=0.06)
    assert between.std() / between.mean() == pytest.approx(variation, rel=0.06)


def test_a_seed_repeats_arrivals():
    first, again, other = (list(islice(Load(rate=5, seed=seed).due(), 50)) for seed in (1, 1, 2))
    assert first == again != other


def test_constant_arrivals_do_not_drift():
    assert list(islice(Load(rate=10, arrivals="constant").due(), 4)) == [0.0, 0.1, 0.2, 0.3]
    assert next(islice(Load(rate=3, arrivals="constant").due(), 3_000, None)) == 1_000.0


def test_a_trace_has_its_own_times(tmp_path):
    trace = tmp_path / "trace"
    trace.write_text("0\n0.5\n0.5\n3\n")
    load = Load(arrivals=f"trace:{trace}")
    assert load.is_open
    assert list(load.due()) == [0.0, 0.5, 0.5, 3.0]
    with pytest.raises(omni.UsageError, match="a trace has one load"):
        load.at(2)
    for wrong in ("", "1\n0\n", "x", "-1", "nan", "inf"):
        trace.write_text(wrong)
        with pytest.raises(omni.UsageError, match="the trace"):
            load.due()
    with pytest.raises(omni.UsageError, match="cannot be read: No such file"):
        Load(arrivals="trace:nowhere").due()


def test_a_level_is_users_or_a_rate():
    assert Load(concurrency=4).at(8) == Load(concurrency=8)
    assert Load(rate=4, arrivals="constant").at(0.5) == Load(rate=0.5, arrivals="constant")
    assert (Load(concurrency=4).level, Load(rate=0.5, concurrency=9).level) == (4, 0.5)


def test_the_warm_up_comes_before_and_is_by_default_one_request_for_each_user():
    assert Load(concurrency=4, requests=10).all_requests == 14
    assert Load(concurrency=4, requests=10, warm_up=0).all_requests == 10
    assert Load(rate=4, requests=10).all_requests == 10
    assert Load(concurrency=4).all_requests == 104
    assert Load(concurrency=4, duration=60).all_requests > 100_000


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "concurrency.* or a rate"),
        ({"concurrency": 0}, "concurrency is a whole number from 1"),
        ({"concurrency": True}, "concurrency is a whole number"),
        ({"rate": 0}, "rate is a number above 0"),
        ({"rate": float("nan")}, "rate is a number above 0"),
        ({"rate": 1, "arrivals": "gamma:0"}, "arrivals are poisson"),
        ({"rate": 1, "arrivals": "uniform"}, "arrivals are poisson"),
        ({"rate": 1, "arrivals": "trace:x"}, "a trace has times of its own"),
        ({"concurrency": 1, "requests": 0}, "requests is a whole number"),
        ({"concurrency": 1, "duration": float("inf")}, "duration is a number above 0"),
        ({"concurrency": 1, "warm_up": -1}, "warm_up is a whole number"),
    ],
)
def test_what_is_no_load_is_refused(wrong, says):
    with pytest.raises(omni.UsageError, match=says):
        Load(**wrong)
