"""The numbers that a policy can be told, and the rule that each obeys."""

from __future__ import annotations

import math
from numbers import Real
from typing import Final

from omni_stream.errors import UsageError

RATES: Final = (8_000, 192_000)
"""Hz: from a telephone's to any device's."""

RANGES: Final = {
    "least_speed": (0.9, 1.0, "slower speech is disturbing, and 1 never slows it down"),
    "hold_s": (0.0, 1.0, "a longer pause is taken for the end, and 0 never lengthens one"),
    "fade_s": (0.005, 0.02, "a shorter fade clicks, and a longer one is heard"),
    "most_wait_s": (0.0, 60.0, "a listener waits no longer, and 0 starts with the first piece"),
    "stall_second_cost": (0.0, 100.0, "it is in seconds of waiting"),
    "stall_cost": (0.0, 100.0, "it is in seconds of waiting"),
    "expected_delay_s": (0.01, 10.0, "no network keeps time better, and no listener bears worse"),
    "memory_s": (0.1, 3600.0, "shorter is none, and longer no conversation"),
    "max_backlog_s": (1.0, 3600.0, "it bounds the memory of whole replies that come at once"),
}


def _float(number: object) -> float:
    """The number as a float; NaN where it is none, as True is."""
    if isinstance(number, bool) or not isinstance(number, Real):
        return math.nan
    return float(number)


def check_rate(rate: object) -> None:
    """Raises UsageError for a rate that is no int of Hz in its range."""
    least, most = RATES
    if isinstance(rate, bool) or not isinstance(rate, int) or not least <= rate <= most:
        raise UsageError(f"audio is played at a whole number of {least:,} to {most:,} Hz, not at {rate!r}")


def check(name: str, number: object) -> float:
    """The number itself.

    Raises:
        UsageError: It is none, or out of its range.
    """
    least, most, reason = RANGES[name]
    value = _float(number)
    if least <= value <= most:
        return value
    raise UsageError(f"{name} is from {least:g} to {most:g}, as {reason}, and not {number!r}")


def check_time(now: object) -> float:
    """Seconds on the caller's clock.

    Raises:
        UsageError: They are none, or infinite.
    """
    value = _float(now)
    if math.isfinite(value):
        return value
    raise UsageError(f"now is seconds on a monotonic clock, a finite number, and not {now!r}")
