"""The options of sampling, each with its range.

The ranges are the widest of the services served; a model may be narrower and
says so itself.  A check takes ``object``: what a caller passes may be anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypedDict

from omni_stream.errors import UsageError
from omni_stream.request.shown import shown


class Sampling(TypedDict, total=False):
    """The sampling options of a request's body; one that is absent is the service's to choose."""

    temperature: float
    top_p: float
    seed: int
    max_tokens: int
    stop: str | list[str]


def sampling_of(
    *,
    temperature: float | None,
    top_p: float | None,
    seed: int | None,
    max_tokens: int | None,
    stop: str | Sequence[str] | None,
) -> Sampling:
    """The options that were given, checked.

    Raises:
        UsageError: One is of the wrong type or out of its range.
    """
    options: Sampling = {}
    if temperature is not None:
        options["temperature"] = _number("temperature", temperature, highest=2)
    if top_p is not None:
        options["top_p"] = _number("top_p", top_p, highest=1)
    if seed is not None:
        options["seed"] = _whole("seed", seed, lowest=0)
    if max_tokens is not None:
        options["max_tokens"] = _whole("max_tokens", max_tokens, lowest=1)
    if stop is not None:
        options["stop"] = _stops(stop)
    return options


def _number(name: str, value: object, *, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UsageError(f"{name} is a number from 0 to {highest}, not {shown(value)}")
    if not 0 <= value <= highest:
        raise UsageError(f"{name} is from 0 to {highest}, and {value} is outside; choose one within")
    return value


def _whole(name: str, value: object, *, lowest: int) -> int:
    highest = 2**63 - 1  # what a service can read without losing digits
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise UsageError(f"{name} is a whole number from {lowest} to {highest}, not {shown(value)}")
    return value


def _stops(stop: object) -> str | list[str]:
    if isinstance(stop, str) and stop:
        return stop
    if not isinstance(stop, str) and isinstance(stop, Sequence):
        texts = [text for text in stop if isinstance(text, str) and text]
        if texts and len(texts) == len(stop):
            return texts
    raise UsageError(f"stop is a text or a list of texts, none of them empty, not {shown(stop)}")
