"""`ask --play`, as it is heard on a card."""

import json
import os
from functools import partial

import numpy as np
from card import Card
from command_line import read_wav
from terminal import Terminal

STORY = "There was a lighthouse on the coast, and in it lived an old woman who had never once slept."
SAID = "The sea is calm today."


async def test_the_speech_is_heard_and_saved_and_the_text_is_shown(cli, tmp_path):
    card = Card(tmp_path)
    ended = await cli("ask", f"Say: {SAID}", "--play", "-o", "sea.wav", **card.environment())
    assert (ended.code, ended.text) == (0, f"{SAID}\n")
    heard, saved = card.recording().sound[:, 0], np.frombuffer(read_wav(tmp_path / "sea.wav"), "<i2")
    assert np.array_equal(heard, np.trim_zeros(saved))


async def test_without_a_device_that_is_said_and_the_file_is_written(cli, tmp_path):
    card = Card(tmp_path)
    with card.busy():
        ended = await cli(
            "ask", f"Say: {SAID}", "--play", "--conversation", "chat.json", **card.environment()
        )
    assert (ended.code, ended.text) == (5, f"{SAID}\n")
    assert "sound device" in ended.sentence
    assert "can be played: answer.wav" in ended.err
    assert len(read_wav(tmp_path / "answer.wav")) > 48_000
    assert SAID in (tmp_path / "chat.json").read_text("utf-8")


def test_enter_interrupts_an_answer_and_what_was_typed_before_it_is_asked_next(started, tmp_path):
    card = Card(tmp_path)
    variables = {"PATH": os.environ["PATH"]} | card.environment()
    terminal = Terminal(partial(started, **variables), "chat", "--play")
    terminal.until("> ")
    terminal.type(f"Say: {STORY}\n")
    heard = card.until(lambda recording: len(recording.sound) > 2 * 24_000)
    terminal.type("Say: Goodbye.\n")
    asked = terminal.until("Goodbye")
    terminal.until(r"answer-2\.wav\s+> ", after=asked)
    terminal.type("/save chat.json\n/quit\n")
    _, code = terminal.end()
    assert code == 0
    said = [each["content"] for each in json.loads((tmp_path / "chat.json").read_text("utf-8"))["messages"]]
    assert said[2:] == ["Say: Goodbye.", "Goodbye."]
    assert STORY.startswith(said[1])
    assert 20 < len(said[1]) < len(STORY) - 20
    assert heard.underruns == 0


async def test_what_has_no_speech_cannot_be_played(cli):
    ended = await cli("ask", "Hello", "--play", "--text-only")
    assert ended.code == 2
    assert "--play is for speech" in ended.sentence
