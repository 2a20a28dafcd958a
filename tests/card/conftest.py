import contextlib
import json
import select
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from card import Card

PROGRAM = Path(__file__).with_name("through_portaudio.py")
BOUND_SECONDS = 20


class ThroughPortAudio:
    """A process that plays through PortAudio."""

    def __init__(self, process):
        self._process = process

    def ask(self, line, *, within=BOUND_SECONDS):
        """Its answer to a line, or None if there is none within so many seconds."""
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        is_answered, _, _ = select.select([self._process.stdout], [], [], within)
        return json.loads(self._process.stdout.readline()) if is_answered else None

    def kill(self):
        self._process.kill()
        self._process.wait()


@pytest.fixture
def make_card(tmp_path):
    """Makes a sound card."""
    return lambda **options: Card(tmp_path, **options)


@pytest.fixture
def through_portaudio(tmp_path):
    """Starts a process that plays samples on a card through PortAudio; it is ended with the test."""
    with contextlib.ExitStack() as ending:

        def start(card, samples, *others, rate=24_000, latency=0.1, says=None):
            path = tmp_path / "samples"
            path.write_bytes(np.asarray(samples, "<i2").tobytes())
            arguments = (str(rate), str(np.shape(samples)[1]), str(latency), str(path))
            process = ending.enter_context(
                subprocess.Popen(
                    [sys.executable, str(PROGRAM), *arguments],
                    env=card.environment(*others),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=says,
                    text=True,
                )
            )
            ending.callback(process.kill)
            return ThroughPortAudio(process)

        yield start


@pytest.fixture
def busy_machine():
    """Two processes that do nothing but take time."""
    with contextlib.ExitStack() as ending:
        for _ in range(2):
            process = ending.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            ending.callback(process.kill)
        yield
