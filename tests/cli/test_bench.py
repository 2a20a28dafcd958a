import asyncio
import json
import re
import shutil
import signal
import time

import pytest
from canary import CANARY
from command_line import BOUND_SECONDS, children, runs
from terminal import Terminal

QUICK = ("--prompt", "Say: one", "--concurrency", "2")
FILES = ["config.json", "report.html", "requests.jsonl", "summary.csv", "summary.json"]


def rows(text):
    head, *lines = (line.split("\t") for line in text.splitlines())
    return [dict(zip(head, line, strict=True)) for line in lines]


def files_in(folder):
    return sorted(path.name for path in folder.iterdir())


async def test_without_a_service_it_measures_the_emulator_in_a_process_of_its_own(cli, tmp_path):
    ended = await cli("bench", *QUICK, "--requests", "4", DASHSCOPE_API_KEY=CANARY)
    assert ended.code == 0, ended.err
    [row] = rows(ended.text)
    assert (row["Load"], row["Of"], row["Requests"], row["Failed"]) == ("2", "all", "4", "0")
    assert row["ttfa p50"] == "-"  # four are too few
    assert "the built-in emulator is measured" in ended.err
    assert "concurrency 2: 6 requests, first audio 0.3" in ended.err
    assert files_in(tmp_path / "bench") == FILES
    requests = (tmp_path / "bench" / "requests.jsonl").read_text().splitlines()
    assert [json.loads(line).get("error") for line in requests] == [None] * 7
    assert "<!DOCTYPE html>" in (tmp_path / "bench" / "report.html").read_text()


async def test_a_sweep_of_cases_is_shown_again_and_compared(cli, emulator_url, tmp_path):
    (tmp_path / "prompts").write_text("Say: two\n\nSay: three\n")
    sweep = (
        *("--base-url", emulator_url, "--prompt", "Say: one", "--prompts", "prompts"),
        *("--voice", "Cherry", "--voice", "Ethan", "--sweep", "1,3", "--requests", "24", "--warm-up", "6"),
    )
    ended = await cli("bench", *sweep, "-o", "a")
    assert ended.code == 0, ended.err
    table = rows(ended.text)
    assert [(row["Load"], row["Of"], row["Requests"]) for row in table] == [
        ("1", "all", "24"), ("1", "Cherry", "12"), ("1", "Ethan", "12"),
        ("3", "all", "24"), ("3", "Cherry", "12"), ("3", "Ethan", "12"),
    ]  # fmt: skip
    assert 0 < float(table[0]["ttfa p50"]) < 1
    told = [json.loads(line) for line in (await cli("bench", "show", "a", "--json")).text.splitlines()]
    assert told == json.loads((tmp_path / "a" / "summary.json").read_text())["rows"]
    config = json.loads((tmp_path / "a" / "config.json").read_text())
    assert len(config["cases"]) == 6
    assert config["versions"]["omni_stream"]

    shutil.copytree(tmp_path / "a", tmp_path / "b")
    alike = await cli("bench", "compare", "a", "b", "--fail-if", "ttfa.p50>+100000%", "--fail-if", "c100<-1")
    assert alike.code == 0
    assert {(row["Figure"], row["Pairs"]) for row in rows(alike.text)} >= {("ttfa.p50", "24"), ("c100", "24")}
    worse = await cli("bench", "compare", "a", "b", "--fail-if", "ttfa.p50>-99%", "--fail-if", "ttfa.p95>+9%")
    assert worse.code == 1
    assert re.search(r"ttfa\.p50>-99% at load 1, .*ttfa\.p95>\+9% at load 3", worse.sentence)


async def test_a_rate_is_kept_and_a_time_ends_it(cli, emulator_url, tmp_path):
    arguments = ("--rate", "40", "--arrivals", "gamma:0.5", "--duration", "0.6", "--seed", "3")
    ended = await cli("bench", "--base-url", emulator_url, "--prompt", "Say: one", *arguments, "-o", "a")
    assert ended.code == 0, ended.err
    [row] = rows(ended.text)
    assert row["Load"] == "40/s"
    assert 5 <= int(row["Requests"]) <= 80
    lines = (tmp_path / "a" / "requests.jsonl").read_text().splitlines()
    due = [json.loads(line).get("due", 0) for line in lines]
    assert max(due) < 0.7


async def test_the_highest_load_is_found_or_none_is(cli, emulator_url):
    service = ("--base-url", emulator_url, "--prompt", "Say: one", "--requests", "20")
    found = await cli("bench", *service, "--target", "failed:0,ttfa:p50@30", "--up-to", "3")
    assert found.code == 0, found.err
    assert "failed:0,ttfa:p50@30 is 3 at once" in found.err
    assert [row["Load"] for row in rows(found.text)] == ["1", "2", "3"]
    none = await cli("bench", *service, "--target", "ttfa:p95@30")  # 20 are too few: that is no pass
    assert (none.code, none.sentence) == (1, "omni-stream: no load meets ttfa:p95@30")


async def test_ctrl_c_keeps_what_was_measured_and_ends_the_emulator(started, cli, tmp_path):
    program = started("bench", *QUICK, "--requests", "100000")
    kept = tmp_path / "bench" / "requests.jsonl"
    deadline = time.monotonic() + BOUND_SECONDS
    while not kept.exists() or kept.read_bytes().count(b"\n") < 4:
        assert time.monotonic() < deadline, program.poll()
        await asyncio.sleep(0.05)
    [emulator] = children(program.pid)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=BOUND_SECONDS)
    assert program.returncode == 130
    assert b"omni-stream: stopped\nwhat was measured is in bench\n" in errors
    assert b"Traceback" not in errors
    assert not runs(emulator)
    assert files_in(tmp_path / "bench") == FILES
    [row] = rows((await cli("bench", "show", "bench")).text)
    assert int(row["Requests"]) >= 2


async def test_a_service_that_refuses_everything_is_a_failure_and_no_figure(cli, tmp_path):
    nobody = ("--base-url", "http://127.0.0.1:9/v1", "--requests", "3", "-o", "a")
    ended = await cli("bench", *QUICK, *nobody)
    assert ended.code == 1
    [row] = rows(ended.text)
    assert (row["Requests"], row["Failed"], row["c100"], row["not scored"]) == ("3", "3", "-", "3")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--sweep", "1,2", "--target", "c100:1"], "--sweep and --target"),
        (["--provider", "elevenlabs"], "needs a key"),
        (["compare", "a", "b", "--fail-if", "ttfa"], "a condition is FIGURE>CHANGE"),
    ],
)
async def test_what_cannot_be_run_is_one_sentence_and_leaves_no_folder(cli, tmp_path, arguments, says):
    ended = await cli("bench", *arguments)
    assert ended.code == 2
    assert says in ended.sentence
    assert files_in(tmp_path) == []


def test_on_a_terminal_progress_is_drawn_and_then_a_table(started, emulator_url):
    arguments = ("--base-url", emulator_url, "--prompt", "Say: one", "--sweep", "1,2", "--requests", "20")
    shown, code = Terminal(started, "bench", *arguments, columns=100).end()
    assert code == 0
    assert re.search(r"concurrency 1 \S*━.* 21 requests, first audio 0\.\d{3} s", shown)
    assert re.search(r"concurrency 2 \S*━.* 22 requests", shown)
    assert re.search(r"Load.*Requests.*ttfa p50.*c100", shown)
    assert "A wider terminal also shows:" in shown
