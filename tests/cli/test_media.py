"""Pictures, sound and video on the command line."""

import asyncio
import base64
import json
import re
from functools import partial

import pytest
from command_line import VARIABLES, run
from media_files import picture, sound, video
from peers import Peer, chat
from terminal import Terminal
from typer.testing import CliRunner

import omni_stream as omni
from omni_stream.cli import app

NOBODY = ("--provider", "dashscope", "--base-url", "http://127.0.0.1:9/v1", "--retries", "0")
"""Whoever is asked there is not; exit code 3 says that it was tried."""

PICTURE = picture("PNG", width=64, height=48)
WAV = sound("wav", seconds=1)


@pytest.fixture
def files(tmp_path):
    """The test's folder, with media in it."""
    contents = {
        "eagle.png": PICTURE,
        "thin.png": picture("PNG", width=8, height=48),
        "tone.wav": WAV,
        "trip.mp4": video("mp4", frames=50),
        "notes.txt": b"no medium at all",
        **{f"shot-{number}.png": picture("PNG", width=64, height=48 + number) for number in range(1, 5)},
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return contents


@pytest.fixture
def here(monkeypatch, tmp_path):
    """Runs the program in this process, for what ends before anything is asked."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return partial(CliRunner().invoke, app)


def lines(*typed):
    return "".join(f"{line}\n" for line in typed).encode()


def contents(peer):
    """The content of the last message of each request."""
    return [json.loads(request.body)["messages"][-1]["content"] for request in peer.requests]


def inline(content):
    return base64.b64encode(content).decode()


async def asked(cli, *arguments):
    """The content that `omni-stream ask` sends."""
    async with Peer(chat.answer) as peer:
        options = ("--text-only", "--provider", "dashscope", "--base-url", peer.base_url)
        ended = await cli("ask", "What is it?", *arguments, *options)
        assert ended.code == 0, ended.err
        assert ended.out == b"Hello\n"
        assert "MB sent" not in ended.err
        [content] = contents(peer)
    assert content.pop() == {"type": "text", "text": "What is it?"}
    return content


async def test_pictures_are_sent_in_their_order(cli, files):
    one, two = await asked(cli, "--image", "eagle.png", "--image", "https://a.b/c.png")
    assert one == {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{inline(PICTURE)}"}}
    assert two == {"type": "image_url", "image_url": {"url": "https://a.b/c.png"}}


async def test_a_recording_is_sent(cli, files):
    [part] = await asked(cli, "--audio", "tone.wav")
    assert part["type"] == "input_audio"
    assert part["input_audio"]["format"] == "wav"
    assert part["input_audio"]["data"].endswith(f";base64,{inline(WAV)}")


async def test_a_video_is_sent(cli, files):
    [part] = await asked(cli, "--video", "trip.mp4")
    assert part["type"] == "video_url"
    assert part["video_url"]["url"].endswith(f";base64,{inline(files['trip.mp4'])}")


async def test_pictures_of_a_video_are_named_one_by_one_or_by_a_pattern(cli, files):
    [part] = await asked(cli, "--frames", "shot-[2-4].png", "--frames", "eagle.png")
    assert part["type"] == "video"
    sent = [url.partition("base64,")[2] for url in part["video"]]
    assert sent == [inline(files[name]) for name in ("shot-2.png", "shot-3.png", "shot-4.png", "eagle.png")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--image", "none.png"), "cannot be read: No such file"),
        (("--image", "notes.txt"), "is no picture"),
        (("--image", "tone.wav"), "give it as a recording"),
        (("--image", ""), "its path is empty"),
        (("--image", "thin.png"), "thin.png"),
        (("--frames", "none-*.png"), "no file has a name like none-*.png"),
    ],
)
def test_what_cannot_be_sent_is_one_sentence_and_nothing_is(here, files, arguments, sentence):
    ended = here(["ask", "Hi", *arguments, *NOBODY])
    assert ended.exit_code == 2
    assert ended.stderr.startswith("omni-stream: ")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_what_can_be_sent_is_sent(here, files):
    assert here(["ask", "Hi", "--image", "eagle.png", *NOBODY]).exit_code == 3


async def test_checks_can_be_left_to_the_service(cli, files):
    assert len(await asked(cli, "--image", "thin.png", "--no-check")) == 1


async def test_a_conversation_goes_on_about_its_picture_from_another_folder(cli, files, tmp_path):
    await asked(cli, "--image", "eagle.png", "--conversation", "chat.json")
    (tmp_path / "elsewhere").mkdir()
    kept = omni.Conversation.from_json((tmp_path / "chat.json").read_bytes())
    assert [message["role"] for message in kept.messages] == ["user", "assistant"]
    async with Peer(chat.answer) as peer:
        options = ("--conversation", "../chat.json", "--text-only", "--base-url", peer.base_url)
        assert (await run("ask", "And now?", *options, folder=tmp_path / "elsewhere")).code == 0
        [request] = peer.requests
    assert inline(PICTURE).encode() in request.body


async def test_the_emulator_counts_what_it_is_shown(cli, files, emulator_url):
    options = ("--json", "--text-only", "--base-url", emulator_url)
    ended = await cli("ask", "What is it?", "--image", "eagle.png", *options)
    assert ended.code == 0, ended.err
    [usage] = [line for line in map(json.loads, ended.text.splitlines()) if line["type"] == "usage"]
    assert usage["details"]["prompt_tokens_details"]["image_tokens"] > 0
    assert re.search(r"\d+\+\d+ tokens \(image \d+\)", ended.err)


async def test_a_session_attaches_media_to_the_next_question(cli, files):
    async with Peer(chat.answer) as peer:
        options = ("--text-only", "--provider", "dashscope", "--base-url", peer.base_url)
        typed = ("/image eagle.png", "/image https://a.b/c.png", "What are they?", "Really?")
        ended = await cli("chat", *options, stdin=lines(*typed))
        one, two = contents(peer)
    assert ended.code == 0, ended.err
    assert "a picture (PNG, 64 by 48) goes with the next question" in ended.err
    assert [part["type"] for part in one] == ["image_url", "image_url", "text"]
    assert two == "Really?"
    assert len(re.findall(r"\d+\+\d+ tokens", ended.err)) == 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/audio tone.wav", "a recording (WAV, 1.0 s) goes with the next question"),
        ("/video trip.mp4", "a video (MP4, 64 by 48, 2.0 s) goes with the next question"),
        ("/video https://a.b/c.mp4", "a video goes with the next question"),
        ("/image none.png", "none.png' cannot be read: No such file"),
        ("/audio eagle.png", "give it as a picture"),
        ("/image", "/image is given a file or a URL, for the next question"),
    ],
)
def test_what_is_attached_is_looked_at_at_once(here, files, line, told):
    ended = here(["chat", *NOBODY], input=lines(line))
    assert told in ended.stderr
    assert ended.exit_code == (0 if told.endswith("goes with the next question") else 2)


async def test_a_person_sees_how_much_is_sent(started, tmp_path):
    path = tmp_path / "eagle.png"
    path.write_bytes(PICTURE + bytes(6_000_000))

    async def slowly(call):
        left = int(call.request.headers["content-length"])
        while left:
            left -= len(await call.read())
            await asyncio.sleep(0.005)
        await chat.answer(call)

    async with Peer(slowly, reads_bodies=False) as peer:
        options = ("--text-only", "--base-url", peer.base_url)
        terminal = Terminal(started, "ask", "What is it?", "--image", str(path), *options)
        output, code = await asyncio.to_thread(terminal.end)
    assert code == 0
    shown = [float(sent) for sent in re.findall(r"(\d\.\d) of 8\.0 MB sent", output)]
    assert len(shown) >= 3
    assert shown == sorted(shown)
    assert "Hello" in output
