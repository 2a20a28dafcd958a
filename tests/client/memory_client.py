"""Reads two replies of a peer, and tells how much memory the second took: ``python memory_client.py URL``.

Prints, as JSON, what became of the second and by how many bytes the process grew at most meanwhile.
"""

import asyncio
import json
import sys
from pathlib import Path

from omni_stream.client import Client
from omni_stream.errors import OmniStreamError


def resident_bytes(field):
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def begin_peak():
    """Have the peak of what is resident start anew (man 5 proc)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


async def read(client):
    events = 0
    async with client.ask("hi") as reply:
        async for _ in reply:
            events += 1
    return f"{events} events"


async def main(base_url):
    async with Client(base_url=base_url, retries=0) as client:
        await read(client)  # whatever is loaded on first use
        begin_peak()
        before = resident_bytes("VmRSS:")
        try:
            outcome = await read(client)
        except OmniStreamError as error:
            outcome = type(error).__name__
        print(json.dumps([outcome, resident_bytes("VmHWM:") - before]))  # noqa: T201 -- its only word


asyncio.run(main(sys.argv[1]))
