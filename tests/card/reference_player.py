"""The reference player (player.c): what it plays reaches the card whole, so the card is judged by it."""

import itertools
import subprocess
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from card.build import build

BOUND_SECONDS = 60


@dataclass(frozen=True)
class Span:
    """Two times, seconds, and a position of the sound, frames."""

    begin: float
    end: float
    position: int


@dataclass(frozen=True)
class Played:
    """What the player says of itself.

    Attributes:
        clock: Between these times it was told that so many frames had been heard.
        pauses: Its pauses, and what had been committed by then.
    """

    clock: list[Span]
    pauses: list[Span]


def play(card, samples, *, rate, latency=0.25, pauses=()):
    """Play samples (frames, channels) on a card; `pauses` are pairs of a position and seconds."""
    pauses = [(position, round(1_000 * seconds)) for position, seconds in pauses]
    arguments = (card.name, rate, card.channels, round(latency * 1e6), *itertools.chain.from_iterable(pauses))
    ended = subprocess.run(
        [build() / "player", *map(str, arguments)],
        input=np.asarray(samples, "<i2").tobytes(),
        env=card.environment(),
        capture_output=True,
        timeout=BOUND_SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b""), ended.stderr
    spans = defaultdict(list)
    for line in ended.stdout.decode().splitlines():
        name, begin, end, position = line.split()
        spans[name].append(Span(int(begin) / 1e9, int(end) / 1e9, int(position)))
    return Played(spans["clock"], spans["pause"])
