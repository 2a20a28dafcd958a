"""Puts a load on a service.

Rules.
1. A request of an open loop is due by its schedule, whatever became of those before: it is sent
   late, or waits for a free place, but never gets due later.
2. What has been observed is handed on at once, and so is kept however the run ends.
3. Requests take the cases in turn, so that all of them meet the same hour of the service.
4. Cancelling drops what is open, and counts it.
"""

from __future__ import annotations

import asyncio
import time
from itertools import islice
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.bench.lag import LoopLag
from omni_stream.bench.observed import Case, to_digits
from omni_stream.bench.observing import observe
from omni_stream.bench.results import Results
from omni_stream.bench.round import Round

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from omni_stream.bench.load import Load
    from omni_stream.bench.observed import Observed
    from omni_stream.bench.observing import Reads


STAGGER_SECONDS = 0.005
"""Between the starts of two users: all at once, their connecting would measure ourselves, and replies
of one length would keep them in step for the whole run."""


REFUSED_SECONDS = 0.1
"""For which a user waits whose request failed: at once, a service that is down would be asked thousands of
times a second."""


async def run(
    clients: omni.Client | Mapping[str | None, omni.Client],
    cases: Sequence[str | Case],
    load: Load,
    *,
    speaks: bool = False,
    results: Results | None = None,
    on_request: Callable[[Observed], object] | None = None,
) -> Results:
    """Put ``load`` on a service, and measure each reply.

    Cancelling drops what is open, and leaves what was measured in ``results``.

    Args:
        clients: The client to ask with, made with ``retries=0``: an answer to a second attempt is none to
            the first.  Or one for each region.
        cases: What to ask in turn; a text is a prompt for the client's own model and voice.
        load: How much, and when.
        speaks: Whether prompts are texts to speak (``client.speak``) instead of questions.
        results: What to add to; new ones if None.
        on_request: Told of each request as soon as it has ended, those of the warm-up too.

    Raises:
        UsageError: There is no case, or no client for its region; or a request breaks a rule.
        AuthenticationError, QuotaError: The service would refuse all requests.
    """
    results = Results() if results is None else results
    of_region: Mapping[str | None, omni.Client] = (
        {None: clients} if isinstance(clients, omni.Client) else clients
    )
    wanted = [case if isinstance(case, Case) else Case(case) for case in cases]
    if not wanted:
        raise omni.UsageError("there is nothing to ask; give a prompt at least")
    for case in wanted:
        if case.region not in of_region:
            raise omni.UsageError(f"there is no client for the region {case.region!r}")

    def ask(case: Case, reads: Reads) -> omni.Reply:
        client = of_region[case.region]
        if speaks:
            return client.speak(case.prompt, model=case.model, voice=case.voice, record=reads)
        return client.ask(case.prompt, model=case.model, voice=case.voice, record=reads)

    driver = _Driver(ask, wanted, load, results, on_request)
    try:
        await driver.drive()
    except BaseExceptionGroup as group:
        failure = _first(group)
    else:
        return results
    raise failure


class _Driver:
    """One round."""

    def __init__(
        self,
        ask: Callable[[Case, Reads], omni.Reply],
        cases: Sequence[Case],
        load: Load,
        results: Results,
        on_request: Callable[[Observed], object] | None,
    ) -> None:
        self._ask = ask
        self._cases = cases
        self._load = load
        self._results = results
        self._on_request = on_request
        self._numbers = iter(range(load.all_requests))
        self._lag = LoopLag()
        self._asked = 0  # without those that have ended
        if results.began_at is None:
            results.began_at = time.monotonic()  # a loop's own clock may go in milliseconds

    def _clock(self) -> float:
        return to_digits(time.monotonic() - (self._results.began_at or 0.0))

    async def drive(self) -> None:
        begin = self._clock()
        try:
            async with self._lag:
                await (self._open(begin) if self._load.is_open else self._closed(begin))
        finally:
            self._results.add_round(
                Round(
                    load=self._load.level,
                    is_open=self._load.is_open,
                    begin=begin,
                    end=self._clock(),
                    dropped=self._asked,
                    lag=self._lag.counts,
                )
            )

    async def _closed(self, begin: float) -> None:
        async with asyncio.TaskGroup() as users:
            for number in range(self._load.most_open):
                users.create_task(self._user(begin, starts_at=begin + number * STAGGER_SECONDS))

    async def _user(self, begin: float, *, starts_at: float) -> None:
        await asyncio.sleep(starts_at - self._clock())
        for number in self._numbers:
            if self._is_over(self._clock() - begin):
                return
            observed = await self._request(number)
            if observed.error is not None:
                await asyncio.sleep(REFUSED_SECONDS)

    async def _open(self, begin: float) -> None:
        places = asyncio.Semaphore(self._load.most_open)
        async with asyncio.TaskGroup() as requests:
            for number, due in zip(self._numbers, self._load.due(), strict=False):
                if self._is_over(due):
                    return
                due_at = ready = to_digits(begin + due)
                if places.locked():
                    await places.acquire()
                    ready = max(due_at, self._clock())
                else:
                    await places.acquire()  # at once
                await asyncio.sleep(due_at - self._clock())
                task = requests.create_task(self._request(number, due=due_at, ready=ready))
                task.add_done_callback(lambda _: places.release())

    def _is_over(self, seconds: float) -> bool:
        return self._load.duration is not None and seconds >= self._load.duration

    async def _request(
        self, number: int, *, due: float | None = None, ready: float | None = None
    ) -> Observed:
        if number == self._load.warm_up_requests:
            self._lag.forget()
        self._asked += 1
        observed = await observe(
            self._ask,
            self._cases[number % len(self._cases)],
            clock=self._clock,
            index=number,
            load=self._load.level,
            is_open=self._load.is_open,
            is_warm_up=number < self._load.warm_up_requests,
            due=due,
            ready=ready,
        )
        self._asked -= 1
        self._results.add(observed)
        if self._on_request is not None:
            self._on_request(observed)
        return observed


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = next(islice(error.exceptions, 1))
    return error
