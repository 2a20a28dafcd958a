from hypothesis import given
from hypothesis import strategies as st

from omni_stream.bench.search import MOST_STEPS, Search


def highest(truth, **options):
    search, tried = Search(**options), []
    while search.load is not None:
        tried.append(search.load)
        search.tell(is_met=search.load <= truth)
    assert len(tried) == len(set(tried)) <= MOST_STEPS
    return search.best


@given(st.integers(0, 2_000), st.integers(1, 500), st.integers(500, 2_000))
def test_the_most_users_are_found(truth, start, most):
    assert highest(truth, start=start, most=most, is_whole=True) == (min(truth, most) or None)


@given(st.floats(0.01, 900), st.floats(0.5, 100))
def test_the_highest_rate_is_found_within_five_per_cent(truth, start):
    best = highest(truth, start=start, most=1_000, is_whole=False)
    if best is None:
        assert truth < start / 8  # which would take ever longer to try
    else:
        assert best <= truth <= best * 1.06
