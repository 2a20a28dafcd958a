"""How often a client allocates per audio event, and how much it copies.

* The client runs in a process whose every ``malloc`` and ``memcpy`` is counted, by a library that is
  made with the system's C compiler and loaded before libc; ``counting.c`` says what it does not see.
* Python's own allocator, which would hide most allocations, gives way to malloc there.  What Python
  keeps of an object's kind for the next one is no allocation.
* An event is the difference of a long and a short reply, over how many more events the long one has:
  so the request is not in it.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from side_by_side.contest import Contest
from side_by_side.contests import AIOHTTP, CLIENT, CLIENTS, OPENAI

if TYPE_CHECKING:
    from typing_extensions import Buffer

WHO = (OPENAI, AIOHTTP, CLIENT)
SHORT_EVENTS, LONG_EVENTS = 100, 4100
ROUNDS = 3
CHILD_SECONDS = 60

COUNTING = Path(__file__).with_name("counting.c")
LIBRARY_VARIABLE = "LD_PRELOAD"

FIGURES = (
    ("allocations", "calls of malloc and its like per audio event"),
    ("copies", "bytes copied in user space per audio event"),
)


def counted(*, server: str) -> list[Contest]:
    """Allocations and copies of one stream over loopback."""
    values: list[dict[str, list[float]]] = [{} for _ in FIGURES]
    notes: tuple[str, ...] = ()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "counting.so")
        try:
            _make(library)
            for name in WHO:
                found = zip(*_count(library, name, server), strict=True)
                for of_figure, figures in zip(values, found, strict=True):
                    of_figure[name] = list(figures)
        except _NotHereError as reason:
            notes = (f"Not measured: {reason}.",)
    return [
        Contest(
            title=f"Over loopback, 1 stream, {what}",
            unit=unit,
            ours=CLIENT,
            limits=(),
            aims=(),
            values=of_figure,
            notes=notes,
        )
        for (what, unit), of_figure in zip(FIGURES, values, strict=True)
    ]


class _NotHereError(Exception):
    """This system has not what it takes to count."""


def _make(library: Path) -> None:
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if platform.libc_ver()[0] != "glibc":
        raise _NotHereError("it takes glibc")
    if compiler is None:
        raise _NotHereError("it takes a C compiler, and there is no `cc`")
    options = ("-shared", "-fPIC", "-O2", "-fno-builtin")
    command: list[str | Path] = [compiler, *options, "-o", library, COUNTING, "-ldl"]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made.returncode:
        raise _NotHereError(f"`{compiler}` could not make it: {made.stderr.strip()}")


def _count(library: Path, name: str, server: str) -> list[list[float]]:
    path = os.pathsep.join([str(COUNTING.parents[1]), *sys.path])
    done = subprocess.run(
        [sys.executable, "-m", "side_by_side.counted", name, server],
        check=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONMALLOC": "malloc", LIBRARY_VARIABLE: str(library)},
        stdout=subprocess.PIPE,
        timeout=CHILD_SECONDS,
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


async def _rounds(name: str, server: str) -> list[list[float]]:
    counts = await _reply_counts(name, f"{server}/{SHORT_EVENTS}/v1")
    more = await _reply_counts(name, f"{server}/{LONG_EVENTS}/v1")
    events = LONG_EVENTS - SHORT_EVENTS
    return [
        [(with_more - with_few) / events for with_more, with_few in zip(*both, strict=True)]
        for both in zip(more, counts, strict=True)
    ]


async def _reply_counts(name: str, base_url: str) -> list[list[int]]:
    """Allocations and copied bytes of each reply but a first one."""
    library = ctypes.CDLL(os.environ[LIBRARY_VARIABLE])
    counters = (library.counted_allocations, library.counted_copied_bytes)
    for counter in counters:
        counter.restype = ctypes.c_ulong
    kept: deque[Buffer] = deque(maxlen=16)
    found = []
    async with CLIENTS[name](base_url) as turn:
        await turn(kept.append)
        for _ in range(ROUNDS):
            before = [counter() for counter in counters]
            await turn(kept.append)
            found.append([counter() - count for counter, count in zip(counters, before, strict=True)])
    return found


if __name__ == "__main__":
    _, who, address = sys.argv
    json.dump(asyncio.run(_rounds(who, address)), sys.stdout)
