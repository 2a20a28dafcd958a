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
        began_at: When the run began, by ``time.monotonic``.
    """

    __slots__ = ("_in_rounds", "_keep", "began_at", "requests", "rounds")

    def __init__(self, *, keep: Callable[[Observed | Round], object] | None = None) -> None:
        self._keep = keep
        self.requests: list[Observed] = []
        self.rounds: list[Round] = []
        self._in_rounds = 0  # requests
        self.began_at: float | None = None

    def add(self, observed: Observed) -> None:
        """A request has ended."""
        self.requests.append(observed)
        if self._keep is not None:
            self._keep(observed)

    def add_round(self, round: Round) -> None:
        """A load has ended, or was cut off."""
        self.rounds.append(round)
        self._in_rounds = len(self.requests)
        if self._keep is not None:
            self._keep(round)

    def add_missing_round(self) -> None:
        """Add the round of requests that were cut off with their run, and so have none."""
        rest = self.requests[self._in_rounds :]
        if rest:
            begin, end = min(one.sent for one in rest), max(one.end for one in rest)
            self.add_round(Round(load=rest[0].load, is_open=rest[0].is_open, begin=begin, end=end))

    @property
    def is_client_limited(self) -> bool:
        """Whether any load measured ourselves, as told without computing all figures."""
        from omni_stream.bench.summary import summarize_round  # noqa: PLC0415 -- not while it runs

        return any(summarize_round(self, round, own_player=False).is_client_limited for round in self.rounds)

    def summary(self) -> Summary:
        """All figures."""
        from omni_stream.bench.summary import summarize  # noqa: PLC0415 -- not while it runs

        return summarize(self)
