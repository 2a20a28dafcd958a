"""Each example, as its user runs it, against the emulator."""

import asyncio
import base64
import contextlib
import json
import math
import os
import re
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
import wave
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from card import Card

EXAMPLES = Path(__file__).parents[2] / "examples"
PROMPT = "Tell me about the sea."
TESTED = {
    "barge_in.py",
    "decoder_with_urllib.py",
    "embed_in_aiohttp.py",
    "live_text.py",
    "measure.py",
    "many_sessions.py",
    "offline_test.py",
    "own_dialect.py",
    "own_sink.py",
    "own_stage.py",
    "save_wav.py",
    "speak.py",
    "telephone.py",
    "two_rates.py",
}


def read_wav(path):
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getframerate(), file.readframes(file.getnframes())


@pytest.fixture(scope="session")
def said(emulator):
    """The PCM that the emulator says to PROMPT, and the text, decoded by hand."""
    body = {
        "model": "qwen3-omni-flash",
        "messages": [{"role": "user", "content": PROMPT}],
        "modalities": ["text", "audio"],
        "audio": {"voice": "Cherry", "format": "wav"},
        "stream": True,
    }
    with urllib.request.urlopen(f"{emulator}/chat/completions", json.dumps(body).encode()) as response:
        events = [
            json.loads(block[6:]) for block in response.read().split(b"\n\n") if block[:7] == b"data: {"
        ]
    deltas = [event["choices"][0]["delta"] for event in events if event["choices"]]
    pcm = b"".join(
        base64.b64decode(delta["audio"]["data"]) for delta in deltas if "data" in delta.get("audio", {})
    )
    return pcm, "".join(delta.get("content") or "" for delta in deltas)


def test_no_example_is_untested():
    assert {path.name for path in EXAMPLES.glob("*.py")} == TESTED


def test_save_wav_keeps_the_speech_sample_for_sample(run, said, tmp_path):
    assert "s of speech" in run(EXAMPLES / "save_wav.py", PROMPT, "sea.wav")
    assert read_wav(tmp_path / "sea.wav") == (24_000, said[0])


def test_live_text_shows_the_text_and_counts_the_speech(run, said):
    shown = run(EXAMPLES / "live_text.py", PROMPT)
    assert shown.startswith(said[1])
    assert f"{len(said[0]) / 48_000:.1f} s of speech" in shown


def test_many_sessions_make_a_file_each(run, tmp_path):
    (tmp_path / "out").mkdir()
    run(EXAMPLES / "many_sessions.py", "out", *(f"Tell me about number {n}." for n in range(10)))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{n:03}.wav" for n in range(10)]


def test_measure_tells_how_many_listeners_are_served(run, tmp_path):
    shown = run(EXAMPLES / "measure.py", PROMPT, "measured").splitlines()
    assert [line.split(":")[0] for line in shown[:3]] == ["1 at once", "2 at once", "4 at once"]
    assert re.search(r"first audio 0\.\d{3} s, \d+ of \d+ replies without a hole", shown[0])
    assert (tmp_path / "measured" / "report.html").stat().st_size > 10_000


def test_own_stage_fades_in(run, said, tmp_path):
    run(EXAMPLES / "own_stage.py", PROMPT, "sea.wav")
    _, pcm = read_wav(tmp_path / "sea.wav")
    assert len(pcm) == len(said[0])
    assert pcm[24_000:] == said[0][24_000:]
    assert max(pcm[:480]) <= max(said[0][:480])


def test_own_sink_gives_the_pcm_to_a_program(run, said):
    count = "import sys; print(len(sys.stdin.buffer.read()))"
    assert f"{len(said[0])}\n" in run(EXAMPLES / "own_sink.py", PROMPT, sys.executable, "-c", count)


