import base64
import json
import os
import re
import signal
import time
from functools import partial
from pathlib import Path

import pytest
from canary import CANARY
from command_line import BOUND_SECONDS, VARIABLES, read_wav
from typer.testing import CliRunner

from omni_stream.cli import app
from omni_stream.emulator import Emulator

SUMMARY = re.compile(
    r"first text \d+\.\d\d s, audio \d+\.\d\d s · (\d+\.\d\d) s of audio · \d+\+\d+ tokens · answer\.wav"
)


async def one_shot(text, voice="Cherry"):
    """The speech of a text, as the emulator's synthesis gives it in one piece."""
    return (await Emulator().speak(text, voice=voice)).pcm


async def test_without_a_key_the_emulator_answers_and_says_so(cli, tmp_path):
    ended = await cli("ask", "Say: Hello there.")
    assert ended.code == 0
    assert ended.out == b"Hello there.\n"
    assert "the built-in emulator answers" in ended.err
    assert "export DASHSCOPE_API_KEY=" in ended.err
    seconds = SUMMARY.search(ended.err)[1]
    pcm = read_wav(tmp_path / "answer.wav")
    assert pcm == await one_shot("Hello there.")
    assert float(seconds) == pytest.approx(len(pcm) / 48_000, abs=0.01)
    assert [path.name for path in tmp_path.iterdir()] == ["answer.wav"]


async def test_a_free_answer_is_saved_sample_for_sample(cli, emulator_url, tmp_path):
    ended = await cli("ask", "你是谁", "--voice", "Ethan", "-o", "ethan.wav", "--base-url", emulator_url)
    assert ended.code == 0
    assert "emulator" not in ended.err
    pcm = read_wav(tmp_path / "ethan.wav")
    assert len(pcm) > 8 * 48_000
    assert pcm == await one_shot(ended.text.removesuffix("\n"), "Ethan")


async def test_an_answer_never_replaces_another_by_default(cli, emulator_url, tmp_path):
    (tmp_path / "answer-2.part.wav").write_bytes(b"what a stopped answer has left")
    for _ in range(2):
        assert (await cli("ask", "Say: Hi.", "--base-url", emulator_url)).code == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "answer.wav",
        "answer-2.part.wav",
        "answer-3.wav",
    }
    assert read_wav(tmp_path / "answer.wav") == read_wav(tmp_path / "answer-3.wav")


@pytest.mark.parametrize(("name", "begins"), [("a.flac", b"fLaC"), ("a.OGG", b"OggS"), ("a", b"RIFF")])
async def test_the_ending_of_the_file_says_how_speech_is_written(cli, emulator_url, tmp_path, name, begins):
    ended = await cli("ask", "Say: Hi.", "-o", name, "--base-url", emulator_url)
    assert (ended.code, name in ended.err) == (0, True)
    assert (tmp_path / name).read_bytes().startswith(begins)


async def test_what_cannot_be_written_is_said_before_it_is_asked_for(cli):
    refused = await cli("ask", "Say: Hi.", "-o", "a.mp3", "--base-url", "http://127.0.0.1:9/v1")
    assert refused.code == 2
    assert "a.mp3 is a .mp3 file; name a .wav, .flac or .opus file" in refused.sentence


async def test_a_file_is_overwritten_only_when_told(cli, emulator_url, tmp_path):
    (tmp_path / "answer.wav").write_bytes(b"precious")
    refused = await cli("ask", "Say: Hi.", "-o", "answer.wav", "--base-url", emulator_url)
    assert refused.code == 2
    assert "answer.wav exists; choose another name, or add --overwrite" in refused.sentence
    assert (tmp_path / "answer.wav").read_bytes() == b"precious"
    assert (
        await cli("ask", "Say: Hi.", "-o", "answer.wav", "--overwrite", "--base-url", emulator_url)
    ).code == 0
    assert read_wav(tmp_path / "answer.wav") == await one_shot("Hi.")


