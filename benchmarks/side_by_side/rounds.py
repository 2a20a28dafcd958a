"""Rounds: every contender in turn, over and over, so that what disturbs the machine disturbs all alike.

* What is measured is CPU time, user and system, of this whole process.
* A slot is as many turns as it takes to outlast the clock's and the scheduler's grain.
* Each round first has every contender decode a reply that is compared, whole, with what was encoded.
  Of the timed turns the last pieces are, so that no more has to be held than a player holds.
* What was imported, and made in a first turn of each, is exempt from garbage collection, which else
  would go through all contenders' modules in the slot of whoever happens to trip it.
* The number of rounds is bounded, and so is the time.
"""

from __future__ import annotations

import asyncio
import gc
from collections import deque
from dataclasses import dataclass
from math import ceil
from time import monotonic, process_time
from typing import TYPE_CHECKING

from typing_extensions import Buffer

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

    from side_by_side.contender import Contender
    from side_by_side.reply import Reply

KEPT_PIECES = 16
"""Pieces held of a timed turn: a player's queue, not a store, so that memory is used again."""

LEAST_ROUNDS = 3
"""Below this a median is no median: the time limit waits for them."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is measured.

    Attributes:
        rounds: Rounds of each contest.
        slot_seconds: CPU time that a slot should take at least.
        slot_turns: Turns that a slot may take at most.
        contest_seconds: Begin no further round after this.
    """

    rounds: int
    slot_seconds: float
    slot_turns: int
    contest_seconds: float


async def run_rounds(
    contenders: Sequence[Contender], reply: Reply, bounds: Bounds, *, streams: int = 1
) -> dict[str, list[float]]:
    """CPU time of each contender in each round, in seconds per audio event.

    Args:
        contenders: Who takes part, in order.
        reply: What each turn reads.
        bounds: How much.
        streams: How many turns run at once.

    Raises:
        ValueError: A contender has decoded something else than what was encoded.
    """
    events = reply.audio_events * streams
    turns = {}
    for contender in contenders:
        await _slot(contender, reply, streams, 1)
        once = await _slot(contender, reply, streams, 1)
        turns[contender.name] = min(bounds.slot_turns, max(1, ceil(bounds.slot_seconds / once)))
    gc.collect()
    gc.freeze()
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    begun = monotonic()
    for count in range(bounds.rounds):
        if count >= LEAST_ROUNDS and monotonic() - begun > bounds.contest_seconds:
            break
        for contender in contenders:
            await _check(contender, reply)
            spent = await _slot(contender, reply, streams, turns[contender.name])
            seconds[contender.name].append(spent / (turns[contender.name] * events))
    return seconds


async def _slot(contender: Contender, reply: Reply, streams: int, turns: int) -> float:
    kept = [deque[Buffer](maxlen=KEPT_PIECES) for _ in range(streams)]
    gc.collect()
    begun = process_time()
    for _ in range(turns):
        await _take_turns(contender, kept)
    spent = process_time() - begun
    if not contender.is_limit:
        for pieces in kept:
            if not pieces or not reply.pcm.endswith(b"".join(pieces)):
                raise _other_pcm(contender)
    return spent


async def _check(contender: Contender, reply: Reply) -> None:
    if contender.is_limit:
        return
    pieces: list[Buffer] = []
    await contender.turn(pieces.append)
    if b"".join(pieces) != reply.pcm:
        raise _other_pcm(contender)


def _other_pcm(contender: Contender) -> ValueError:
    return ValueError(f"{contender.name} has decoded something else than what was encoded")


async def _take_turns(contender: Contender, kept: Sequence[MutableSequence[Buffer]]) -> None:
    if len(kept) == 1 or contender.asks_for_all:
        await contender.turn(kept[0].append)
    else:
        await asyncio.gather(*(contender.turn(pieces.append) for pieces in kept))
