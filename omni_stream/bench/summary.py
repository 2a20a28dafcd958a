"""All figures of a run: of each load, and in it of each model, voice and region.

Rules.
1. Requests of the warm-up are in no figure.
2. A reply without continuity, and a request that failed, is counted as not scored: it is no pass.
3. A load during which our own event loop lagged is stamped: its figures are ours, not the service's.  So
   is one of which that is not known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from omni_stream.bench.lag import lags
from omni_stream.bench.metrics import SHARES, Metrics, measure
from omni_stream.bench.observed import DIGITS
from omni_stream.bench.statistic import TOLD, nearest_rank, statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.bench.observed import Observed
    from omni_stream.bench.results import Results
    from omni_stream.bench.round import Round

CLIENT_LIMIT_SECONDS = 0.005
"""A 99th percentile of our own lateness over this is more than what is measured may be off."""


class Measured(NamedTuple):
    """A request and its figures."""

    observed: Observed
    metrics: Metrics


class Share(NamedTuple):
    """How many of the scored replies pass.

    Attributes:
        share: 0 to 1; None if none is scored.
        scored: How many replies have continuity.
        not_scored: How many have none, or failed.
    """

    share: float | None
    scored: int
    not_scored: int


class Group(NamedTuple):
    """Whose figures they are; three times None for all at once."""

    model: str | None = None
    voice: str | None = None
    region: str | None = None

    def __str__(self) -> str:
        return " ".join(name for name in self if name) or "all"


@dataclass(frozen=True)
class Row:
    """The figures of one load, of all requests or of a group of them.

    Attributes:
        load: The concurrency, or the rate.
        is_open: Whether it is a rate.
        seconds: How long the load lasted.
        group: Whose they are; None of all requests.
        measured: The requests, without those of the warm-up.
        lag_p99: The 99th percentile of our event loop's lag, None if it was not looked at.
        dropped: How many requests of the load were open when it was cut off: they are in no figure.
    """

    load: float
    is_open: bool
    seconds: float
    group: Group | None
    measured: Sequence[Measured] = field(repr=False)
    lag_p99: float | None
    dropped: int

    @property
    def load_name(self) -> str:
        """The load, as it is told: "8" users, "5/s", or "trace"."""
        if not self.is_open:
            return f"{self.load:g}"
        return f"{self.load:g}/s" if self.load else "trace"

    @cached_property
    def values(self) -> dict[str, list[float]]:
        """All values of each metric."""
        values: dict[str, list[float]] = defaultdict(list)
        for _, metrics in self.measured:
            for name, some in metrics.values():
                values[name] += some
        return dict(values)

    @property
    def errors(self) -> Counter[str]:
        """How often which error ended a request."""
        return Counter(one.observed.error for one in self.measured if one.observed.error is not None)

    @property
    def failed(self) -> float | None:
        """The share of requests that failed, None if there are none."""
        return self.errors.total() / len(self.measured) if self.measured else None

    def figure(self, metric: str, name: str) -> float | None:
        """A figure of a metric, such as "ttfa" and "p95"; None if there are too few values."""
        return statistic(self.values.get(metric, ()), name)

    def share(self, name: str) -> Share:
        """The share ``c50``, ``c100`` or ``c200``."""
        scored = self.values.get("underrun", ())
        passed = sum(value <= SHARES[name] for value in scored)
        return Share(passed / len(scored) if scored else None, len(scored), len(self.measured) - len(scored))

    @property
    def send_late_p99(self) -> float | None:
        """The 99th percentile of how late we sent, None in a closed loop."""
        return _p99(self.values.get("send_late", ()))

    @property
    def is_client_limited(self) -> bool | None:
        """Whether what was measured is ourselves; None if that is not known, as of a run that was killed."""
        own = (self.lag_p99, self.send_late_p99)
        is_late = any(late is not None and late > CLIENT_LIMIT_SECONDS for late in own)
        return None if self.lag_p99 is None and not is_late else is_late

    @property
    def stamp(self) -> str:
        """What has to stand beside the figures; "" if nothing has to."""
        return {True: "client-limited", None: "lag not known", False: ""}[self.is_client_limited]

    def to_json(self) -> dict[str, Any]:
        """Everything in it, as JSON takes it; see ``summary.json``."""
        group = self.group or Group()
        audio = sum(event.seconds for one in self.measured for event in one.observed.audio)
        return {
            "load": self.load,
            "kind": "rate" if self.is_open else "concurrency",
            "of": "all" if self.group is None else "group",
            **group._asdict(),
            "seconds": _short(self.seconds),
            "requests": len(self.measured),
            "failed": self.errors.total(),
            "errors": self.errors,
            "dropped": self.dropped,
            "audio_seconds": _short(audio),
            "loop_lag_p99": _short(self.lag_p99),
            "send_late_p99": _short(self.send_late_p99),
            "client_limited": self.is_client_limited,
            **{name: self.share(name)._asdict() for name in SHARES},
            "metrics": {
                metric: {"n": len(values)} | {name: _short(statistic(values, name)) for name in TOLD}
                for metric, values in self.values.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """All rows: for each load one of all requests, then one for each group if there are several."""

    rows: tuple[Row, ...]

    @property
    def loads(self) -> list[Row]:
        """The rows of all requests, by load."""
        return [row for row in self.rows if row.group is None]

    @property
    def is_client_limited(self) -> bool:
        """Whether any load measured ourselves."""
        return any(row.is_client_limited for row in self.rows)


def summarize(results: Results) -> Summary:
    """All figures of a run."""
    rows: list[Row] = []
    for round in results.rounds:
        of_load = summarize_round(results, round)
        rows.append(of_load)
        groups: dict[Group, list[Measured]] = defaultdict(list)
        for one in of_load.measured:
            case = one.observed.case
            groups[Group(case.model, case.voice, case.region)].append(one)
        if len(groups) > 1:
            rows += [
                replace(of_load, group=group, measured=some)
                for group, some in sorted(groups.items(), key=_name)
            ]
    return Summary(tuple(rows))


def summarize_round(results: Results, round: Round, *, own_player: bool = True) -> Row:
    """The figures of one load, of all of its requests; as ``measure``, with or without our own player."""
    requests = [one for one in results.requests if _is_of(one, round) and not one.is_warm_up]
    in_order = sorted(requests, key=lambda one: one.index)
    lag_p99 = _p99(list(lags(round.lag)))
    measured = [Measured(one, measure(one, own_player=own_player)) for one in in_order]
    return Row(round.load, round.is_open, round.end - round.begin, None, measured, lag_p99, round.dropped)


def _name(group: tuple[Group, list[Measured]]) -> str:
    return str(group[0])


def _is_of(observed: Observed, round: Round) -> bool:
    is_load = (observed.load, observed.is_open) == (round.load, round.is_open)
    return is_load and round.begin <= observed.sent <= round.end  # a load may be run again


def _p99(values: Sequence[float]) -> float | None:
    """Of however few: who judges himself takes the worst."""
    return nearest_rank(sorted(values), Decimal(99)) if values else None


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
