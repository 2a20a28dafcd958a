"""How long the first audio takes on a connection that is there: by the wall clock, one request at a time."""

from __future__ import annotations

from contextlib import AsyncExitStack
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from side_by_side.contest import Aim, Contest
from side_by_side.contests import CLIENT, CLIENTS, OPENAI

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from side_by_side.contender import Turn
    from side_by_side.rounds import Bounds

REQUESTS = 40
"""Requests of a slot; the round's figure is their median."""

EVENTS = 20
"""Audio events of a reply, which the server has at once."""


async def first_audio(bounds: Bounds, *, server: str) -> Contest:
    """From asking to the first PCM."""
    values: dict[str, list[float]] = {name: [] for name in CLIENTS}
    requests = min(REQUESTS, bounds.slot_turns)
    async with AsyncExitStack() as open_clients:
        turns = {
            name: await open_clients.enter_async_context(connect(f"{server}/{EVENTS}/v1"))
            for name, connect in CLIENTS.items()
        }
        for turn in turns.values():
            await _first(turn)
        for _ in range(bounds.rounds):
            for name, turn in turns.items():
                values[name].append(median([await _first(turn) for _ in range(requests)]))
    return Contest(
        title="First audio on a warm connection, median",
        unit="ms by the wall clock",
        ours=CLIENT,
        limits=(),
        aims=(Aim(1 / 0.45, f"sooner than {OPENAI}", (OPENAI,)),),
        values=values,
    )


async def _first(turn: Turn) -> float:
    came: list[float] = []

    def append(_: Buffer) -> None:
        if not came:
            came.append(perf_counter())

    begun = perf_counter()
    await turn(append)
    return came[0] - begun
