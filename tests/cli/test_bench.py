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
    assert re.search(r"ttfa\.p50>-99% at load 1, .*ttfa\.p95>\+9% at load 3 \(cannot be told", worse.sentence)

    same = await cli(
        "bench", "compare", "a", "b", "--strict", "--fail-if", "ttfa.p50>0", "--fail-if", "c100<0"
    )
    assert (same.code, "more requests" in same.err) == (0, False)
    lines = (tmp_path / "b" / "requests.jsonl").read_text().splitlines()
    slower = [json.loads(line) for line in lines]
    for one in slower:
        if one.get("index", 0) % 2:
            one["audio"] = [[at + 1, seconds] for at, seconds in one["audio"]]
    (tmp_path / "b" / "requests.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in slower))
    some_slower = ("bench", "compare", "a", "b", "--fail-if", "ttfa.p50>+0.5")
    perhaps = await cli(*some_slower)
    assert (perhaps.code, "ttfa.p50>+0.5 at load 3 (perhaps): more" in perhaps.err) == (0, True)
    strict = await cli(*some_slower, "--strict")
    assert (strict.code, "ttfa.p50>+0.5 at load 3 (perhaps)" in strict.sentence) == (1, True)
    (tmp_path / "b" / "requests.jsonl").write_text("\n".join(lines[: len(lines) // 2]) + "\n")
    lacking = await cli("bench", "compare", "a", "b", "--fail-if", "c100<-1")
    assert lacking.code == 1
    assert "c100<-1 at load 3 (cannot be told)" in lacking.sentence


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
    none = await cli("bench", *service, "--target", "ttfa:p50@0.000001")
    assert (none.code, none.sentence) == (1, "omni-stream: no load meets ttfa:p50@0.000001")


@pytest.mark.parametrize(
    "numbers",
    [[signal.SIGINT], [signal.SIGTERM], [signal.SIGTERM, signal.SIGTERM]],  # `timeout` sends two
)
async def test_a_signal_keeps_what_was_measured_and_ends_the_emulator(started, cli, tmp_path, numbers):
    program = started("bench", *QUICK, "--requests", "100000")
    kept = tmp_path / "bench" / "requests.jsonl"
    deadline = time.monotonic() + BOUND_SECONDS
    while not kept.exists() or kept.read_bytes().count(b"\n") < 4:
        assert time.monotonic() < deadline, program.poll()
        await asyncio.sleep(0.05)
    [emulator] = children(program.pid)
    for number in numbers:
        program.send_signal(number)
        await asyncio.sleep(0.002)
    _, errors = program.communicate(timeout=BOUND_SECONDS)
    assert program.returncode == 130
    assert b"omni-stream: stopped\nwhat was measured is in bench\n" in errors
    assert b"Traceback" not in errors
    assert not runs(emulator)
    assert files_in(tmp_path / "bench") == FILES
    [row] = rows((await cli("bench", "show", "bench")).text)
    assert int(row["Requests"]) >= 2
    [told] = json.loads((tmp_path / "bench" / "summary.json").read_text())["rows"]
    assert 1 <= told["dropped"] <= 2
    assert f"{told['dropped']} open" in (tmp_path / "bench" / "report.html").read_text()


async def test_a_run_in_which_nothing_ended_leaves_a_whole_folder_too(started, tmp_path):
    asked = asyncio.Event()

    async def never_answer(reader, writer):
        await reader.readline()
        asked.set()
        await reader.read()  # until the other side leaves
        writer.close()

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as service:
        port = service.sockets[0].getsockname()[1]
        program = started("bench", *QUICK, "--base-url", f"http://127.0.0.1:{port}/v1")
        async with asyncio.timeout(BOUND_SECONDS):
            await asked.wait()
        program.send_signal(signal.SIGTERM)
        _, errors = await asyncio.to_thread(program.communicate, timeout=BOUND_SECONDS)
    assert (program.returncode, errors.splitlines()[-1]) == (130, b"omni-stream: stopped")
    assert files_in(tmp_path / "bench") == FILES
    [told] = json.loads((tmp_path / "bench" / "summary.json").read_text())["rows"]
    assert (told["requests"], told["c100"]) == (0, {"share": None, "scored": 0, "not_scored": 0})
    assert 1 <= told["dropped"] <= 2


async def test_a_service_that_refuses_everything_is_a_failure_and_no_figure(cli, tmp_path):
    nobody = ("--base-url", "http://127.0.0.1:9/v1", "--requests", "3", "-o", "a")
    ended = await cli("bench", *QUICK, *nobody)
    assert (ended.code, ended.sentence) == (1, "omni-stream: no request succeeded")
    assert "at load 2 3 of 3 requests failed: 3 ConnectError" in ended.err
    [row] = rows(ended.text)
    assert (row["Requests"], row["Failed"], row["c100"], row["not scored"]) == ("3", "3", "-", "3")


async def test_failures_are_told_by_kind_and_are_in_no_latency(cli, started, tmp_path):
    faults = ("status:429x2", "status:503x4", "truncate@0.2sx6", "stall@0.2s:30x8")  # one after the other
    emulator = started(
        *("emulator", "--first-audio", "0", "--real-time-factor", "0", "--until-stdin-closes"),
        *(argument for fault in faults for argument in ("--fault", fault)),
    )
    base_url = emulator.stdout.readline().decode().strip()
    few = ("--prompt", "Say: one two", "--concurrency", "1", "--warm-up", "0", "--timeout", "idle=0.3")
    ended = await cli("bench", "--base-url", base_url, *few, "--requests", "30", "-o", "a")
    assert ended.code == 0, ended.err
    [row] = rows(ended.text)
    assert (row["Requests"], row["Failed"], row["not scored"]) == ("30", "8", "8")
    [told] = json.loads((tmp_path / "a" / "summary.json").read_text())["rows"]
    assert told["errors"] == {"RateLimitError": 2, "ServerError": 2, "StreamTruncated": 2, "StreamStalled": 2}
    assert "at load 1 8 of 30 requests failed: 2 RateLimitError, 2 ServerError, 2 Stream" in ended.err
    assert told["metrics"]["ttfa"]["n"] == told["c100"]["scored"] == 22
    assert told["metrics"]["ttfa"]["max"] < 0.3

    good = await cli("bench", "--base-url", base_url, *few, "--requests", "30", "-o", "b")
    assert good.code == 0, good.err
    generous = ("--fail-if", "ttfa.p50>+100000%")
    assert (await cli("bench", "compare", "a", "b", *generous)).code == 0
    worse = await cli("bench", "compare", "b", "a", *generous)
    assert (worse.code, worse.sentence) == (1, "omni-stream: failed>0 at load 1")
    assert (await cli("bench", "compare", "b", "a", *generous, "--fail-if", "failed>0.9")).code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["--target", "c100:1,ttfa:p95@1"],
            "ttfa:p95@1 takes 200 requests to be told, and each load has 100",
        ),
        (["--target", "c100:1", "--up-to", "0"], "concurrency is a whole number from 1"),
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
