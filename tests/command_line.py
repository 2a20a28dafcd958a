"""Runs the command line as a user does: a process of its own, in a folder of its own.

It has a key where it is told whom to ask, and else none.
"""

import asyncio
import os
import subprocess
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

from canary import CANARY

from omni_stream.catalog import providers

BOUND_SECONDS = 60
PROGRAM = (sys.executable, "-W", "error", "-m", "omni_stream.cli")
VARIABLES = {
    variable for provider in providers() for variable in (provider.key_variable, provider.base_url_variable)
}


def environment(*arguments, **changes):
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    key = {"DASHSCOPE_API_KEY": CANARY} if "--base-url" in arguments else {}
    return {**kept, "PYTHONSAFEPATH": "1", **key, **changes}


@dataclass(frozen=True)
class Ended:
    code: int
    out: bytes
    err: str

    @property
    def text(self):
        return self.out.decode()

    @property
    def sentence(self):
        """The one line that says what went wrong."""
        [sentence] = [line for line in self.err.splitlines() if line.startswith("omni-stream: ")]
        return sentence


async def run(*arguments, folder, stdin=b"", **variables):
    """Run the program to its end."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *arguments,
        cwd=folder,
        env=environment(*arguments, **variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(BOUND_SECONDS):
            out, err = await process.communicate(stdin)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    ended = Ended(process.returncode, out, err.decode())
    assert "Traceback" not in ended.err, ended.err
    assert "Warning" not in ended.err, ended.err
    assert "\x1b" not in ended.err
    return ended


def read_wav(path):
    """The PCM of a WAV file of speech, as any player reads it."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        pcm = file.readframes(file.getnframes())
        assert len(pcm) == 2 * file.getnframes()
    return pcm


def children(pid):
    """The processes that a process, in whichever of its threads, has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [child for task in tasks for child in (task / "children").read_text().split()]


def runs(pid):
    """Whether a process has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
