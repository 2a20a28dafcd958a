import math

import pytest

from omni_stream.errors import UsageError
from omni_stream.request.sampling import sampling_of

NOTHING = {"temperature": None, "top_p": None, "seed": None, "max_tokens": None, "stop": None}


def test_what_is_not_given_is_not_sent():
    assert sampling_of(**NOTHING) == {}


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": 0, "top_p": 0, "seed": 0, "max_tokens": 1, "stop": "."},
        {"temperature": 2.0, "top_p": 1.0, "seed": 2**63 - 1, "max_tokens": 2**31, "stop": [".", "!"]},
    ],
)
def test_the_ends_of_a_range_are_within_it(options):
    assert sampling_of(**options) == options


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("temperature", value) for value in (-0.1, 2.1, math.nan, math.inf, "1", True)),
        *(("top_p", value) for value in (-0.1, 1.1, math.nan, "1", False)),
        *(("seed", value) for value in (-1, 2**63, 1.0, "1", True)),
        *(("max_tokens", value) for value in (0, -1, 1.5, True)),
        *(("stop", value) for value in ("", [], [""], [1], 1, {"a"})),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(UsageError, match=name):
        sampling_of(**{**NOTHING, name: value})
