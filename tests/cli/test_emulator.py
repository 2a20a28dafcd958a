import json
import re
import signal
import time
import urllib.error
import urllib.request

import pytest
from command_line import BOUND_SECONDS


@pytest.fixture
def emulator(started):
    """Starts `omni-stream emulator`, and gives it with its base URL."""

    def start(*options):
        process = started("emulator", *options)
        line = process.stdout.readline().decode()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/compatible-mode/v1\n", line), process.stderr.read()
        return process, line.strip()

    return start


def chat(url, prompt="Say: one two three", **changes):
    body = {
        "model": "qwen3-omni-flash",
        "messages": [{"role": "user", "content": prompt}],
        "modalities": ["text", "audio"],
        "stream": True,
        **changes,
    }
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/chat/completions", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=BOUND_SECONDS) as response:
        return response.read().decode()


def test_it_prints_its_base_url_alone_and_ends_at_ctrl_c(emulator):
    process, url = emulator()
    assert '"content":"one "' in chat(url)
    process.send_signal(signal.SIGINT)
    assert process.wait(BOUND_SECONDS) == 0
    assert process.stdout.read() + process.stderr.read() == b""


def test_it_is_as_slow_as_it_is_told(emulator):
    _, url = emulator("--first-audio", "0.5", "--real-time-factor", "1", "--chunk", "0.2", "--jitter", "0.01")
    chat(url)
    begin = time.monotonic()
    answer = chat(url)
    chunks = answer.count('"audio":{"data"')
    assert time.monotonic() - begin >= 0.5 + (chunks - 1) * 0.2 - 0.05
    assert 3 < chunks < 15


def test_a_seed_and_a_transcript_change_the_answer(emulator):
    _, url = emulator("--first-audio", "0", "--real-time-factor", "0")
    _, other = emulator("--first-audio", "0", "--real-time-factor", "0", "--seed", "5", "--transcript")
    one, another = chat(url, "你好"), chat(other, "你好")
    assert '"transcript"' not in one
    assert '"transcript"' in another
    assert re.findall('"content":"(.+?)"', one) != re.findall('"transcript":"(.+?)"', another)


def test_debug_logs_when_each_word_begins_and_no_word(emulator):
    process, url = emulator("--debug", "--first-audio", "0", "--real-time-factor", "0")
    chat(url, "Say: one two")
    process.send_signal(signal.SIGTERM)
    process.wait(BOUND_SECONDS)
    log = process.stderr.read().decode()
    assert re.search(r"words begin at character:seconds 0:0\.000 4:0\.\d{3}$", log, re.MULTILINE)
    assert re.search(r"every event sent, the latest \d\.\d{4} s late$", log, re.MULTILINE)
    assert "two" not in log


async def test_faults_are_scripts(emulator, cli):
    _, url = emulator("--first-audio", "0", "--fault", "status:503x1", "--fault", "no-done")
    with pytest.raises(urllib.error.HTTPError, match="503") as refused:
        chat(url)
    refused.value.close()
    assert "[DONE]" not in chat(url)
    ended = await cli("emulator", "--fault", "stall@2")
    assert ended.code == 2
    assert "'stall@2' is none: WHEN is seconds" in ended.sentence


async def test_a_taken_port_is_one_sentence(emulator, cli):
    _, url = emulator()
    port = re.search(r":(\d+)/", url)[1]
    ended = await cli("emulator", "--port", port)
    assert ended.code == 2
    assert f"cannot listen on port {port}" in ended.sentence


@pytest.mark.parametrize("port", ["-1", "70000", "x"])
async def test_a_port_that_is_none_is_refused(cli, port):
    assert (await cli("emulator", "--port", port)).code == 2
