"""One answer to two ends: a file as it came, and one for the telephone.

Run it as: python two_rates.py PROMPT FILE TELEPHONE_FILE
"""

import asyncio
import sys

import omni_stream as omni


async def main(prompt: str, path: str, telephone_path: str) -> None:
    """Say what `prompt` asks for into both files, the second at 8 kHz in blocks of 20 ms."""
    async with omni.Client() as client, client.ask(prompt) as reply:
        whole, telephone = reply.audio().tee(2, seconds=5.0)
        async with asyncio.TaskGroup() as ends:
            ends.create_task(whole.into(omni.WavSink(path)))
            ends.create_task(
                telephone.through(omni.resample(8_000))
                .through(omni.blocks(0.020))
                .into(omni.WavSink(telephone_path))
            )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
