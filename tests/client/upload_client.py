"""Sends a video from its path or as bytes, and prints what that took, as JSON; a process of its own.

Usage: upload_client.py BASE_URL FILE path|bytes
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import omni_stream as omni


def resident_bytes(name):
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name))


async def pulse(lateness):
    """How late another task of the same loop is, each millisecond."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        lateness.append(time.perf_counter() - began - 0.001)


async def main(base_url, file, way):
    source = Path(file) if way == "path" else Path(file).read_bytes()  # noqa: ASYNC240 -- nothing else runs yet
    prompt = [{"role": "user", "content": [omni.Video(source), "What is it?"]}]
    async with omni.Client(base_url=base_url, provider="dashscope", retries=0) as client:
        lateness, told = [], []
        beside = asyncio.create_task(pulse(lateness))
        before, began, cpu = resident_bytes("VmRSS"), time.perf_counter(), time.process_time()
        async with client.ask(prompt, on_upload=lambda *progress: told.append(progress)) as reply:
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            text = "".join([piece async for piece in reply.text()])
        beside.cancel()
    lateness.sort()
    found = {
        "text": text,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "before_bytes": before,
        "peak_bytes": resident_bytes("VmHWM"),
        "told": told[-1],
        "late_seconds": lateness[-1],
        "mostly_late_seconds": lateness[len(lateness) * 99 // 100],
    }
    sys.stdout.write(json.dumps(found))


asyncio.run(main(*sys.argv[1:]))
