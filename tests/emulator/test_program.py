import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

PROGRAM = (
    "from omni_stream.emulator import Emulator, run; run(Emulator({arguments}), until_stdin_closes={until})"
)
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
sys.stdout.write(child.stdout.readline().decode())
sys.stdout.flush()
child.wait()
"""
BOUND_SECONDS = 30


def program(*, until=False, arguments=""):
    return PROGRAM.format(until=until, arguments=arguments)


@pytest.fixture
def started():
    """Starts a Python program in a process of its own, which is ended with the test."""
    processes = []

    def start(source, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", source, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


def base_url(process):
    line = process.stdout.readline().decode()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/compatible-mode/v1\n", line), process.stderr.read()
    return line.strip()


def ask(url, prompt):
    body = {
        "model": "qwen3-omni-flash",
        "messages": [{"role": "user", "content": prompt}],
        "modalities": ["text", "audio"],
        "stream": True,
    }
    return urllib.request.urlopen(
        urllib.request.Request(
            f"{url}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
        ),
        timeout=BOUND_SECONDS,
    )


def listens(url):
    parts = urllib.parse.urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=BOUND_SECONDS).close()
    except ConnectionRefusedError:
        return False
    return True


def test_two_processes_say_the_same(started):
    heard = []
    for _ in range(2):
        process = started(program(arguments="first_audio_seconds=0, real_time_factor=0"))
        with ask(base_url(process), "你是谁") as response:
            chunks = [
                json.loads(line[6:]) for line in response.read().splitlines() if line.startswith(b"data: {")
            ]
        deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
        pcm = base64.b64decode("".join(delta["audio"]["data"] for delta in deltas if "audio" in delta))
        heard.append(("".join(delta.get("content", "") for delta in deltas), pcm))
    assert heard[0] == heard[1]
    assert len(heard[0][1]) > 8 * 48_000


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process has loaded")
def test_espeak_is_never_in_its_own_process(started):
    process = started(program(arguments="first_audio_seconds=0, real_time_factor=0"))
    with ask(base_url(process), "Say: one") as response:
        assert b'"audio":{"data"' in response.read()
    loaded = Path(f"/proc/{process.pid}/maps").read_text()
    assert "soxr" in loaded
    assert "espeak" not in loaded


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_in_the_middle_of_a_reply(started, number):
    process = started(program(until=True, arguments="first_audio_seconds=0"))
    with ask(base_url(process), "你好") as response:
        response.read(10)
        process.send_signal(number)
        assert process.wait(BOUND_SECONDS) == 0
    assert process.stderr.read() == b""


def test_the_end_of_standard_input_ends_it(started):
    process = started(program(until=True))
    base_url(process)
    process.stdin.write(b"ignored")
    process.stdin.close()
    assert process.wait(BOUND_SECONDS) == 0
    assert process.stderr.read() == b""


def test_it_stays_when_it_is_not_told_to_watch_standard_input(started):
    process = started(program())
    url = base_url(process)
    process.stdin.close()
    assert listens(url)
    assert process.poll() is None


def test_it_does_not_outlive_a_parent_that_is_killed(started):
    parent = started(PARENT, program(until=True))
    url = base_url(parent)
    assert listens(url)
    os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + BOUND_SECONDS
    while listens(url):
        assert time.monotonic() < deadline
        time.sleep(0.02)
