"""A hundred sessions in one process, and what is left of them when it is killed."""

import os
import signal
import subprocess
import sys
import time

import pytest
from command_line import BOUND_SECONDS, PROGRAM, environment, read_wav

from omni_stream.emulator import Emulator

SESSIONS = """
import sys
import anyio
import omni_stream as omni

async def save(client, number):
    words = " ".join(["one two three four five"] * (1 + number % 10))
    async with client.ask(f"Say: {words}") as reply:
        await reply.audio().into(omni.WavSink(f"{number:03}.wav"))

async def main():
    async with omni.Client(base_url=sys.argv[1]) as client, anyio.create_task_group() as sessions:
        for number in range(100):
            sessions.start_soon(save, client, number)

anyio.run(main)
"""


@pytest.fixture
def slow_emulator():
    """An emulator that talks five times as fast as real time, and so for 0.3 to 4 s."""
    arguments = ("emulator", "--first-audio", "0.5", "--real-time-factor", "0.2", "--until-stdin-closes")
    with subprocess.Popen(
        [*PROGRAM, *arguments], env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as emulator:
        yield emulator.stdout.readline().strip()
        emulator.stdin.close()


@pytest.fixture
async def spoken():
    """The PCM of each length of answer, in one piece."""
    emulator = Emulator()
    texts = [" ".join(["one two three four five"] * (1 + number)) for number in range(10)]
    return [(await emulator.speak(text)).pcm for text in texts]


def start(folder, url):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SESSIONS, url],
        cwd=folder,
        env=environment(),
        stderr=subprocess.PIPE,
    )


def test_a_hundred_answers_at_once_are_each_what_they_are_alone(slow_emulator, spoken, tmp_path):
    with start(tmp_path, slow_emulator) as sessions:
        _, err = sessions.communicate(timeout=BOUND_SECONDS)
    assert (sessions.returncode, err) == (0, b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{number:03}.wav" for number in range(100)]
    for number in range(100):
        assert read_wav(tmp_path / f"{number:03}.wav") == spoken[number % 10]


def test_a_kill_leaves_whole_files_by_name_and_playable_beginnings(slow_emulator, spoken, tmp_path):
    with start(tmp_path, slow_emulator) as sessions:
        deadline = time.monotonic() + BOUND_SECONDS
        while len([path for path in tmp_path.glob("*.wav") if ".part" not in path.name]) < 25:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        os.kill(sessions.pid, signal.SIGKILL)
    names = {path.name for path in tmp_path.iterdir()}
    whole = {name for name in names if ".part" not in name}
    assert 25 <= len(whole) < len(names) <= 100
    begun = 0
    for name in names:
        expected = spoken[int(name[:3]) % 10]
        heard = read_wav(tmp_path / name)
        if name in whole:
            assert heard == expected
        else:
            assert expected.startswith(heard)
            begun += bool(heard)
    assert begun > 0
    with start(
        tmp_path, slow_emulator
    ) as again:  # the names that are taken are refused, the others start clean
        again.communicate(timeout=BOUND_SECONDS)
    assert again.returncode != 0
    for name in whole:
        assert read_wav(tmp_path / name) == spoken[int(name[:3]) % 10]
