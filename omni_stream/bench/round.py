"""One load, from its begin to its end."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

import omni_stream as omni
from omni_stream.bench.observed import to_digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A load that was run.

    In ``requests.jsonl`` it is a line behind those of its requests::

        {"round": 8, "is_open": false, "begin": 0.0, "end": 41.2, "dropped": 0, "lag": {"1": 3902, "7": 12}}

    Attributes:
        load: The concurrency, or the rate.
        is_open: Whether it is a rate.
        begin: When it began, in seconds from the begin of the run.
        end: When its last reply had ended.
        dropped: Requests that were open when it was cut off, and are not among the results.
        lag: How often our event loop was so many tenths of a millisecond late, without the warm-up.
    """

    load: float
    is_open: bool
    begin: float
    end: float
    dropped: int = 0
    lag: Counter[int] = field(default_factory=Counter)

    def to_json(self) -> str:
        """It as a line of JSON, without the newline."""
        return json.dumps(
            {
                "round": self.load,
                "is_open": self.is_open,
                "begin": to_digits(self.begin),
                "end": to_digits(self.end),
                "dropped": self.dropped,
                "lag": self.lag,
            }
        )

    @classmethod
    def from_json(cls, line: str | bytes) -> Round:
        """What ``to_json`` wrote.

        Raises:
            UsageError: It is something else.
        """
        try:
            said = json.loads(line)
            lag = Counter({int(steps): int(times) for steps, times in said.pop("lag").items()})
            return cls(load=said.pop("round"), lag=lag, **said)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise omni.UsageError(f"this is no line of requests.jsonl ({error})") from error
