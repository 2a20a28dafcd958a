"""What a run gave: its requests and its rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.bench.round import Round

if TYPE_CHECKING:
    from collections.abc import Callable

    from omni_stream.bench.observed import Observed
    from omni_stream.bench.summary import Summary


class Results:
    """The requests and rounds of a run, while it runs and after.

    Args:
        keep: Told of each line to keep; see ``Folder``.

    Attributes:
        requests: What was observed, in the order in which it ended.
        rounds: The loads that were run.
        began_at: When the run began, in the loop's time.
    """

    __slots__ = ("_keep", "began_at", "requests", "rounds")

    def __init__(self, *, keep: Callable[[Observed | Round], object] | None = None) -> None:
        self._keep = keep
        self.requests: list[Observed] = []
        self.rounds: list[Round] = []
        self.began_at: float | None = None

    def add(self, observed: Observed) -> None:
        """A request has ended."""
        self.requests.append(observed)
        if self._keep is not None:
            self._keep(observed)

    def add_round(self, round: Round) -> None:
        """A load has ended, or was cut off."""
        self.rounds.append(round)
        if self._keep is not None:
            self._keep(round)

    def add_missing_round(self) -> None:
        """Add the round of requests that were cut off with their run, and so have none."""
        known = {(round.load, round.is_open) for round in self.rounds}
        for one in self.requests:
            if (one.load, one.is_open) not in known:
                of_it = [other for other in self.requests if other.load == one.load]
                begin, end = min(other.sent for other in of_it), max(other.end for other in of_it)
                self.add_round(Round(load=one.load, is_open=one.is_open, begin=begin, end=end))
                return

    def summary(self) -> Summary:
        """All figures."""
        from omni_stream.bench.summary import summarize  # noqa: PLC0415 -- not while it runs

        return summarize(self)
