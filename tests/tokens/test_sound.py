import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_stream import tokens
from omni_stream.errors import UsageError

FLASH, TURBO = "qwen3-omni-flash", "qwen-omni-turbo"


@pytest.mark.parametrize(
    ("seconds", "flash", "turbo"),
    [
        (0.001, 13, 25),  # less than a second is one
        (0.999, 13, 25),
        (1, 13, 25),  # a part of a token is a whole one
        (1.04, 13, 26),
        (1.12, 14, 28),  # and a part that is no more than rounding is none
        (2, 25, 50),
        (2.001, 26, 51),
        (60, 750, 1500),
        (1200, 15_000, 30_000),
    ],
)
def test_sound_counts_by_the_second(seconds, flash, turbo):
    assert tokens.audio(seconds, model=FLASH) == flash
    assert tokens.audio(seconds, model=TURBO) == turbo


@given(st.integers(1, 10**9))
def test_a_duration_in_thousandths_counts_what_a_fraction_counts(thousandths):
    exact = max(Fraction(thousandths, 1000), Fraction(1))
    assert tokens.audio(thousandths / 1000, model=FLASH) == math.ceil(exact * Fraction(25, 2))
    assert tokens.audio(thousandths / 1000, model=TURBO) == math.ceil(exact * 25)


@given(st.floats(1e-6, 1e9), st.floats(1e-6, 1e9))
def test_longer_sound_never_counts_less(one, other):
    shorter, longer = sorted([one, other])
    assert tokens.audio(shorter, model=FLASH) <= tokens.audio(longer, model=FLASH)


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (
            0,
            "seconds is a number from 1e-06 to 1000000000, and 0 is not; give the duration",
        ),
        (-1.5, "and -1.5 is not"),
        (1_000_000_001, "and 1000000001 is not"),
        (math.nan, "and nan is not"),
        (math.inf, "and inf is not"),
        (-(10**50), "and a number of 167 bits is not"),
        (True, "and a bool is not"),
        ("1", "and a str is not"),
    ],
)
def test_what_is_no_duration_is_refused(seconds, message):
    with pytest.raises(UsageError) as caught:
        tokens.audio(seconds, model=FLASH)
    assert message in str(caught.value)
