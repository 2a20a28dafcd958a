"""Sizes and durations, checked before they are counted with.

Each has a bound, so that no count leaves the whole numbers that a float holds.
"""

from __future__ import annotations

from omni_stream.errors import UsageError

MOST_PIXELS = 2**31 - 1
"""Of a side: the most that the header of a picture can say."""

MOST_FRAMES = 2**31 - 1
"""Of a video: more than two years at 30 frames a second."""

MOST_RATIO = 200
"""Of the longer side to the shorter one, of pictures and videos alike."""


def checked_name(name: str, value: object) -> str:
    """``value``, a text that is not empty.

    Raises:
        UsageError: It is empty, or no text.
    """
    if not isinstance(value, str) or not value:
        raise UsageError(
            f'{name} is the name of a model, and {_shown(value)} is none; give one such as "qwen3-omni-flash"'
        )
    return value


def check_whole(name: str, value: object, *, least: int, most: int, remedy: str) -> None:
    """Nothing, if ``value`` is a whole number from ``least`` to ``most``.

    Raises:
        UsageError: It is another number, or none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise UsageError(
            f"{name} is a whole number from {least} to {most}, and {_shown(value)} is not; {remedy}"
        )


def check_number(name: str, value: object, *, least: float, most: float, remedy: str) -> None:
    """Nothing, if ``value`` is a number from ``least`` to ``most``.

    Raises:
        UsageError: It is another number, or none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise UsageError(f"{name} is a number from {least} to {most}, and {_shown(value)} is not; {remedy}")


def check_ratio(height: int, width: int) -> None:
    """Nothing, if the longer side is at most ``MOST_RATIO`` times the shorter one.

    Raises:
        UsageError: It is longer.
    """
    if max(height, width) / min(height, width) > MOST_RATIO:
        raise UsageError(
            f"the longer side is at most {MOST_RATIO} times the shorter one, and {height} x {width} pixels"
            f" are {max(height, width) / min(height, width):g} to 1; crop or pad it"
        )


def _shown(value: object) -> str:
    """A number as it is written, if a line can hold it; of anything else what it is."""
    if value == "":
        return "an empty text"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"a {type(value).__name__}"
    if isinstance(value, int) and abs(value) >= 10**18:
        return f"a number of {value.bit_length()} bits"
    return repr(value)
