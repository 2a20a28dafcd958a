"""A program that plays on a sound card of its own: how it is run, what it says, what is heard of it.

Both ends are here, since they agree on a form: arguments are JSON on the command line, and what the
program says is a line of JSON each, with its time by the clock that the card keeps too.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from card import Card

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from card import Recording

Facts = dict[str, Any]
"""What was said or measured, as JSON has it."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a program said, in order, and what was heard of it."""

    said: list[Facts]
    recording: Recording

    def last(self, what: str) -> Facts:
        """What it said last of this."""
        return self.all(what)[-1]

    def all(self, what: str) -> list[Facts]:
        """All that it said of this."""
        return [facts for facts in self.said if facts["what"] == what]


def play(module: str, folder: Path, *, within: float, **arguments: object) -> Played:
    """Run a module as a program on a new card, in a folder for what it leaves, for so many seconds at most.

    Raises:
        RuntimeError: It failed.
    """
    card = Card(tempfile.mkdtemp(dir=folder))
    ended = subprocess.run(
        [sys.executable, "-m", module, json.dumps(arguments)],
        env={**card.environment(), "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        timeout=within,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"{module} failed with {arguments}: it says above why")
    return Played([json.loads(line) for line in ended.stdout.splitlines()], card.recording())


def obey(program: Callable[..., Awaitable[None]]) -> None:
    """Run what the command line asks for."""
    asyncio.run(program(**json.loads(sys.argv[1])))  # type: ignore[arg-type]


def say(what: str, **facts: object) -> None:
    """Tell whoever runs this program."""
    print(json.dumps({"what": what, "at": time.monotonic(), **facts}), flush=True)
