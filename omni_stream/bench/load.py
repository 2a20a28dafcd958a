"""How much is asked, and when: a value, which knows no clock.

A closed loop has so many users, each of whom asks again once answered: a service that is slow is
asked less.  In an open loop requests are due at times of their own, and one that is slow is asked all
the same, as by people who do not know of each other.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_OPEN = 2_000
"""Replies at once: their sockets are within what a system allows one program."""

MOST_REQUESTS = 100_000
"""What came of each is held in memory until the end: 10 kB for ten seconds of speech."""

MOST_RATE = 10_000.0
MOST_SECONDS = 86_400.0
DEFAULT_REQUESTS = 100
_MOST_TRACE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a service is to bear.

    Attributes:
        concurrency: So many users at once, each with one request at a time: a closed loop.  In an open
            loop, how many replies may be open at once; what is due beyond that waits, as ``queue`` tells.
        rate: Requests a second: an open loop.
        arrivals: How they are spread: "poisson"; "gamma:BURSTINESS", where 1 is Poisson, less comes
            in bursts and more is steadier; "constant"; or "trace:FILE", with a time in seconds a
            line, and no rate.
        requests: How many are measured; if None, all that a trace has or that ``duration`` allows, else 100.
        duration: Seconds after which nothing more is sent; what is open is waited for.
        warm_up: How many requests come before, with their connections, and are left out.  As many
            as there are users in a closed loop, none in an open one, if None.
        seed: What arrivals by chance depend on.

    Raises:
        UsageError: A number is out of its range, or it is neither a closed loop nor an open one.
    """

    concurrency: int | None = None
    rate: float | None = None
    arrivals: str = "poisson"
    requests: int | None = None
    duration: float | None = None
    warm_up: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the ranges."""
        _check("concurrency", self.concurrency, 1, MOST_OPEN)
        _check("requests", self.requests, 1, MOST_REQUESTS)
        _check("warm_up", self.warm_up, 0, MOST_REQUESTS)
        for name, most in (("rate", MOST_RATE), ("duration", MOST_SECONDS)):
            value = getattr(self, name)
            if value is not None and not 0 < value <= most:
                raise omni.UsageError(f"{name} is a number above 0, up to {most:,.0f}, not {value!r}")
        kind, _, argument = self.arrivals.partition(":")
        if kind == "trace" and argument:
            if self.rate is not None:
                raise omni.UsageError("a trace has times of its own; leave the rate out")
        elif kind == "gamma" and _positive(argument):
            pass
        elif self.arrivals not in {"poisson", "constant"}:
            raise omni.UsageError(
                "arrivals are poisson, constant, gamma:BURSTINESS with a number above 0, or trace:FILE,"
                f" not {self.arrivals!r:.60}"
            )
        if self.concurrency is None and not self.is_open:
            raise omni.UsageError("a load has users (concurrency) or a rate; give one of them")

    @property
    def is_open(self) -> bool:
        """Whether requests are due at times of their own."""
        return self.rate is not None or self.is_trace

    @property
    def is_trace(self) -> bool:
        """Whether these are those of a file."""
        return self.arrivals.startswith("trace:")

    @property
    def level(self) -> float:
        """The rate of an open loop (0 of a trace), the users of a closed one."""
        return (self.rate or 0.0) if self.is_open else float(self.concurrency or 0)

    @property
    def most_open(self) -> int:
        """How many replies may be open at once."""
        return self.concurrency or MOST_OPEN

    @property
    def warm_up_requests(self) -> int:
        """How many requests are left out."""
        if self.warm_up is not None:
            return self.warm_up
        return 0 if self.is_open else self.concurrency or 0

    @property
    def all_requests(self) -> int:
        """How many are sent at most."""
        return self.measured_requests + self.warm_up_requests

    @property
    def measured_requests(self) -> int:
        """How many are measured at most."""
        if self.requests is not None:
            return self.requests
        return DEFAULT_REQUESTS if self.duration is None and not self.is_trace else MOST_REQUESTS

    def at(self, level: float) -> Load:
        """The same at another concurrency or rate.

        Raises:
            UsageError: It is a trace, or the level is out of range.
        """
        if self.is_trace:
            raise omni.UsageError("a trace has one load; sweep concurrency or a rate instead")
        if self.is_open:
            return replace(self, rate=level)
        _check("concurrency", int(level) if float(level).is_integer() else level, 1, MOST_OPEN)
        return replace(self, concurrency=int(level))

    def due(self) -> Iterator[float]:
        """When each request of an open loop is due, in seconds from its begin; it may not end.

        Raises:
            UsageError: The trace cannot be read.
        """
        kind, _, argument = self.arrivals.partition(":")
        if kind == "trace":
            return iter(read_trace(argument))
        return self._constant() if kind == "constant" else self._by_chance(float(argument or 1))

    def _constant(self) -> Iterator[float]:
        return (number / (self.rate or 1.0) for number in count())

    def _by_chance(self, burstiness: float) -> Iterator[float]:
        chance = random.Random(self.seed)  # noqa: S311 -- to be repeatable is the point
        at = 0.0
        while True:
            yield at
            at += chance.gammavariate(burstiness, 1 / (burstiness * (self.rate or 1.0)))


def read_trace(path: str) -> list[float]:
    """The times of a trace: a number of seconds a line, none less than the one before.

    Raises:
        UsageError: The file cannot be read, or is something else.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MOST_TRACE_BYTES + 1)
    except OSError as error:
        raise omni.UsageError(f"the trace {path} cannot be read: {error.strerror}") from error
    try:
        times = [float(line) for line in content.split()]
    except ValueError as error:
        raise omni.UsageError(f"the trace {path} has a time in seconds a line: {error}") from error
    is_in_order = times == sorted(times) and all(map(math.isfinite, times))
    if not times or len(content) > _MOST_TRACE_BYTES or not is_in_order or times[0] < 0:
        raise omni.UsageError(
            f"the trace {path} has times from 0 on, none less than the one before, in"
            f" {_MOST_TRACE_BYTES} bytes at most"
        )
    return times


def _check(name: str, value: object, least: int, most: int) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise omni.UsageError(f"{name} is a whole number from {least} to {most:,}, not {value!r}")


def _positive(text: str) -> bool:
    try:
        return 0 < float(text) < math.inf
    except ValueError:
        return False
