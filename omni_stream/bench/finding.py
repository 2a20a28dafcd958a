"""Finds the highest load with which a service still meets what it has to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.bench.driving import run
from omni_stream.bench.metrics import OF_OWN_PLAYER
from omni_stream.bench.results import Results
from omni_stream.bench.search import Search
from omni_stream.bench.summary import summarize_round
from omni_stream.bench.target import are_met

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from omni_stream.bench.load import Load
    from omni_stream.bench.observed import Case, Observed
    from omni_stream.bench.target import Target


def check_search(load: Load, targets: Sequence[Target], *, most: float) -> None:
    """Check what ``find_highest`` is given, before anything is sent.

    Raises:
        UsageError: As by ``find_highest``.
    """
    load.at(most)
    for target in targets:
        if load.measured_requests < target.least_requests:
            raise omni.UsageError(
                f"{target} takes {target.least_requests} requests to be told, and each load has"
                f" {load.measured_requests}; ask for more"
            )


async def find_highest(
    clients: omni.Client | Mapping[str | None, omni.Client],
    cases: Sequence[str | Case],
    load: Load,
    targets: Sequence[Target],
    *,
    most: float,
    speaks: bool = False,
    results: Results | None = None,
    on_round: Callable[[Load], object] | None = None,
    on_request: Callable[[Observed], object] | None = None,
) -> float | None:
    """The highest concurrency, or rate, that meets all targets; None if not even the lowest does.

    It doubles from the load's own on, and then halves the distance between what meets the targets and
    what does not, up to 24 rounds; no rate below a sixteenth of the load's own is tried.  Cancelling leaves
    what was measured in ``results``.

    Args:
        clients: As for ``run``.
        cases: As for ``run``.
        load: The first load to try; each round has as many requests, or lasts as long.
        targets: What has to be met; and no request may fail, unless one of them is on failures.
        most: The highest load to try.
        speaks: As for ``run``.
        results: What to add to; new ones if None.
        on_round: Told of each load before it is run.
        on_request: As for ``run``.

    Raises:
        UsageError: As by ``run``, the load is a trace, ``most`` is out of range, or a target takes more
            requests to be told than each round has.
        AuthenticationError, QuotaError: As by ``run``.
    """
    results = Results() if results is None else results
    check_search(load, targets, most=most)
    own_player = any(target.metric in OF_OWN_PLAYER for target in targets)
    search = Search(start=load.level, most=most, is_whole=not load.is_open)
    while search.load is not None:
        tried = load.at(search.load)
        if on_round is not None:
            on_round(tried)
        await run(clients, cases, tried, speaks=speaks, results=results, on_request=on_request)
        row = summarize_round(results, results.rounds[-1], own_player=own_player)
        search.tell(is_met=are_met(targets, row))
    return search.best
