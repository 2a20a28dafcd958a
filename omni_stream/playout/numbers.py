"""The numbers that a policy can be told, and the rule that each obeys."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Final, TypedDict

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

RATES: Final = (8_000, 192_000)
"""Hz: from a telephone's to any device's."""


class PlayoutNumbers(TypedDict, total=False):
    """What the policy of playout can be told, by keyword; what is left out is as it suits most.

    Attributes:
        least_speed: The slowest that speech is played, 0.9 to 1; 1 never slows it down.  At 0.9 it
            is heard, at 0.95 hardly, and it seldom has to be that slow.
        hold_s: Seconds by which any pause may be made longer, 0 to 1; 0 leaves all as they are.
            A long pause may be longer by half.  A quarter of a second more is hardly noticed.
        skips_lead: Whether silence (-61 dB of full scale) before a reply's first sound is passed over.
        fade_s: Seconds that a fade takes, 0.005 to 0.02, in steps of 5 ms.
        most_wait_s: Seconds from a reply's first audio to its first sound at most, and in a stall once
            there is anything to play, 0 to 60: what is worth waiting for comes sooner.
        stall_second_cost: What a second of silence within speech costs, in seconds of waiting before the
            reply, 0 to 100.
        stall_cost: What each such silence costs beside that, in seconds of waiting, 0 to 100: it startles.
        expected_delay_s: The scale of delay where nothing was seen yet, 0.01 to 10 seconds.  The
            usual one suits speech from a hosted model over the internet; less suits a server nearby.
        memory_s: Seconds after which a gap counts a third, 0.1 to 3,600.
    """

    least_speed: float
    hold_s: float
    skips_lead: bool
    fade_s: float
    most_wait_s: float
    stall_second_cost: float
    stall_cost: float
    expected_delay_s: float
    memory_s: float


USUAL: Final = PlayoutNumbers(
    least_speed=0.9,
    hold_s=0.25,
    skips_lead=True,
    fade_s=0.01,
    most_wait_s=1.5,
    stall_second_cost=3.0,
    stall_cost=0.5,
    expected_delay_s=0.3,
    memory_s=3.0,
)

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


def checked(numbers: Mapping[str, object], *, max_backlog_s: float) -> dict[str, float | bool]:
    """All numbers of the policy, with the usual ones where none is given.

    Raises:
        TypeError: There is no number of such a name.
        UsageError: One is out of its range.
    """
    for name in numbers:
        if name not in USUAL:
            raise TypeError(f"{name!r} is no number of the playout; those are {', '.join(USUAL)}")
    given: Mapping[str, object] = {**USUAL, **numbers}
    return {
        name: bool(given[name]) if name == "skips_lead" else check(name, given[name]) for name in USUAL
    } | {"max_backlog_s": max_backlog_s}


def check_time(now: object) -> float:
    """Seconds on the caller's clock.

    Raises:
        UsageError: They are none, or infinite.
    """
    value = _float(now)
    if math.isfinite(value):
        return value
    raise UsageError(f"now is seconds on a monotonic clock, a finite number, and not {now!r}")
