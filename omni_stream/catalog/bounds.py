"""What a number may be, edges told: ``at_most`` lets the number itself through, ``less_than`` does not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers that are allowed; a bound that is None is none.

    Attributes:
        at_least: The least number allowed.
        more_than: What a number must exceed.
        at_most: The greatest number allowed.
        less_than: What a number must stay below.
    """

    at_least: float | None = None
    more_than: float | None = None
    at_most: float | None = None
    less_than: float | None = None

    def allow(self, number: float) -> bool:
        """Whether ``number`` is within all bounds."""
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.more_than is None or number > self.more_than)
            and (self.at_most is None or number <= self.at_most)
            and (self.less_than is None or number < self.less_than)
        )

    def __str__(self) -> str:
        stated = (
            ("at least", self.at_least),
            ("more than", self.more_than),
            ("at most", self.at_most),
            ("less than", self.less_than),
        )
        return " and ".join(f"{words} {number:,}" for words, number in stated if number is not None)
