"""From Enter to the first sound at the ear: a question asked on the command line, side by side."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import pty
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from card import Card

from playing.listener import first_sound
from playing.page import middle, table, where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playing.on_a_card import Facts

TITLE = "From Enter to sound"

INTRODUCTION = """\
A command is started at a terminal, as a shell does; its time ends when the card plays the first sample above
0.5 % of full scale. The service is the emulator, in a program of its own, on the same machine. *openai,
PyAudio* is a script as the service's own samples are, which writes each piece to the device when it comes.
"""

PROMPT = "Say: Good morning. It is a fine day."
MOST_SECONDS = 60

SERVICES = {
    "usual": (),
    "at once": ("--first-audio", "0", "--real-time-factor", "0"),
}
"""The emulator with its usual timing (0.3 s to the first audio, twice as fast as speech), and without any."""

OURS, PROBED, SAMPLE = "omni-stream ask --play", "the same, probed", "openai, PyAudio"
ROUNDS = 10

SAID = {"usual": "first audio after 300 ms", "at once": "answered at once"}

STEPS = {
    "interpreter": "the interpreter starts",
    "imports": "the program is imported",
    "command": "the command line is read",
    "request": "the request is sent, and the answer begins; meanwhile the device is opened",
    "audio": "the first audio comes and is written",
    "started": "the device begins",
    "sound": "the first sound is at the ear",
}
"""What has been done at each mark."""

HERE = Path(__file__).parent
PROGRAM = Path(sys.executable).with_name("omni-stream")


def measure(folder: Path, *, quick: bool) -> Facts:
    """Whoever plays, against each service, in turn; and where our time goes, in runs beside those."""
    runs: list[Facts] = []
    with contextlib.ExitStack() as serving:
        services = {
            name: serving.enter_context(_service(timing))
            for name, timing in SERVICES.items()
            if not quick or name == "at once"
        }
        for turn in range(1 if quick else ROUNDS + 1):
            for service, base_url in services.items():
                for player, command in _commands(base_url).items():
                    run = {"round": turn, "service": service, "player": player, **_entered(folder, command)}
                    runs.append(run)
                    print("enter", run, flush=True)
    return {
        "runs": [run for run in runs if quick or run["round"]],  # the first has read all files from the disk
    }


def _commands(base_url: str) -> dict[str, list[str]]:
    ask = ["ask", "--play", PROMPT, "--base-url", base_url]
    commands = {
        OURS: [str(PROGRAM), *ask],
        PROBED: [sys.executable, str(HERE / "enter_probed.py"), *ask],
    }
    if importlib.util.find_spec("pyaudio") is not None:
        commands[SAMPLE] = [sys.executable, str(HERE / "enter_sample.py"), base_url, PROMPT]
    return commands


def _entered(folder: Path, command: list[str]) -> Facts:
    """Run a command on a card of its own; when the first sound was heard, and what the command noted."""
    place = Path(tempfile.mkdtemp(dir=folder))
    card = Card(place)
    with _terminal() as terminal:
        begin = time.monotonic()
        subprocess.run(
            command,
            cwd=place,
            env=card.environment(
                DASHSCOPE_API_KEY="any", OMNI_STREAM_MARKS=str(place / "marks"), TERM="xterm-256color"
            ),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            timeout=MOST_SECONDS,
            check=True,
        )
    recording = card.recording()
    marks = json.loads((place / "marks").read_text()) if (place / "marks").exists() else {}
    marks |= {"started": recording.pieces[0].time, "sound": first_sound(recording)}
    return {name: 1000 * (at - begin) for name, at in marks.items()}


@contextlib.contextmanager
def _terminal() -> Iterator[int]:
    """A terminal that shows nothing to anybody."""
    ours, theirs = pty.openpty()
    reading = threading.Thread(target=_read, args=(ours,))
    reading.start()
    try:
        yield theirs
    finally:
        os.close(theirs)
        reading.join()
        os.close(ours)


def _read(terminal: int) -> None:
    with contextlib.suppress(OSError):  # the other side is closed
        while os.read(terminal, 65_536):
            pass


@contextlib.contextmanager
def _service(timing: tuple[str, ...]) -> Iterator[str]:
    """The emulator in a program of its own; its base URL."""
    serving = subprocess.Popen(
        [str(PROGRAM), "emulator", "--until-stdin-closes", *timing],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with serving:
        assert serving.stdout is not None
        assert serving.stdin is not None
        yield serving.stdout.readline().strip()
        serving.stdin.close()


def render(figures: Facts) -> str:
    """A row a player and service, and where our time goes."""
    runs = figures["runs"]
    services = list(dict.fromkeys(run["service"] for run in runs))
    players = [name for name in dict.fromkeys(run["player"] for run in runs) if name != PROBED]
    rows = [
        [
            name,
            *(
                middle([run["sound"] for run in where(runs, player=name, service=service)], 0)
                for service in services
            ),
        ]
        for name in players
    ]
    probed = where(runs, player=PROBED)
    steps = []
    for before, (step, title) in zip((None, *STEPS), STEPS.items(), strict=False):
        steps.append(
            [
                title,
                *(
                    middle(
                        [
                            run[step] - (run[before] if before else 0)
                            for run in where(probed, service=service)
                        ],
                        0,
                    )
                    for service in services
                ),
            ]
        )
    return "\n".join(
        (
            table(("ms from Enter to the first sound", *map(SAID.get, services)), rows),
            "Where our time goes, step by step, in runs beside those:\n",
            table(("ms", *map(SAID.get, services)), steps),
        )
    )
