"""Ask, and keep the spoken answer as a WAV file.

Run it as: python save_wav.py PROMPT FILE
"""

import asyncio
import sys

import omni_stream as omni


async def main(prompt: str, path: str) -> None:
    """Say what `prompt` asks for into the file at `path`."""
    async with omni.Client() as client, client.ask(prompt) as reply:
        sink = await reply.audio().into(omni.WavSink(path))
    print(f"{path}: {sink.seconds:.1f} s of speech")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
