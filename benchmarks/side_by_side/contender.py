"""What takes part in a measurement."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from typing_extensions import Buffer

Append = Callable[[Buffer], object]
"""Takes the PCM of one audio event."""

Turn = Callable[[Append], Awaitable[None]]
"""Reads one whole reply and appends the PCM of each audio event."""

Decode = Callable[[Sequence[bytes], Append], Awaitable[None]]
"""Reads the reply that came in these reads."""

Connect = Callable[[str], AbstractAsyncContextManager[Turn]]
"""A client of the server at this base URL; each turn asks it once."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to read a reply.

    Attributes:
        name: What the table calls it.
        turn: Reads one reply.
        is_limit: Whether it does only a part of the work, which bounds all of it from below;
            nothing is appended then.
        asks_for_all: Whether one turn of it asks for all replies that are to run at once.
    """

    name: str
    turn: Turn
    is_limit: bool = False
    asks_for_all: bool = False
