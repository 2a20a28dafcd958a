import io
import os
import pty
import re

import numpy as np
import pytest
from command_line import BOUND_SECONDS, read_wav
from rich.cells import cell_len
from rich.console import Console
from terminal import Terminal

import omni_stream as omni
from omni_stream.cli.live import LiveScreen

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
BAR = re.compile("[▁▂▃▄▅▆▇█]")
SPEECH = omni.AudioFormat(24_000)


def frame(amplitude=8_000):
    return omni.AudioFrame(np.full(1_920, amplitude, np.int16), SPEECH)


@pytest.fixture
def drawn():
    """What is left on a terminal of a given width when the items were shown."""

    def _drawn(items, *, width=40):
        paper = io.StringIO()
        console = Console(file=paper, force_terminal=True, width=width, height=10, _environ={})
        with LiveScreen(console) as screen:
            for item in items:
                screen.show(item, 0.0)
        return paper.getvalue()

    return _drawn


def kept(output):
    """The lines that a terminal shows at the end: a very small one, for what is written here."""
    rows, row, column = [""], 0, 0
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\n]|[^\x1b\r\n]+", output):
        match piece:
            case "\r":
                column = 0
            case "\n":
                row, column = row + 1, 0
                rows += [""] * (row + 1 - len(rows))
            case "\x1b[2K":
                rows[row] = ""
            case _ if up := re.fullmatch(r"\x1b\[(\d+)A", piece):
                row -= int(up[1])
            case _ if not piece.startswith("\x1b"):
                rows[row] = rows[row][:column].ljust(column) + piece + rows[row][column + len(piece) :]
                column += len(piece)
    return [line for line in rows if line]


LONG = "The brook ran down from the hill, past the mill and the meadow, and on to the sea. " * 4
CHINESE = "小溪从山上流下来,经过磨坊和草地,一直流到大海。" * 6


@pytest.mark.parametrize("width", range(18, 42))
def test_words_stay_apart(drawn, width):
    pieces = re.findall(r"\S+\s*", LONG)
    assert " ".join(kept(drawn(map(omni.TextDelta, pieces), width=width))).split() == LONG.split()


@pytest.mark.parametrize("text", [LONG, CHINESE, "One.\n\nTwo.\n", "a" * 200])
@pytest.mark.parametrize("width", [20, 80])
def test_all_text_stays_in_lines_that_fit(drawn, text, width):
    pieces = re.findall(r"\W*\w{1,4}|\W+$", text)
    output = drawn([omni.TextDelta(piece) for piece in pieces], width=width)
    assert "".join("".join(kept(output)).split()) == "".join(text.split())
    assert max(cell_len(line) for line in CONTROL.sub("", output).replace("\r", "\n").split("\n")) <= width


def test_the_meter_shows_levels_and_seconds(drawn):
    output = drawn([frame(100), frame(30_000), omni.TextDelta("Hello")])
    assert "0.2 s of speech  ▁█" in CONTROL.sub("", output)
    assert kept(output)[-1] == "Hello"
    assert not BAR.search("".join(kept(output)))


@pytest.fixture
def uploading():
    """What is on a terminal, without its control codes, while that much of a question is sent."""

    def _uploading(*progress):
        paper = io.StringIO()
        console = Console(file=paper, force_terminal=True, width=60, height=10, _environ={})
        with LiveScreen(console) as screen:
            for sent_bytes, total_bytes in progress:
                screen.sent(sent_bytes, total_bytes)
            console.print(screen._drawn())
        return CONTROL.sub("", paper.getvalue())

    return _uploading


def test_a_long_question_shows_how_much_is_sent(uploading):
    shown = uploading((0, 333_300_000), (83_325_000, 333_300_000))
    assert re.search(r"83\.3 of 333\.3 MB sent  ━{24}$", shown, re.MULTILINE)


@pytest.mark.parametrize("progress", [(500, 900_000), (333_300_000, 333_300_000), (5_000_000, 0)])
def test_a_short_question_or_one_that_is_sent_shows_none(uploading, progress):
    shown = uploading(progress)
    assert "waiting for the answer" in shown
    assert "MB sent" not in shown


def test_reasoning_and_answer_are_told_apart(drawn):
    output = drawn([omni.ReasoningDelta("Well."), omni.TextDelta("Hello")])
    assert kept(output) == ["Well.", "Hello"]
    assert "\x1b[2;3mWell." in output


def test_what_is_said_twice_is_shown_once(drawn):
    assert kept(drawn([omni.TextDelta("Hello"), omni.TranscriptDelta("Hello")])) == ["Hello"]


def test_the_answer_cannot_command_the_terminal(drawn):
    output = drawn([omni.TextDelta("a\x1b]0;title\x07b\x9bc")])
    assert kept(output) == ["a]0;titlebc"]


def at_a_terminal(started, *arguments, interrupt=False):
    """What the program writes to a terminal, and its exit code."""
    terminal = Terminal(started, *arguments)
    if interrupt:
        terminal.until("s of speech")
        terminal.process.send_signal(2)
    return terminal.end()


def test_a_person_sees_text_meter_and_summary(started, tmp_path):
    output, code = at_a_terminal(started, "ask", "Say: Hello there, my friend.")
    assert code == 0
    assert BAR.search(output)
    assert re.search(r"\d\.\d s of speech", output)
    assert output.rindex("\x1b[?25h") > output.rindex("\x1b[?25l")  # the cursor is back
    *_, said, summary = kept(output)
    assert said == "Hello there, my friend."
    assert re.fullmatch(r"first text .* tokens · answer\.wav", summary)
    assert len(summary) <= 80
    assert read_wav(tmp_path / "answer.wav")


def test_ctrl_c_gives_the_cursor_back(started, tmp_path):
    output, code = at_a_terminal(started, "ask", "你是谁", interrupt=True)
    assert code == 130
    assert output.rindex("\x1b[?25h") > output.rindex("\x1b[?25l")
    assert "omni-stream: stopped" in output
    assert "Traceback" not in output
    assert read_wav(tmp_path / "answer.part.wav")


def test_a_terminal_that_cannot_be_drawn_on_gets_plain_text(started, tmp_path, emulator_url):
    ours, theirs = pty.openpty()
    process = started(
        "ask", "Say: Hi.", "--base-url", emulator_url, stdout=theirs, stderr=theirs, TERM="dumb"
    )
    os.close(theirs)
    assert process.wait(BOUND_SECONDS) == 0
    output = os.read(ours, 65_536)
    os.close(ours)
    assert output.startswith(b"Hi.\r\n")
    assert b"\x1b" not in output


def test_sound_is_never_put_on_a_terminal(started, emulator_url):
    output, code = at_a_terminal(started, "ask", "hi", "-o", "-", "--base-url", emulator_url)
    assert code == 2
    assert "-o - would put sound on the terminal" in output


async def test_a_pipe_gets_no_control_codes_even_if_colours_are_forced(cli, emulator_url):
    ended = await cli("ask", "Say: Hi.", "--base-url", emulator_url, FORCE_COLOR="1", TTY_COMPATIBLE="1")
    assert ended.out == b"Hi.\n"
