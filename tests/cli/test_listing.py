"""Lists on a terminal: what fits is shown, whole and in line, whatever the width."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest
from command_line import BOUND_SECONDS, PROGRAM, environment
from rich.cells import cell_len

from omni_stream import catalog

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def shown(tmp_path):
    """The lines that the program shows on a terminal of a given width."""

    def _shown(*arguments, width, **variables):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        settings = environment(**{"TERM": "xterm", "LANG": "C.UTF-8", **variables})
        settings.pop("COLUMNS", None)
        with subprocess.Popen(
            [*PROGRAM, *arguments], cwd=tmp_path, env=settings, stdin=theirs, stdout=theirs, stderr=theirs
        ) as program:
            os.close(theirs)
            output = b""
            while piece := read_or_nothing(ours):
                output += piece
            assert program.wait(BOUND_SECONDS) == 0
        os.close(ours)
        text = output.decode()
        return text, CONTROL.sub("", text).replace("\r\n", "\n").splitlines()

    return _shown


def read_or_nothing(descriptor):
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # the last one that had the terminal open is gone
        return b""


@pytest.mark.parametrize(
    "arguments", [("models",), ("models", "qwen3-omni-flash"), ("voices",)], ids=" ".join
)
@pytest.mark.parametrize("width", [40, 80, 132])
def test_no_line_is_wider_than_the_terminal(shown, arguments, width):
    output, lines = shown(*arguments, width=width)
    assert "\x1b[" in output
    assert max(map(cell_len, lines)) <= width
    assert "…" not in output


def test_at_eighty_columns_a_model_has_all_of_its_columns_on_one_line(shown):
    _, lines = shown("models", width=80)
    assert lines[0].split() == ["Model", "Provider", "Speaks", "Voices", "Thinks", "Input", "Output"]
    assert len(lines) == 1 + len(catalog.models())
    assert lines[1].split() == ["qwen3-omni-flash", "dashscope", "yes", "17", "yes", "49,152", "16,384"]


def test_a_narrow_terminal_says_which_columns_it_has_no_room_for(shown):
    _, lines = shown("models", width=44)
    assert lines[0].split() == ["Model", "Speaks", "Voices"]
    said = "A wider terminal also shows: Provider, Thinks, Input, Output."
    assert " ".join(" ".join(lines[-2:]).split()) == said


def test_a_terminal_too_narrow_for_any_name_still_has_all_of_each(shown):
    _, lines = shown("models", width=10)
    assert lines[0].strip() == "Model"
    assert "qwen3-omni-flash-2025-12-01" in "".join(line.strip() for line in lines)


def test_columns_stay_in_line_beside_chinese(shown):
    _, lines = shown("voices", "--model", "qwen3-omni-flash-2025-12-01", width=80)
    begin = lines.index(next(line for line in lines if line.startswith("Voice")))
    column = lines[begin].index("Description")
    for voice in catalog.voices()[:49]:
        [line] = [line for line in lines if line.startswith(f"{voice.name} ")]
        described = next(n for n in range(len(line)) if cell_len(line[:n]) == column)
        assert voice.description.startswith(line[described:].split()[0])


def test_a_column_without_a_word_is_not_shown(shown):
    _, lines = shown("voices", "--model", "gpt-audio", width=80)
    assert [line.strip() for line in lines] == [
        "Languages not known:",
        "Voice",
        *catalog.find_model("gpt-audio").voices,
    ]


def test_a_terminal_that_cannot_be_drawn_on_gets_plain_lines(shown):
    output, lines = shown("models", width=40, TERM="dumb")
    assert "\x1b" not in output
    assert len(lines) == 1 + len(catalog.models())


def test_without_colour_there_is_none(shown):
    output, _ = shown("models", width=80, NO_COLOR="1")
    assert "\x1b[36m" not in output


def test_a_full_disk_is_one_sentence(tmp_path):
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*PROGRAM, "voices", "--json"],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=BOUND_SECONDS,
            check=False,
        )
    assert ended.returncode == 5
    assert ended.stderr.decode() == "omni-stream: the list cannot be written: No space left on device\n"
