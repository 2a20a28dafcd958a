"""Whether one run differs from another, and by how much that may be luck.

Requests that have the same load, case and index in both runs are pairs: what a prompt does to
a figure is then in both, and does not count as a difference.  A figure's interval is that of
differences between runs drawn from these pairs (a bootstrap, with a seed); of runs whose requests do not
pair up, each is drawn by itself.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import omni_stream as omni
from omni_stream.bench.metrics import METRICS, OF_OWN_PLAYER, SHARES, Metrics, measure
from omni_stream.bench.statistic import check_statistic, statistic

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

FIGURES = ("ttfa.p50", "ttfa.p95", "ttfs.p50", "underrun.p95", "playable_from.p50", "rtf_stream.p50", "c100")
"""What is compared where nobody says what."""

_Run: TypeAlias = "dict[tuple[Case, int], Metrics]"

_CONDITION = re.compile(r"\s*([^<>\s]+?)\s*([<>])\s*([+-]?\d+(?:\.\d+)?)\s*(%?)\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """A change that is too much: ``ttfa.p95>+10%``, ``c100<-0.02``, ``rtf.p50>0.1``.

    Attributes:
        figure: "METRIC.FIGURE", or a share.
        is_more: Whether more is too much, else less.
        limit: The change, in the figure's unit, or as a share of what it was.
        is_relative: Whether it is a share.
    """

    figure: str
    is_more: bool
    limit: float
    is_relative: bool

    def is_broken_by(self, difference: Difference) -> bool:
        """Whether the change is too much; one that cannot be told is."""
        change = difference.relative if self.is_relative else difference.change
        if change is None:
            return True
        return change > self.limit if self.is_more else change < self.limit


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure in both runs.

    Attributes:
        figure: "METRIC.FIGURE", or a share.
        load: Of which load.
        before: In the first run; None if it cannot be told.
        after: In the second.
        interval: Between which differences 95 % of the draws lie; None if it cannot be told.
        pairs: How many requests paired up; 0 if each run was drawn by itself.
    """

    figure: str
    load: float
    before: float | None
    after: float | None
    interval: tuple[float, float] | None
    pairs: int

    @property
    def change(self) -> float | None:
        """After minus before."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def relative(self) -> float | None:
        """The change as a share of before; none of 0 is 0."""
        if self.change is None or self.before is None:
            return None
        if not self.before:
            return 0.0 if not self.change else float("inf")
        return self.change / self.before


def read_condition(text: str) -> Condition:
    """The condition of ``text``.

    Raises:
        UsageError: It is something else.
    """
    said = _CONDITION.fullmatch(text)
    if said is None:
        raise omni.UsageError(
            f"a condition is FIGURE>CHANGE or FIGURE<CHANGE, as ttfa.p95>+10% or c100<-0.02, not {text!r:.60}"
        )
    _figure(said[1])
    return Condition(said[1], said[2] == ">", float(said[3]) / (100 if said[4] else 1), bool(said[4]))


def compare(
    before: Results, after: Results, figures: Iterable[str] = FIGURES, *, seed: int = 0
) -> list[Difference]:
    """How the figures differ, for each load that both runs have.

    Args:
        before: The first run.
        after: The second.
        figures: "METRIC.FIGURE" each, such as "ttfa.p95", or a share: "c50", "c100", "c200".
        seed: What the draws depend on.

    Raises:
        UsageError: There is no such figure, or the runs have no load in common.
    """
    wanted = [_figure(figure) for figure in figures]
    own_player = any(figure.metric in OF_OWN_PLAYER for figure in wanted)
    befores, afters = (_by_load(run, own_player=own_player) for run in (before, after))
    common = [load for load in befores if load in afters]
    if not common:
        raise omni.UsageError("the runs have no load in common; compare runs of the same concurrency or rate")
    return [
        _difference(figure, load[0], befores[load], afters[load], random.Random(seed))  # noqa: S311 -- to repeat
        for load in common
        for figure in wanted
    ]


class _Figure(NamedTuple):
    """A figure, the metric whose values it is of, and how it is told of them."""

    name: str
    metric: str
    tell: Callable[[Sequence[float]], float | None]


def _figure(figure: str) -> _Figure:
    if figure in SHARES:
        most = SHARES[figure]
        return _Figure(
            figure,
            "underrun",
            lambda values: sum(value <= most for value in values) / len(values) if values else None,
        )
    metric, _, name = figure.rpartition(".")
    if metric not in METRICS:
        raise omni.UsageError(
            f"a figure is METRIC.FIGURE as ttfa.p95, or one of {', '.join(SHARES)}, not {figure!r:.60};"
            f" metrics are {', '.join(METRICS)}"
        )
    check_statistic(name)
    return _Figure(figure, metric, lambda values: statistic(values, name))


def _by_load(results: Results, *, own_player: bool) -> dict[tuple[float, bool], _Run]:
    loads: dict[tuple[float, bool], _Run] = {}
    for one in results.requests:
        if not one.is_warm_up:
            of_load = loads.setdefault((one.load, one.is_open), {})
            of_load[one.case, one.index] = measure(one, own_player=own_player)
    return loads


def _difference(figure: _Figure, load: float, before: _Run, after: _Run, chance: random.Random) -> Difference:
    runs = [{key: dict(one.values())[figure.metric] for key, one in run.items()} for run in (before, after)]
    told = [figure.tell([value for some in run.values() for value in some]) for run in runs]
    paired = [key for key in runs[0] if key in runs[1]]
    is_paired = len(paired) * 2 > max(map(len, runs))
    drawn_from = [[run[key] for key in paired] if is_paired else list(run.values()) for run in runs]
    interval = _interval(drawn_from, figure.tell, chance, is_paired=is_paired)
    return Difference(figure.name, load, told[0], told[1], interval, len(paired) if is_paired else 0)


def _interval(
    runs: Sequence[Sequence[tuple[float, ...]]],
    tell: Callable[[Sequence[float]], float | None],
    chance: random.Random,
    *,
    is_paired: bool,
) -> tuple[float, float] | None:
    drawn: list[float] = []
    if not all(runs):
        return None
    values = sum(len(some) for run in runs for some in run)
    for _ in range(max(min(DRAWS, MOST_VALUES // max(values, 1)), LEAST_DRAWS)):
        first = chance.choices(range(len(runs[0])), k=len(runs[0]))
        second = first if is_paired else chance.choices(range(len(runs[1])), k=len(runs[1]))
        before, after = (
            tell([value for number in numbers for value in run[number]])
            for run, numbers in zip(runs, (first, second), strict=True)
        )
        if before is None or after is None:
            return None
        drawn.append(after - before)
    drawn.sort()
    beyond = round((1 - CONFIDENCE) / 2 * len(drawn))
    return drawn[beyond], drawn[-1 - beyond]
