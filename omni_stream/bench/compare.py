"""Whether one run differs from another, and by how much that may be luck.

Requests that have the same load, case and index in both runs are pairs: what a prompt does to
a figure is then in both, and does not count as a difference.  A figure's interval is that of
differences between runs drawn from these pairs (a bootstrap, with a seed); of runs whose requests do not
pair up, each is drawn by itself.  What one of the runs does not have, be it a figure or all
of a load, cannot be told.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import omni_stream as omni
from omni_stream.bench.metrics import METRICS, OF_OWN_PLAYER, SHARES, Metrics, measure
from omni_stream.bench.statistic import check_statistic, of_any, statistic
from omni_stream.bench.target import FAILED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from omni_stream.bench.observed import Case
    from omni_stream.bench.results import Results

DRAWS = 1_000
"""Enough that the ends of an interval move by less than a tenth of it from seed to seed."""

LEAST_DRAWS = 200
MOST_VALUES = 20_000_000
"""Of all draws: some ten seconds of work; of more values there are fewer draws, down to the least."""

CONFIDENCE = 0.95

FIGURES = (
    *("ttfa.p50", "ttfa.p95", "ttfs.p50", "underrun.p95", "playable_from.p50", "rtf_stream.p50"),
    *("c100", FAILED),
)
"""What is compared where nobody says what."""

_Run: TypeAlias = "dict[tuple[Case, int], _Request]"
_Interval: TypeAlias = "tuple[float, float]"


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure in both runs.

    Attributes:
        figure: "METRIC.FIGURE", a share, or "failed".
        load: Of which load.
        before: In the first run; None if it cannot be told.
        after: In the second.
        interval: Between which changes 95 % of the draws lie; None if it cannot be told.
        relative_interval: The same of changes as shares of before.
        pairs: How many requests paired up; 0 if each run was drawn by itself.
    """

    figure: str
    load: float
    before: float | None
    after: float | None
    interval: _Interval | None
    relative_interval: _Interval | None
    pairs: int

    @property
    def change(self) -> float | None:
        """After minus before."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def relative(self) -> float | None:
        """The change as a share of before: of 0, no change is 0, and any is infinite."""
        return None if self.before is None or self.after is None else _relative(self.before, self.after)


def compare(
    before: Results, after: Results, figures: Iterable[str] = FIGURES, *, seed: int = 0
) -> list[Difference]:
    """How the figures differ, for each load of either run.

    Args:
        before: The first run.
        after: The second.
        figures: "METRIC.FIGURE" each, such as "ttfa.p95", or a share: "c50", "c100", "c200", "failed".
        seed: What the draws depend on.

    Raises:
        UsageError: There is no such figure, or the runs have no load in common.
    """
    wanted = [figure_of(figure) for figure in figures]
    own_player = any(figure.metric in OF_OWN_PLAYER for figure in wanted)
    befores, afters = (_by_load(run, own_player=own_player) for run in (before, after))
    if not befores.keys() & afters.keys():
        raise omni.UsageError("the runs have no load in common; compare runs of the same concurrency or rate")
    return [
        _difference(figure, load[0], befores.get(load, {}), afters.get(load, {}), random.Random(seed))  # noqa: S311 -- to repeat
        for load in {**befores, **afters}
        for figure in wanted
    ]


class _Request(NamedTuple):
    """A request's figures, and whether it failed."""

    metrics: Metrics
    has_failed: bool

    def values(self, metric: str) -> tuple[float, ...]:
        return (float(self.has_failed),) if metric == FAILED else dict(self.metrics.values())[metric]


class Figure(NamedTuple):
    """A figure, and the metric whose values it is of.

    Attributes:
        name: The figure.
        metric: The metric, or "failed".
        tell: The figure of values; None if there are too few.
        draw: The figure of values that were drawn, of which there is at least one.
    """

    name: str
    metric: str
    tell: Callable[[Sequence[float]], float | None]
    draw: Callable[[Sequence[float]], float]


def figure_of(figure: str) -> Figure:
    """The figure of that name.

    Raises:
        UsageError: There is none.
    """
    if figure in {*SHARES, FAILED}:
        metric = FAILED if figure == FAILED else "underrun"

        def share(values: Sequence[float]) -> float:
            passed = values if figure == FAILED else [value <= SHARES[figure] for value in values]
            return sum(passed) / len(values)

        return Figure(figure, metric, lambda values: share(values) if values else None, share)
    metric, _, name = figure.rpartition(".")
    if metric not in METRICS:
        raise omni.UsageError(
            f"a figure is METRIC.FIGURE as ttfa.p95, or one of {', '.join(SHARES)}, {FAILED},"
            f" not {figure!r:.60};"
            f" metrics are {', '.join(METRICS)}"
        )
    check_statistic(name)
    return Figure(figure, metric, lambda values: statistic(values, name), lambda values: of_any(values, name))


def _by_load(results: Results, *, own_player: bool) -> dict[tuple[float, bool], _Run]:
    loads: dict[tuple[float, bool], _Run] = {}
    for one in results.requests:
        if not one.is_warm_up:
            of_load = loads.setdefault((one.load, one.is_open), {})
            metrics = measure(one, own_player=own_player)
            of_load[one.case, one.index] = _Request(metrics, one.error is not None)
    return loads


def _difference(figure: Figure, load: float, before: _Run, after: _Run, chance: random.Random) -> Difference:
    runs = [{key: one.values(figure.metric) for key, one in run.items()} for run in (before, after)]
    told = [figure.tell([value for some in run.values() for value in some]) for run in runs]
    if None in told:
        return Difference(figure.name, load, told[0], told[1], None, None, 0)
    paired = [key for key in runs[0] if key in runs[1]]
    is_paired = len(paired) * 2 > max(map(len, runs))
    drawn_from = [[run[key] for key in paired] if is_paired else list(run.values()) for run in runs]
    drawn = _draws(drawn_from, figure.draw, chance, is_paired=is_paired)
    interval = _interval([after - before for before, after in drawn])
    relative = _interval([_relative(before, after) for before, after in drawn])
    return Difference(
        figure.name, load, told[0], told[1], interval, relative, len(paired) if is_paired else 0
    )


def _draws(
    runs: Sequence[Sequence[tuple[float, ...]]],
    draw: Callable[[Sequence[float]], float],
    chance: random.Random,
    *,
    is_paired: bool,
) -> list[tuple[float, float]]:
    drawn: list[tuple[float, float]] = []
    values = sum(len(some) for run in runs for some in run)
    for _ in range(max(min(DRAWS, MOST_VALUES // max(values, 1)), LEAST_DRAWS)):
        first = chance.choices(range(len(runs[0])), k=len(runs[0]))
        second = first if is_paired else chance.choices(range(len(runs[1])), k=len(runs[1]))
        before, after = (
            [value for number in numbers for value in run[number]]
            for run, numbers in zip(runs, (first, second), strict=True)
        )
        if before and after:
            drawn.append((draw(before), draw(after)))
    return drawn


def _interval(changes: list[float]) -> _Interval | None:
    if not changes:
        return None
    changes.sort()
    beyond = round((1 - CONFIDENCE) / 2 * len(changes))
    return changes[beyond], changes[-1 - beyond]


def _relative(before: float, after: float) -> float:
    if before:
        return (after - before) / before
    return 0.0 if after == before else float("inf")
