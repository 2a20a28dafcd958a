"""Many answers at once in one process, each into a file of its own.

Run it as: python many_sessions.py FOLDER PROMPT...

The task group is anyio's own; `max_connections` is what keeps the service from
being asked more at once than it allows.  One answer that fails ends the others
here, as a task group does; catch `omni.OmniStreamError` in `save` to go on.
"""

import sys
from pathlib import Path

import anyio

import omni_stream as omni


async def save(client: omni.Client, prompt: str, path: Path) -> None:
    """Say what `prompt` asks for into the file at `path`."""
    async with client.ask(prompt) as reply:
        sink = await reply.audio().into(omni.WavSink(path))
    print(f"{path.name}: {sink.seconds:.1f} s of speech")


async def main(folder: str, prompts: list[str]) -> None:
    """Ask all of `prompts` at once."""
    async with omni.Client(max_connections=100) as client, anyio.create_task_group() as sessions:
        for number, prompt in enumerate(prompts):
            sessions.start_soon(save, client, prompt, Path(folder, f"{number:03}.wav"))


if __name__ == "__main__":
    anyio.run(main, sys.argv[1], sys.argv[2:])
