"""A sink of one's own: the speech goes to another program, a player or an encoder.

Run it as: python own_sink.py PROMPT PROGRAM [ARGUMENT...]
For example: python own_sink.py "Read me a haiku." aplay -q -t raw -f S16_LE -r 24000

A kind of sink says how it takes a frame, and what else means something to it.
`Sink` sees to the rest: states, formats, pauses, cancels, errors.
"""

import asyncio
import sys

import omni_stream as omni


class ProgramSink(omni.Sink):
    """Writes raw PCM to the standard input of a program, which it starts and waits for."""

    def __init__(self, *command: str) -> None:
        super().__init__()
        self._command = command
        self._program: asyncio.subprocess.Process | None = None
        self._written_bytes = 0

    def __repr__(self) -> str:
        return f"ProgramSink({self._command[0]!r})"

    @property
    def written_bytes(self) -> int:
        """Bytes of PCM that the program has taken, or its pipe."""
        return self._written_bytes

    async def _open(self) -> None:
        self._program = await asyncio.create_subprocess_exec(*self._command, stdin=asyncio.subprocess.PIPE)

    async def _take(self, frame: omni.AudioFrame) -> None:
        if self._program is not None and self._program.stdin is not None:
            self._took(frame)
            self._program.stdin.write(bytes(frame))
            await self._program.stdin.drain()  # a program that is slow slows the service down
            self._written_bytes += len(bytes(frame))

    async def _complete(self) -> None:
        if self._program is not None and self._program.stdin is not None:
            self._program.stdin.close()
            await self._program.wait()

    async def _abandon(self) -> None:
        if self._program is not None and self._program.returncode is None:
            self._program.kill()
            await self._program.wait()


async def main(prompt: str, *command: str) -> None:
    """Let a program hear what `prompt` asks for."""
    async with omni.Client() as client, client.ask(prompt) as reply:
        sink = await reply.audio().buffered(1.0).into(ProgramSink(*command))
    print(f"{sink!r} took {sink.seconds:.1f} s of speech")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
