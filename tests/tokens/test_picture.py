import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import media_tokens

from omni_stream import tokens
from omni_stream.errors import UsageError

FLASH, TURBO = "qwen3-omni-flash", "qwen-omni-turbo"
FACTORS = {FLASH: 32, TURBO: 28}
models = st.sampled_from([FLASH, TURBO])
small_or_large = st.one_of(st.integers(1, 120), st.integers(1, 4_000), st.integers(1, 200_000))


@pytest.mark.parametrize(
    ("height", "width", "model", "count", "coded"),
    [
        (512, 512, FLASH, 256, 258),
        (1024, 1024, FLASH, 1024, 1026),
        (1024, 1024, TURBO, 1225, 1227),  # 1024 / 28 is 36.57 and 37 squared too large: shrunk to 35 x 35
        (1080, 1920, FLASH, 1222, 1224),  # 34 x 60 is too large: 26 x 47
        (40, 40, FLASH, 4, 6),
        (11, 11, FLASH, 4, 6),
        (80, 80, FLASH, 4, 6),  # 2.5 tokens are rounded to the even 2
        (112, 112, FLASH, 16, 18),  # and 3.5 to the even 4
        (38, 38, TURBO, 9, 11),  # 4 but for the last digit of a float
        (3000, 15, FLASH, 94, 31),
        (3000, 15, TURBO, 107, 109),  # 15 is more than half of 28
        (3000, 16, FLASH, 94, 30),  # half a token is rounded to none
        (3000, 17, FLASH, 94, 96),
    ],
)
def test_a_picture_counts_by_the_text_and_as_coded(height, width, model, count, coded):
    assert tokens.image(height, width, model=model) == count
    assert tokens.image(width, height, model=model) == count
    assert tokens.image(height, width, model=model, as_coded=True) == coded


def test_the_guides_code_lets_a_very_long_picture_shrink_to_its_two_extra_tokens():
    assert tokens.image(100_000, 40, model=FLASH, as_coded=True) == 2


@given(height=small_or_large, width=small_or_large, model=models)
@settings(max_examples=1000)
def test_as_coded_any_picture_counts_what_the_oracle_counts(height, width, model):
    count = tokens.image(height, width, model=model, as_coded=True)
    assert count in media_tokens.image(height, width, FACTORS[model], coded=True)


@given(height=st.integers(11, 20_000), width=st.integers(11, 20_000), model=models)
@settings(max_examples=1000)
def test_by_the_text_a_picture_counts_what_the_oracle_counts_within_the_bounds(height, width, model):
    assume(max(height, width) <= 200 * min(height, width))
    count = tokens.image(height, width, model=model)
    assert count in media_tokens.image(height, width, FACTORS[model], coded=False)
    assert 4 <= count <= 1280
    if min(height, width) > FACTORS[model] / 2:
        assert tokens.image(height, width, model=model, as_coded=True) == count + 2


@given(
    height=st.integers(64, 1000),
    width=st.integers(64, 1000),
    more=st.tuples(st.integers(0, 100), st.integers(0, 100)),
)
def test_a_larger_picture_never_counts_less_where_nothing_is_scaled(height, width, more):
    taller, wider = height + more[0], width + more[1]
    assume(taller * wider < 1200 * 32**2)
    assert tokens.image(taller, wider, model=FLASH) >= tokens.image(height, width, model=FLASH)


@given(height=small_or_large, width=small_or_large, model=models)
def test_a_count_depends_on_its_arguments_alone(height, width, model):
    first = tokens.image(height, width, model=model, as_coded=True)
    tokens.image(height + 1, width, model=model, as_coded=True)
    assert tokens.image(height, width, model=model, as_coded=True) == first


@pytest.mark.parametrize(
    ("height", "width", "message"),
    [
        (10, 300, "height is a whole number from 11 to 2147483647, and 10 is not; give the pixels"),
        (300, 10, "width is a whole number from 11 "),
        (300, 2**31, "and 2147483648 is not"),
        (10**50, 300, "and a number of 167 bits is not"),
        (300.0, 300, "and 300.0 is not"),
        (True, 300, "and a bool is not"),
        ("300", 300, "and a str is not"),
        (2201, 11, "at most 200 times the shorter one, and 2201 x 11 pixels are 200.091 to 1; crop or pad"),
    ],
)
def test_a_picture_that_the_guide_does_not_take_is_refused(height, width, message):
    with pytest.raises(UsageError) as caught:
        tokens.image(height, width, model=FLASH)
    assert message in str(caught.value)


def test_the_bounds_of_a_picture_are_within_them():
    assert tokens.image(11, 2200, model=FLASH) == 69  # 2200 / 32 is 68.75
    assert tokens.image(2**31 - 1, 2**31 - 1, model=FLASH) == 35**2


def test_the_guides_code_takes_what_its_text_does_not_and_no_picture_of_nothing():
    assert tokens.image(1, 1, model=FLASH, as_coded=True) == 6
    with pytest.raises(UsageError, match="height is a whole number from 1 "):
        tokens.image(0, 1, model=FLASH, as_coded=True)