async def test_the_prompt_can_come_from_standard_input(cli, emulator_url):
    ended = await cli("ask", "-", "--text-only", "--base-url", emulator_url, stdin="请说:一二三\n".encode())
    assert ended.out == "一二三\n".encode()


async def test_a_text_only_answer_makes_no_file(cli, emulator_url, tmp_path):
    ended = await cli("ask", "你是谁", "--text-only", "--base-url", emulator_url)
    assert ended.code == 0
    assert "“你是谁”" in ended.text
    assert re.search(r"first text \d\.\d\d s · \d+\+\d+ tokens$", ended.err, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


async def test_a_thinking_model_answers_in_text(cli, emulator_url, tmp_path):
    ended = await cli("ask", "你是谁", "--thinking", "--base-url", emulator_url)
    assert ended.code == 0
    assert "“你是谁”" in ended.text
    assert "先弄清楚" not in ended.text  # the reasoning is not the answer
    assert list(tmp_path.iterdir()) == []


async def test_a_system_message_and_a_model_are_sent(cli, emulator_url):
    asked = ("ask", "Who are you?", "--text-only", "--system", "You are a pirate", "--base-url", emulator_url)
    assert "You are a pirate" in (await cli(*asked)).text
    assert "You are a pirate" in (await cli(*asked, "--model", "qwen-omni-turbo")).text
    assert (await cli(*asked, "--model", "no-such-model")).code == 1


async def test_speech_can_be_piped_while_it_comes(cli, emulator_url, tmp_path):
    ended = await cli("ask", "Say: Hello there.", "-o", "-", "--base-url", emulator_url)
    assert ended.code == 0
    assert ended.err.splitlines()[0] == "Hello there."
    assert ended.out[:4] == b"RIFF"
    assert ended.out[44:] == await one_shot("Hello there.")
    assert list(tmp_path.iterdir()) == []


async def test_a_redirected_wav_has_its_sizes(emulator_url, started, tmp_path):
    with (tmp_path / "hi.wav").open("wb") as file:
        process = started("ask", "Say: Hi.", "-o", "-", "--base-url", emulator_url, stdout=file)
        assert process.wait(BOUND_SECONDS) == 0
    assert read_wav(tmp_path / "hi.wav") == await one_shot("Hi.")


async def test_a_reader_that_goes_away_ends_it_in_one_sentence(started, emulator_url):
    process = started("ask", "你是谁", "-o", "-", "--base-url", emulator_url)
    assert process.stdout.read(100)[:4] == b"RIFF"
    process.stdout.close()
    assert process.wait(BOUND_SECONDS) == 5
    *_, sentence, came = process.stderr.read().decode().splitlines()
    assert re.match(r"omni-stream: .*Broken pipe", sentence)
    assert came.endswith("s of audio came")


async def test_a_reader_of_text_that_goes_away_keeps_the_speech(started, tmp_path):
    process, part = started("ask", "你是谁", "-o", "answer.wav"), tmp_path / "answer.part.wav"
    await_bytes(part, 81)  # a head, and speech behind it
    process.stdout.close()
    assert process.wait(BOUND_SECONDS) == 5
    *_, sentence, came = process.stderr.read().decode().splitlines()
    assert sentence == "omni-stream: the text cannot be written: Broken pipe"
    assert came.endswith("s of audio came and can be played: answer.part.wav")
    assert len(read_wav(part)) > 0


async def test_events_are_json_lines(cli, emulator_url, tmp_path):
    ended = await cli("ask", "请说:你好。", "--json", "--base-url", emulator_url)
    lines = [json.loads(line) for line in ended.text.splitlines()]
    assert ended.code == 0
    assert "".join(line["text"] for line in lines if line["type"] == "text") == "你好。"
    audio = [line for line in lines if line["type"] == "audio"]
    assert b"".join(base64.b64decode(line["pcm"]) for line in audio) == await one_shot("你好。")
    assert {(line["rate"], line["channels"]) for line in audio} == {(24_000, 1)}
    assert audio[1]["begin_seconds"] == audio[0]["seconds"] == 0.08
    [usage] = [line for line in lines if line["type"] == "usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert usage["details"]["completion_tokens_details"]["audio_tokens"] > 0
    assert lines[-1]["type"] == "finished"
    assert lines[-1]["reason"] == "stop"
    times = [line["at_seconds"] for line in lines]
    assert times == sorted(times)
    assert list(tmp_path.iterdir()) == []


async def test_json_lines_beside_a_file_say_where_audio_is(cli, emulator_url, tmp_path):
    ended = await cli("ask", "Say: Hi.", "--json", "-o", "hi.wav", "--base-url", emulator_url)
    audio = [line for line in map(json.loads, ended.text.splitlines()) if line["type"] == "audio"]
    assert not any("pcm" in line for line in audio)
    assert sum(line["seconds"] for line in audio) == pytest.approx(
        len(read_wav(tmp_path / "hi.wav")) / 48_000, abs=1e-4
    )


async def test_a_recorded_answer_can_be_played_back(cli, emulator_url, started, tmp_path):
    recorded = await cli(
        "ask", "你是谁", "-o", "one.wav", "--record", "reply.jsonl", "--base-url", emulator_url
    )
    assert recorded.code == 0
    player = started("emulator", "--replay", "reply.jsonl", "--replay-speed", "1000")
    url = player.stdout.readline().decode().strip()
    replayed = await cli("ask", "whatever", "-o", "two.wav", "--base-url", url)
    assert replayed.code == 0
    assert replayed.out == recorded.out
    assert (tmp_path / "one.wav").read_bytes() == (tmp_path / "two.wav").read_bytes()
    again = await cli("ask", "x", "--record", "reply.jsonl", "--base-url", emulator_url)
    assert again.code == 2
    assert "reply.jsonl is there already" in again.sentence


@pytest.mark.parametrize("to", ["the process", "its group"])
async def test_ctrl_c_leaves_a_file_that_can_be_played(cli, emulator_url, started, tmp_path, to):
    process = started("ask", "你是谁", "-o", "answer.wav")
    await_bytes(tmp_path / "answer.part.wav", 48_000)
    (os.killpg if to == "its group" else os.kill)(process.pid, signal.SIGINT)
    assert process.wait(BOUND_SECONDS) == 130
    *_, stopped, came = process.stderr.read().decode().splitlines()
    assert stopped == "omni-stream: stopped"
    assert re.fullmatch(r"\d\.\d\d s of audio came and can be played: answer\.part\.wav", came)
    heard = read_wav(tmp_path / "answer.part.wav")
    whole = await cli("ask", "你是谁", "--text-only", "--base-url", emulator_url)
    assert (await one_shot(whole.text.removesuffix("\n"))).startswith(heard)
    assert not (tmp_path / "answer.wav").exists()


def await_bytes(path, size):
    deadline = time.monotonic() + BOUND_SECONDS
    while not path.exists() or path.stat().st_size < size:
        assert time.monotonic() < deadline
        time.sleep(0.01)


async def test_ctrl_c_before_anything_came_leaves_nothing(started, tmp_path):
    player = started("emulator", "--first-audio", "3600", "--text-lead", "0")
    url = player.stdout.readline().decode().strip()
    process = started("ask", "你是谁", "-o", "answer.wav", "--base-url", url, "--debug")
    while b"asking" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    assert process.wait(BOUND_SECONDS) == 130
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def here(monkeypatch, tmp_path):
    """Runs the program in this process, for what ends before anything is asked."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return partial(CliRunner().invoke, app)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ask", ""], "the prompt is empty"),
        (["ask", "hi", "--text-only", "-o", "x.wav"], "--output is for speech"),
        (["ask", "hi", "--json", "-o", "-"], "--json and -o - both want standard output"),
        (["ask", "hi", "--timeout", "forever=1"], "--timeout is NAME=SECONDS"),
        (["ask", "hi", "--timeout", "idle=soon"], "--timeout idle is a number of seconds or none"),
        (["ask", "hi", "--timeout", "idle=-1"], "--timeout idle is a number of seconds above 0"),
        (["ask", "hi", "--region", "beijing"], "needs a key: set DASHSCOPE_API_KEY"),
        (["ask", "hi", "--region", "mars"], "region of dashscope is one of"),
        (["ask", "hi", "--provider", "acme"], "provider is a Provider, or one of 'dashscope', 'openai'"),
        (["ask", "hi", "--base-url", "ftp://x"], "--base-url begins with https://host"),
        (["emulator", "--chunk", "0"], "chunk_seconds is 0.0, outside of"),
        (["emulator", "--replay", "nowhere"], "the recording nowhere cannot be read"),
        (["emulator", "--replay-speed", "0"], "replay_speed is 0.0, and must be over 0"),
    ],
)
def test_wrong_usage_is_one_sentence_and_nothing_is_sent(here, tmp_path, arguments, sentence):
    ended = here(arguments)
    assert ended.exit_code == 2
    assert ended.stderr.startswith("omni-stream: ")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "a", "b"], ["sing"], ["ask", "x", "--loud"]])
def test_what_cannot_be_understood_is_usage_too(here, arguments):
    ended = here(arguments)
    assert ended.exit_code == 2
    assert "Error: " in ended.stderr


def test_a_prompt_that_is_no_utf8_or_endless_is_refused(here):
    assert "not UTF-8 at byte 1" in here(["ask", "-"], input=b"a\xff").stderr
    assert "over the limit of 4194304 bytes" in here(["ask", "-"], input=b"a" * 5_000_000).stderr


async def test_a_folder_that_is_not_there_is_a_destination_that_failed(cli, emulator_url):
    ended = await cli("ask", "Say: Hi.", "-o", "no/such.wav", "--base-url", emulator_url)
    assert ended.code == 5
    assert "No such file or directory" in ended.sentence


def test_a_full_disk_is_a_destination_that_failed(started, emulator_url):
    with Path("/dev/full").open("wb") as full:
        process = started("ask", "你是谁", "-o", "-", "--base-url", emulator_url, stdout=full)
        assert process.wait(BOUND_SECONDS) == 5
    assert "No space left on device" in process.stderr.read().decode()


@pytest.mark.parametrize(("wanted", "code"), [((), 0), (("--api-key", "sk-another"), 4)])
async def test_a_key_is_in_nothing_that_is_written(cli, started, tmp_path, wanted, code):
    emulator = started("emulator", *wanted)
    url = emulator.stdout.readline().decode().strip()
    ended = await cli(
        "ask", "Say: Hi.", "--record", "reply.jsonl", "--base-url", url, DASHSCOPE_API_KEY=CANARY
    )
    assert ended.code == code
    assert CANARY not in ended.text + ended.err
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


async def test_debug_shows_the_log_and_where_it_failed_but_no_key_and_no_prompt(started):
    url = "http://127.0.0.1:1/v1"
    process = started(
        "ask", "Say: Hi.", "--debug", "--base-url", url, "--retries", "0", DASHSCOPE_API_KEY=CANARY
    )
    _, err = process.communicate(timeout=BOUND_SECONDS)
    assert process.returncode == 3
    assert CANARY.encode() not in err
    assert b"DEBUG omni_stream.client" in err
    assert b"Traceback" in err
    assert b"Hi." not in err


async def test_the_version_is_shown(cli):
    assert re.fullmatch(rb"omni-stream \d+\.\d+\.\d+\n", (await cli("--version")).out)


async def test_help_says_what_the_exit_codes_mean(cli):
    ended = await cli("ask", "--help")
    assert ended.code == 0
    assert "130 Ctrl-C" in ended.text.replace("\n  ", " ")
    assert "answer.wav" in ended.text
    assert max(map(len, ended.text.splitlines())) <= 80
