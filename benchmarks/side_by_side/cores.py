"""One core for the client, another for the server, where there are two."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cores:
    """Who runs where; None where nobody is pinned."""

    client: int | None
    server: int | None


def choose_cores() -> Cores:
    """The last core for the client, the first, which tends to serve interrupts, for the server."""
    if not hasattr(os, "sched_getaffinity"):
        return Cores(None, None)
    first, *others = sorted(os.sched_getaffinity(0))
    return Cores(client=others[-1], server=first) if others else Cores(None, None)


FIRST = -10
"""How nice who goes first is."""


def go_first() -> None:
    """Let other programs wait for this process, where it may ask for that, as if the core were its own."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, FIRST)


def pin(core: int | None, process: int = 0) -> None:
    """Keep a process, this one if it is 0, on ``core``."""
    if core is not None:
        os.sched_setaffinity(process, {core})
