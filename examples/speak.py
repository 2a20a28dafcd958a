"""Speak a text: another provider is another argument, and the program stays as it is.

Run it as: python speak.py PROVIDER TEXT FILE
"""

import asyncio
import sys

import omni_stream as omni


async def main(provider: str, text: str, path: str) -> None:
    """Have `provider` speak `text` into the file at `path`."""
    async with omni.Client(provider=provider) as client, client.speak(text) as reply:
        sink = await reply.audio().into(omni.WavSink(path))
    print(f"{path}: {sink.seconds:.1f} s of speech by {reply.model}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
