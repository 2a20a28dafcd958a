import os
import signal
import time
from pathlib import Path

import pytest
from command_line import BOUND_SECONDS, children, environment, runs

from omni_stream.cli.local_emulator import environment_names_a_service, local_emulator

NO_ESPEAK = """
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "espeakng_loader" else find_spec(name, *rest)
"""


def until(condition):
    deadline = time.monotonic() + BOUND_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def arguments(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


def test_the_emulator_is_a_child_that_ends_with_a_question_that_is_killed(started, tmp_path):
    process = started("ask", "你是谁")
    process.stdout.read(3)
    [emulator] = children(process.pid)
    assert b"emulator" in arguments(emulator)
    assert not any("espeak" in line for line in Path(f"/proc/{process.pid}/maps").read_text().splitlines())
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: not runs(emulator))


def test_the_emulator_ends_with_an_answer(started):
    process = started("ask", "Say: Hi.", "--text-only")
    process.stdout.read(1)
    [emulator] = children(process.pid)
    assert process.wait(BOUND_SECONDS) == 0
    assert not runs(emulator)


def test_an_emulator_that_dies_is_a_stream_that_failed(started):
    process = started("ask", "你是谁")
    process.stdout.read(3)
    [emulator] = children(process.pid)
    os.kill(int(emulator), signal.SIGKILL)
    assert process.wait(BOUND_SECONDS) == 1
    assert b"omni-stream: the connection to" in process.stderr.read()


async def test_a_missing_extra_is_one_sentence(cli, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(NO_ESPEAK)
    ended = await cli("ask", "hi", "-o", "answer.wav", PYTHONPATH=str(tmp_path))
    assert ended.code == 2
    assert "install omni_stream[emulator]" in ended.sentence
    assert not (tmp_path / "answer.part.wav").exists()


async def test_a_base_url_in_the_environment_is_a_service(cli, emulator_url):
    ended = await cli("ask", "Say: Hi.", "--text-only", DASHSCOPE_BASE_URL=emulator_url)
    assert ended.code == 0
    assert "emulator" not in ended.err


@pytest.mark.parametrize(
    "variable",
    ["DASHSCOPE_API_KEY", "DASHSCOPE_BASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "VLLM_OMNI_BASE_URL"],
)
def test_a_variable_of_any_provider_that_answers_questions_names_a_service(monkeypatch, variable):
    for name in set(os.environ) - set(environment()):
        monkeypatch.delenv(name)
    monkeypatch.setenv("ELEVENLABS_API_KEY", "it only speaks")
    assert not environment_names_a_service()
    monkeypatch.setenv(variable, "")
    assert not environment_names_a_service()
    monkeypatch.setenv(variable, "x")
    assert environment_names_a_service()


async def test_leaving_ends_it():
    before = set(children(os.getpid()))
    async with local_emulator() as url:
        assert url.startswith("http://127.0.0.1:")
        [emulator] = set(children(os.getpid())) - before
    assert not runs(emulator)
