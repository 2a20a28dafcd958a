import pytest

from omni_stream.catalog import Bounds


@pytest.mark.parametrize(
    ("bounds", "within", "outside"),
    [
        (Bounds(at_least=2), 2, 1),
        (Bounds(more_than=10), 11, 10),
        (Bounds(at_most=200), 200, 200.000001),
        (Bounds(less_than=5), 4.9, 5),
        (Bounds(at_least=2, at_most=128), 128, 129),
        (Bounds(at_least=2, at_most=128), 2, 1),
        (Bounds(at_least=0, at_most=0), 0, 1),
    ],
)
def test_an_edge_is_on_the_side_that_its_name_says(bounds, within, outside):
    assert bounds.allow(within)
    assert not bounds.allow(outside)


def test_without_bounds_every_number_is_allowed():
    assert Bounds().allow(-1e300)
    assert Bounds().allow(1e300)
    assert not str(Bounds())


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(at_most=10_000_000), "at most 10,000,000"),
        (Bounds(more_than=10), "more than 10"),
        (Bounds(at_least=2, at_most=128), "at least 2 and at most 128"),
        (Bounds(at_least=0, less_than=1.5), "at least 0 and less than 1.5"),
    ],
)
def test_bounds_are_said_in_words(bounds, words):
    assert str(bounds) == words
