"""What the options of ``omni-stream bench`` ask for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.bench import Case, Load, Target

DEFAULT_PROMPT = "Tell me about the sea in three sentences."

DEFAULT_USERS = 8

MOST_USERS = 256
MOST_RATE = 100.0
"""How far a search goes if nobody says: many a service's whole allowance."""

_MOST_PROMPT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run.

    Attributes:
        cases: What is asked.
        load: The first load, or the only one.
        levels: The loads to run, one after the other.
        targets: What the highest load that is looked for has to meet; none if none is looked for.
        most: The highest load that such a search tries.
        speaks: Whether prompts are texts to speak.
    """

    cases: Sequence[Case]
    load: Load
    levels: Sequence[float]
    targets: Sequence[Target]
    most: float
    speaks: bool


class How(TypedDict):
    """How requests come, as ``Load`` takes it."""

    concurrency: int | None
    rate: float | None
    arrivals: str


def how_of(
    concurrency: int | None, rate: float | None, arrivals: str | None, *, is_swept: bool, users: int
) -> How:
    """A closed loop, unless a rate or arrivals are asked for; a sweep has rates of its own.

    Raises:
        UsageError: It is said how a rate is spread, and none is given.
    """
    is_trace = (arrivals or "").startswith("trace:")
    if arrivals is not None and rate is None and not is_trace:
        if not is_swept:
            raise omni.UsageError("--arrivals says how requests of a rate are spread; give --rate, too")
        rate = 1.0
    if concurrency is None and rate is None and not is_trace:
        concurrency = users
    return How(concurrency=concurrency, rate=rate, arrivals=arrivals or "poisson")


def cases_of(
    prompts: list[str], files: list[str], models: list[str], voices: list[str], regions: list[str]
) -> list[Case]:
    """Each model with each voice, region and prompt.

    Raises:
        UsageError: A file cannot be read, or a prompt is empty.
    """
    from omni_stream.bench import Case  # noqa: PLC0415 -- other commands need none of it

    asked = [*prompts, *(prompt for file in files for prompt in _prompts_in(file))] or [DEFAULT_PROMPT]
    if not all(prompt.strip() for prompt in asked):
        raise omni.UsageError("a prompt is empty; say what to ask")
    each: list[Sequence[str | None]] = [names or [None] for names in (models, voices, regions)]
    return [Case(prompt, *names) for names in product(*each) for prompt in asked]


def levels_of(sweep: str | None, load: Load) -> list[float]:
    """The loads of ``--sweep 1,2,4``, or the one of ``load``.

    Raises:
        UsageError: It is something else.
    """
    if sweep is None:
        return [load.level]
    try:
        levels = [float(level) for level in sweep.split(",")]
    except ValueError:
        levels = []
    is_whole = load.is_open or all(level.is_integer() for level in levels)
    if not levels or not is_whole or len(set(levels)) < len(levels):
        raise omni.UsageError(
            f"--sweep is loads to run one after the other, as 1,2,4,8: whole numbers of users, or rates with"
            f" --arrivals; not {sweep!r:.60}"
        )
    for level in levels:
        load.at(level)
    return levels


def speaks_of(provider: str | None, *, speak: bool) -> bool:
    """Whether prompts are spoken: if it is asked for, or the provider can do nothing else."""
    known = omni.catalog.find_provider(provider) if provider is not None else None
    return speak or (known is not None and known.ask is None)


def _prompts_in(file: str) -> list[str]:
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(_MOST_PROMPT_BYTES + 1)
        if len(content) > _MOST_PROMPT_BYTES:
            raise omni.UsageError(f"{file} is over the limit of {_MOST_PROMPT_BYTES} bytes of prompts")
        prompts = [line for line in content.decode().splitlines() if line.strip()]
    except OSError as error:
        raise omni.UsageError(f"the prompts in {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise omni.UsageError(f"{file} is not UTF-8 at byte {error.start}; convert it") from None
    if not prompts:
        raise omni.UsageError(f"{file} has no prompt; it has one a line")
    return prompts
