import pytest
from hypothesis import given
from hypothesis import strategies as st

import omni_stream as omni
from omni_stream.bench.statistic import statistic

values = st.lists(st.floats(0, 1e3), min_size=1, max_size=300)


@pytest.mark.parametrize(
    ("name", "least"), [("p50", 20), ("p90", 100), ("p95", 200), ("p99", 1_000), ("p99.9", 10_000)]
)
def test_a_percentile_is_told_if_ten_values_lie_beyond_it(name, least):
    assert statistic([1.0] * least, name) == 1.0
    assert statistic([1.0] * (least - 1), name) is None


@given(values, st.sampled_from(["p25", "p50", "p90", "p95"]))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(some, name):
    told, percent = statistic(some, name), int(name[1:])
    if told is None:
        assert len(some) * (100 - percent) < 1_000
    else:
        assert told in some
        assert sum(value <= told for value in some) * 100 >= percent * len(some)
        assert sum(value < told for value in some) * 100 < percent * len(some)


def test_other_figures_need_one_value():
    assert [statistic([3.0, 1.0], name) for name in ("mean", "min", "max")] == [2.0, 1.0, 3.0]
    assert [statistic([], name) for name in ("mean", "min", "max", "p50")] == [None] * 4


@pytest.mark.parametrize("name", ["p0", "p100", "median", "", "p-5", "P95"])
def test_other_names_are_refused(name):
    with pytest.raises(omni.UsageError, match="a figure is"):
        statistic([1.0], name)
