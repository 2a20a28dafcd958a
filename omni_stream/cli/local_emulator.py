"""The emulator as a child process, for a question that has no key."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import typer

import omni_stream as omni
from omni_stream.cli.ending import ExitCode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_START_SECONDS = 30.0  # an interpreter that starts from a cold disk on a busy machine
_END_SECONDS = 2.0  # it has nothing to save


def environment_names_a_service() -> bool:
    """Whether the environment has a key or a base URL of any provider that answers questions."""
    return any(
        os.environ.get(variable)
        for provider in omni.catalog.providers()
        if provider.ask is not None
        for variable in (provider.key_variable, provider.base_url_variable)
    )


@asynccontextmanager
async def local_emulator() -> AsyncIterator[str]:
    """Starts the emulator and gives its base URL; leaving ends it, and so does our own death.

    It watches the pipe that is its standard input: the system closes it when we are killed.

    Raises:
        typer.Exit: It could not start, and has said why.
        TimeoutError: It has not said where it listens within 30 s.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "omni_stream.cli", "emulator", "--until-stdin-closes"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        process_group=0,  # Ctrl-C is for us; we end it
    )
    try:
        yield await _base_url(child)
    finally:
        await _end(child)


async def _base_url(child: asyncio.subprocess.Process) -> str:
    assert child.stdout is not None  # noqa: S101 -- it is a pipe; for the type checker
    try:
        async with asyncio.timeout(_START_SECONDS):
            line = await child.stdout.readline()
    except TimeoutError:
        raise omni.TimeoutError(
            f"the emulator did not start within {_START_SECONDS:.0f} s; try `omni-stream emulator` by itself"
        ) from None
    if not line:
        raise typer.Exit(await child.wait() or ExitCode.FAILED)
    return line.decode().strip()


async def _end(child: asyncio.subprocess.Process) -> None:
    assert child.stdin is not None  # noqa: S101 -- it is a pipe; for the type checker
    child.stdin.close()
    try:
        async with asyncio.timeout(_END_SECONDS):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()
