import json
import re
import signal

import pytest
from command_line import BOUND_SECONDS, children, read_wav, runs
from peers import Peer, chat
from terminal import Terminal

import omni_stream as omni
from omni_stream.cli.conversation_file import keep

SAID = omni.Conversation(system="Be terse.").user("One?").assistant("One.")
SUMMARY = r"first text .* s of audio · \d+\+\d+ tokens · {}"


def lines(*typed):
    return "".join(f"{line}\n" for line in typed).encode()


def asked(peer):
    return [json.loads(request.body) for request in peer.requests]


async def test_a_piped_session_is_plain_and_needs_no_key(cli, tmp_path):
    ended = await cli("chat", stdin=lines("Say: Hi.", "", "Say: Two.", "/quit", "Say: Never."))
    assert ended.code == 0
    assert ended.out == b"Hi.\nTwo.\n"
    assert ended.err.count("the built-in emulator answers") == 1
    *_, one, two = ended.err.splitlines()
    assert re.fullmatch(SUMMARY.format(r"answer\.wav"), one)
    assert re.fullmatch(SUMMARY.format(r"answer-2\.wav"), two)
    assert len(read_wav(tmp_path / "answer-2.wav")) > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer-2.wav", "answer.wav"]


async def test_each_question_is_asked_with_those_before(cli, tmp_path):
    async with Peer(chat.answer) as peer:
        options = ("--system", "Be terse.", "--model", "qwen3-omni-flash", "--base-url", peer.base_url)
        ended = await cli("chat", *options, stdin=lines("One?", "/voice Ethan", "Two?"))
    one, two = asked(peer)
    assert ended.code == 0
    assert "Ethan speaks from now on" in ended.err
    assert [message["content"] for message in one["messages"]] == ["Be terse.", "One?"]
    assert [message["content"] for message in two["messages"]] == ["Be terse.", "One?", "Hello", "Two?"]
    assert "Ethan" not in json.dumps(one)
    assert two["audio"]["voice"] == "Ethan"
    assert len({request.connection for request in peer.requests}) == 1


async def test_speech_goes_to_numbered_files_in_a_folder(cli, emulator_url, tmp_path):
    ended = await cli("chat", "-o", "talk", "--base-url", emulator_url, stdin=lines("Say: One.", "Say: Two."))
    assert ended.code == 0
    assert sorted(path.name for path in (tmp_path / "talk").iterdir()) == ["answer-2.wav", "answer.wav"]
    assert [path.name for path in tmp_path.iterdir()] == ["talk"]


@pytest.mark.parametrize("mode", ["--text-only", "--thinking"])
async def test_a_session_without_speech_makes_no_file(cli, emulator_url, tmp_path, mode):
    ended = await cli("chat", mode, "--base-url", emulator_url, stdin=lines("你是谁"))
    assert ended.code == 0
    assert "“你是谁”" in ended.text
    assert list(tmp_path.iterdir()) == []


async def test_a_conversation_is_continued_and_kept_after_each_answer(cli, tmp_path):
    keep(SAID, tmp_path / "chat.json")
    kept = []

    async def seen(call):
        kept.append((tmp_path / "chat.json").read_text())
        await chat.answer(call)

    async with Peer(seen) as peer:
        options = ("--text-only", "--conversation", "chat.json", "--base-url", peer.base_url)
        assert (await cli("chat", *options, stdin=lines("Two?", "Three?"))).code == 0
    kept.append((tmp_path / "chat.json").read_text())
    assert [len(omni.Conversation.from_json(text).messages) for text in kept] == [3, 5, 7]
    assert [len(body["messages"]) for body in asked(peer)] == [4, 6]


async def test_a_conversation_can_be_saved_on_the_way(cli, emulator_url, tmp_path):
    (tmp_path / "notes.txt").write_text("precious")
    typed = ("/save a.json", "Say: Hi.", "/save a.json", "Say: Two.", "/save a.json", "/save notes.txt")
    ended = await cli("chat", "--text-only", "--base-url", emulator_url, stdin=lines(*typed))
    told = [line for line in ended.err.splitlines() if line.startswith("omni-stream: ")]
    assert told[0] == "omni-stream: there is nothing to save yet; ask something first"
    assert "notes.txt holds no conversation" in told[1]
    assert (tmp_path / "notes.txt").read_text() == "precious"
    saved = omni.Conversation.from_json((tmp_path / "a.json").read_bytes())
    assert [message["content"] for message in saved.messages] == ["Say: Hi.", "Hi.", "Say: Two.", "Two."]
    assert ended.code == 2


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/sing", "there is no command /sing; /help lists them, and a blank before it asks it"),
        ("/help me", "there is no command /help; /help lists them"),
        ("/voice", "/voice is given a name"),
        ("/save ", "/save is given a file"),
    ],
)
async def test_a_command_that_cannot_be_obeyed_is_one_sentence(cli, line, sentence):
    async with Peer(chat.answer) as peer:
        ended = await cli("chat", "--base-url", peer.base_url, stdin=lines(line, "/help"))
    assert sentence in ended.sentence
    assert "/quit " in ended.err
    assert ended.code == 2
    assert peer.requests == []