def test_own_dialects_read_services_that_nobody_here_knows(run, tmp_path):
    run(EXAMPLES / "own_dialect.py", "Hello")
    spoken = {path.stem: read_wav(path) for path in tmp_path.glob("*.wav")}
    rates = {name: rate for name, (rate, _) in spoken.items()}
    assert rates == {"inworld": 8_000, "sglang": 16_000, "mimo": 24_000}
    for rate, pcm in spoken.values():
        tone = [round(8_000 * math.sin(2_765 * at / rate)) for at in range(rate // 2)]
        assert pcm == struct.pack(f"<{len(tone)}h", *tone)


def test_two_rates_make_two_files_of_one_length(run, said, tmp_path):
    run(EXAMPLES / "two_rates.py", PROMPT, "sea.wav", "telephone.wav")
    assert read_wav(tmp_path / "sea.wav") == (24_000, said[0])
    rate, pcm = read_wav(tmp_path / "telephone.wav")
    assert rate == 8_000
    assert abs(len(pcm) / 16_000 - len(said[0]) / 48_000) <= 0.020


def test_decoder_with_urllib_does_without_the_client(run, said, tmp_path):
    assert run(EXAMPLES / "decoder_with_urllib.py", PROMPT, "sea.wav").startswith(said[1])
    assert read_wav(tmp_path / "sea.wav") == (24_000, said[0])


@pytest.mark.parametrize(("provider", "path"), [("openai", "/v1"), ("vllm-omni", "/vllm-omni/v1")])
def test_speak_has_any_provider_say_the_text(run, emulator, tmp_path, provider, path):
    assert "s of speech" in run(EXAMPLES / "speak.py", provider, "The sea is calm.", "sea.wav")
    voice = {"openai": "alloy", "vllm-omni": "vivian"}[provider]
    body = {
        "model": "any",
        "input": "The sea is calm.",
        "voice": voice,
        "response_format": "pcm",
        "stream_format": "audio",
    }
    request = urllib.request.Request(
        f"{emulator.partition('/compatible-mode')[0]}{path}/audio/speech",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        assert read_wav(tmp_path / "sea.wav") == (24_000, response.read())


def test_offline_test_passes(run):
    assert "passed" in run("-m", "pytest", "-q", "-p", "no:cacheprovider", EXAMPLES / "offline_test.py")


def test_embed_in_aiohttp_streams_wav_to_a_browser(emulator, said, tmp_path):
    port = _free_port()
    with subprocess.Popen(
        [sys.executable, EXAMPLES / "embed_in_aiohttp.py", str(port)],
        cwd=tmp_path,
        env=os.environ | {"DASHSCOPE_BASE_URL": emulator},
        stdout=subprocess.DEVNULL,
    ) as server:
        try:
            address = f"http://127.0.0.1:{port}/say?prompt="
            body = _get_when_up(address + quote(PROMPT))
            assert body[:4] == b"RIFF"
            assert body[44:] == said[0]
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(address)
            assert refused.value.code == 400
            refused.value.close()
        finally:
            server.terminate()


def test_telephone_falls_silent_when_the_caller_speaks_and_remembers_what_was_heard(emulator, said, tmp_path):
    port = _free_port()
    with (
        (tmp_path / "shown").open("w+") as shown,
        subprocess.Popen(
            [sys.executable, EXAMPLES / "telephone.py", str(port)],
            cwd=tmp_path,
            env=os.environ | {"DASHSCOPE_BASE_URL": emulator, "PYTHONWARNINGS": "error"},
            stdout=shown,
            stderr=shown,
        ) as server,
    ):
        try:
            first, second = asyncio.run(_phone(f"http://127.0.0.1:{port}/call"))
        finally:
            server.terminate()
            server.wait()
        shown.seek(0)
        lines = shown.read().splitlines()
    assert {len(block) for block in first + second} == {160}
    assert len(set(b"".join(second))) > 50  # it is no silence
    at = lines.index("the caller has heard the answer to its end")
    system, question, heard, interruption, answer = lines[at + 1 : at + 6]
    assert system.startswith("system: ")
    assert (question, interruption) == (f"user: {PROMPT}", "user: Say: Goodbye.")
    words = heard.removeprefix("assistant: ")
    assert said[1].startswith(words)
    most = len(said[1]) * (len(first) * 0.020) / (len(said[0]) / 48_000)
    assert 3 < len(words) <= most + 1
    assert len(answer) > len("assistant: ")


def test_barge_in_remembers_what_was_heard_of_an_answer_that_was_interrupted(emulator, tmp_path):
    card = Card(tmp_path)
    story = "There was a lighthouse on the coast, and in it lived an old woman who had never once slept."
    with subprocess.Popen(
        [sys.executable, EXAMPLES / "barge_in.py"],
        env=card.environment(DASHSCOPE_BASE_URL=emulator, PYTHONWARNINGS="error"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as talk:
        try:
            talk.stdin.write(f"Say: {story}\n")
            talk.stdin.flush()
            card.until(lambda recording: len(recording.sound) > 2 * 24_000)
            talk.stdin.write("\nSay: Goodbye.\n")
            talk.stdin.close()
            lines = talk.stdout.read().splitlines()
        finally:
            talk.kill()
    (interrupted,) = [line for line in lines if line.startswith("(interrupted after ")]
    assert 2.0 <= float(interrupted.split()[2]) < 4.0
    system, question, heard, further, answer = lines[-5:]
    assert system.startswith("system: ")
    assert (question, further, answer) == (
        f"user: Say: {story}",
        "user: Say: Goodbye.",
        "assistant: Goodbye.",
    )
    words = heard.removeprefix("assistant: ")
    assert story.startswith(words)
    assert 20 < len(words) < len(story) - 20


async def _phone(address):
    """The blocks of two answers, as a gateway gets them whose caller interrupts the first one."""
    answers = [[], []]
    async with aiohttp.ClientSession() as session, await _dial(session, address) as line:
        await line.send_json({"event": "start", "streamSid": "a call"})
        begun = time.monotonic()
        await line.send_json({"event": "speech", "text": PROMPT})
        cleared = False
        async for message in line:
            event = message.json()
            assert event["streamSid"] == "a call"
            if event["event"] == "clear":
                assert not cleared
                cleared = True
            elif event["event"] == "mark":
                await asyncio.sleep(0.7)  # until all is played, which is half a second at most
                await line.send_json(event)
                await line.send_json({"event": "stop"})
            else:
                answer = answers[cleared]
                answer.append(base64.b64decode(event["media"]["payload"]))
                if not cleared:
                    assert len(answer) * 0.020 <= time.monotonic() - begun + 0.5
                    if len(answer) == 60:
                        await line.send_json({"event": "speech", "text": "Say: Goodbye."})
    assert cleared
    return answers


async def _dial(session, address):
    for _ in range(100):
        with contextlib.suppress(aiohttp.ClientConnectionError):
            return await session.ws_connect(address)
        await asyncio.sleep(0.1)
    raise AssertionError("the server did not come up")


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _get_when_up(address):
    for _ in range(100):
        with (
            contextlib.suppress(ConnectionError, urllib.error.URLError),
            urllib.request.urlopen(address) as got,
        ):
            assert got.headers["content-type"] == "audio/wav"
            return got.read()
        time.sleep(0.1)
    raise AssertionError("the server did not come up")
