"""The emulator as a program: it says where it listens, and runs until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_stream.emulator.server import Emulator

_READ_BYTES = 4096


def run(emulator: Emulator, *, until_stdin_closes: bool = False) -> None:
    """Run ``emulator``, with its base URL as the one line of standard output, until SIGINT or SIGTERM.

    Args:
        emulator: The emulator, not entered yet.
        until_stdin_closes: Whether the end of standard input ends it too.  A parent that holds
            the other end of a pipe then never leaves it behind, not even when it is killed.

    Raises:
        UsageError: What entering the emulator raises.
    """
    asyncio.run(_run(emulator, until_stdin_closes=until_stdin_closes))


async def _run(emulator: Emulator, *, until_stdin_closes: bool) -> None:
    loop, told_to_end = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_end.set)
    async with emulator:
        sys.stdout.write(f"{emulator.base_url}\n")
        sys.stdout.flush()
        if until_stdin_closes:
            # A thread, since a loop cannot watch every kind of file; a daemon, since nothing ends its read.
            threading.Thread(target=_read_stdin, args=(loop, told_to_end), daemon=True).start()
        await told_to_end.wait()


def _read_stdin(loop: asyncio.AbstractEventLoop, told_to_end: asyncio.Event) -> None:
    # os.read holds no lock of sys.stdin's that the interpreter would wait for at its end.
    with contextlib.suppress(OSError):
        while os.read(0, _READ_BYTES):
            pass
    with contextlib.suppress(RuntimeError):  # a signal has ended the loop first
        loop.call_soon_threadsafe(told_to_end.set)