async def test_a_blank_before_a_slash_asks(cli):
    async with Peer(chat.answer) as peer:
        ended = await cli("chat", "--text-only", "--base-url", peer.base_url, stdin=b" /etc is what?")
    assert ended.text == "Hello\n"
    assert asked(peer)[0]["messages"][-1]["content"] == " /etc is what?"


async def truncated(call):
    await call.head()
    for piece in chat.ANSWER[:4]:
        await call.chunk(piece)


async def test_a_turn_that_fails_is_a_sentence_and_the_session_goes_on_without_it(cli, tmp_path):
    async with Peer(truncated, chat.answer) as peer:
        ended = await cli("chat", "--base-url", peer.base_url, stdin=lines("One?", "Two?"))
    assert ended.code == 1
    assert ended.out == b"Hello\nHello\n"
    assert "broke in the middle of the reply" in ended.sentence
    assert "0.10 s of audio came and can be played: answer.part.wav" in ended.err
    assert [message["content"] for message in asked(peer)[1]["messages"]] == ["Two?"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer-2.wav", "answer.part.wav"]


async def test_a_key_that_is_refused_ends_it(cli):
    async def refused(call):
        await call.refuse(401, b'{"error": {"code": "invalid_api_key", "message": "no"}}')

    async with Peer(refused) as peer:
        ended = await cli("chat", "--base-url", peer.base_url, stdin=lines("One?", "Two?"))
    assert ended.code == 4
    assert len(peer.requests) == 1


def test_a_reader_that_goes_away_ends_it(started, emulator_url):
    process = started("chat", "--text-only", "--base-url", emulator_url)
    process.stdout.close()
    _, err = process.communicate(lines("你是谁", "你是谁"), timeout=BOUND_SECONDS)
    assert process.returncode == 5
    assert err.decode().splitlines() == ["omni-stream: the text cannot be written: Broken pipe"]


@pytest.mark.parametrize(
    ("options", "stdin", "sentence"),
    [
        (("--text-only", "-o", "talk"), b"", "--output is for speech"),
        (("-o", "file"), b"", "--output is a folder, and file is none"),
        (("--conversation", "file"), b"", "file holds no conversation"),
        (("--voice", " "), b"", "voice"),
        ((), b"a\xff\n", "not UTF-8 at byte 1"),
        ((), b"a" * 5_000_000, "over the limit of 4194304 bytes"),
    ],
)
async def test_wrong_usage_ends_it_and_nothing_is_sent(cli, tmp_path, options, stdin, sentence):
    (tmp_path / "file").write_text("precious")
    async with Peer(chat.answer) as peer:
        ended = await cli("chat", *options, "--base-url", peer.base_url, stdin=stdin)
    assert ended.code == 2
    assert sentence in ended.sentence
    assert peer.requests == []
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_person_has_a_prompt_a_meter_and_a_summary(started, tmp_path):
    terminal = Terminal(started, "chat")
    terminal.until("/help lists the commands.*\n.*> ")
    terminal.type("Say: Hello thera\x7fe, my friend.\r")
    summary = terminal.until(r"tokens · answer\.wav")
    terminal.until("> ", summary)
    terminal.type("\x04")
    shown, code = terminal.end()
    assert code == 0
    assert re.search(r"\d\.\d s of speech.*[▁▂▃▄▅▆▇█]", shown)
    assert "Hello there, my friend." in shown
    assert "Traceback" not in shown
    assert shown.endswith("\r\n")
    assert len(read_wav(tmp_path / "answer.wav")) > 0


def test_ctrl_c_stops_an_answer_and_the_session_goes_on(started, tmp_path):
    terminal = Terminal(started, "chat", "--conversation", "chat.json")
    terminal.until("> ")
    terminal.type("你是谁\r")
    terminal.until("s of speech")
    terminal.process.send_signal(signal.SIGINT)
    stopped = terminal.until("omni-stream: stopped\r\n.*can be played: answer.part.wav\r\n")
    stopped = terminal.until("nothing is added to the conversation\r\n", stopped)
    terminal.until("> ", stopped)
    assert len(read_wav(tmp_path / "answer.part.wav")) > 0
    assert not (tmp_path / "chat.json").exists()
    terminal.type("Say: Hi.\r")
    summary = terminal.until(r"tokens · answer-2\.wav", stopped)
    terminal.until("> ", summary)
    terminal.type("/quit\r")
    shown, code = terminal.end()
    assert code == 0
    assert "Traceback" not in shown
    kept = omni.Conversation.from_json((tmp_path / "chat.json").read_bytes())
    assert [message["content"] for message in kept.messages] == ["Say: Hi.", "Hi."]


def test_ctrl_c_at_the_prompt_ends_it_and_its_emulator(started):
    terminal = Terminal(started, "chat")
    terminal.until("> ")
    [emulator] = children(terminal.process.pid)
    terminal.process.send_signal(signal.SIGINT)
    shown, code = terminal.end()
    assert code == 130
    assert "omni-stream: stopped" in shown
    assert "Traceback" not in shown
    assert not runs(emulator)
