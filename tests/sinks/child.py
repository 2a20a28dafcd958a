"""Writes files until it is killed: ``python child.py FOLDER COUNT SUFFIX``.

File n holds ``frames(SECONDS, seed=n)``.  Each line that it prints, "n bytes", is a
promise: so much of file n outlives a kill.
"""

import asyncio
import random
import sys
from pathlib import Path

from sinks.noise import frames

from omni_stream.sinks import FileSink, WavSink

SECONDS = 2.0


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def save(folder, n, suffix):
    pause = random.Random(n)
    async with (WavSink if suffix == "wav" else FileSink)(folder / f"{n}.{suffix}") as sink:
        for frame in frames(SECONDS, seed=n, most=2_000):
            await sink.write(frame)
            await asyncio.sleep(pause.random() * 0.006)
            if pause.random() < 0.05:
                await sink.flush()
                say(f"{n} {sink.written_bytes}")
    say(f"{n} {sink.written_bytes}")


async def save_all(folder, count, suffix):
    say("ready")
    await asyncio.gather(*(save(folder, n, suffix) for n in range(count)))


if __name__ == "__main__":
    asyncio.run(save_all(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
