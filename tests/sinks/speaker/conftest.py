import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from card import Card

PROGRAM = Path(__file__).with_name("child.py")
BOUND_SECONDS = 30


class Child:
    """A process with a speaker, and what it says."""

    def __init__(self, process):
        self.process = process
        self.said = []

    def until(self, what):
        """What it says, until it says this."""
        for line in self.process.stdout:
            self.said.append(
                json.loads(line) if line.startswith("{") else {"what": "log", "text": line.strip()}
            )
            if self.said[-1]["what"] == what:
                return self.said[-1]
        raise AssertionError(f"it ended with {self.process.wait()}, and never said {what!r}: {self.said}")

    def all(self, what):
        """All that it says of this, to its end."""
        for line in self.process.stdout:
            self.said.append(
                json.loads(line) if line.startswith("{") else {"what": "log", "text": line.strip()}
            )
        assert self.process.wait(BOUND_SECONDS) == 0
        return [said for said in self.said if said["what"] == what]

    def go_on(self):
        """Send it a line."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def _note(self, line):
        is_fact = line.startswith("{")
        self.said.append(json.loads(line) if is_fact else {"what": "log", "text": line.strip()})


@pytest.fixture
def make_card(tmp_path):
    """Makes a sound card."""
    return lambda **options: Card(tmp_path, **options)


@pytest.fixture(scope="module")
def start_child():
    """Starts a process that does something with a speaker; it ends with the module."""
    with contextlib.ExitStack() as ending:

        def start(what, *, cards=(), clock=None, quiet=False, program=PROGRAM, **arguments):
            environment = cards[0].environment(*cards[1:]) if cards else os.environ
            environment = environment | (clock.environment() if clock is not None else {})
            process = subprocess.Popen(
                [sys.executable, "-W", "error", str(program), what, json.dumps(arguments)],
                env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if quiet else None,
                text=True,
            )
            ending.enter_context(process)
            ending.callback(process.kill)
            return Child(process)

        yield start


@pytest.fixture
def child(start_child):
    """Starts a process that does something with a speaker on a card."""
    return lambda card, what, **options: start_child(what, cards=[card], **options)
