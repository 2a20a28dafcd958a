import math

import pytest

from omni_stream.client import Timeouts
from omni_stream.errors import UsageError


def test_the_defaults():
    assert Timeouts() == Timeouts(connect=5, first_event=60, idle=30, content_idle=60, total=None)


def test_any_limit_may_be_left_out():
    assert Timeouts(connect=None, first_event=None, idle=None, content_idle=None).idle is None


@pytest.mark.parametrize("name", ["connect", "first_event", "idle", "content_idle", "total"])
@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf, "5", True])
def test_a_limit_is_a_positive_finite_number(name, seconds):
    with pytest.raises(UsageError, match=rf"Timeouts\.{name} is a number of seconds above 0"):
        Timeouts(**{name: seconds})
