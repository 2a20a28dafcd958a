"""Replies that are played: what comes through when, judged by the card and by the emulator's own words."""

import time
import wave
from pathlib import Path

import numpy as np
import pytest
from card import Card

PROGRAM = Path(__file__).with_name("play_child.py")
LEADS = [0.0, 1.5, 5.0]
NEARLY_SECONDS = 0.06  # a look at what is heard, and what the process needs to say so


@pytest.fixture
def player(start_child):
    """Starts a process that plays replies on a card."""
    return lambda card, what, **options: start_child(what, cards=[card], program=PROGRAM, **options)


def begins(words):
    """Where each word begins: the character, and the second."""
    places = np.cumsum([0, *(len(word) for word, _ in words[:-1])])
    return places, np.array([seconds for _, seconds in words])


@pytest.fixture
def players(player, tmp_path):
    """Starts a process for each lead of the text, all at once: playing takes time, and little else."""

    def start(what, **options):
        cards = {lead: Card(tmp_path, name=f"card{n}") for n, lead in enumerate(LEADS)}
        programs = [player(card, what, text_lead_seconds=lead, **options) for lead, card in cards.items()]
        for program in programs:
            program.all("closed")
        return [
            (program.said, card.recording()) for program, card in zip(programs, cards.values(), strict=True)
        ]

    return start


def test_text_comes_through_when_it_is_heard(players):
    for said, recording in players("plays"):
        (words,) = [each["words"] for each in said if each["what"] == "words"]
        shown = [each for each in said if each["what"] == "event" and each["text"]]
        assert "".join(each["text"] for each in shown) == "".join(word for word, _ in words)
        first = recording.first_sound
        errors = [abs(each["at"] - first - due) for each, (_, due) in zip(shown, words, strict=True)]
        assert np.median(errors) < 0.3
        assert np.percentile(errors, 95) < 1.0
        (finished,) = [each for each in said if each.get("kind") == "Finished"]
        assert said.index(finished) > said.index(shown[-1])
        assert finished["at"] > recording.last_sound - NEARLY_SECONDS


def test_text_on_arrival_is_ahead_of_the_sound_and_the_file_is_whole(make_card, player, tmp_path):
    card = make_card()
    file = tmp_path / "story.wav"
    program = player(
        card,
        "plays",
        prompt="Say: The sea is calm.",
        captions="arrival",
        real_time_factor=0.1,
        file=str(file),
    )
    program.all("closed")
    shown = [each for each in program.said if each["what"] == "event"]
    recording = card.recording()
    assert shown[-1]["kind"] == "Finished"
    assert shown[-1]["at"] < recording.last_sound - 0.5
    with wave.open(str(file), "rb") as saved:
        pcm = np.frombuffer(saved.readframes(saved.getnframes()), "<i2")
    assert np.array_equal(np.trim_zeros(recording.sound[:, 0]), np.trim_zeros(pcm))


def test_one_reply_is_heard_right_behind_another(make_card, player):
    card = make_card()
    program = player(card, "plays_in_turn")
    program.all("closed")
    seconds = sum(each["seconds"] for each in program.said if each["what"] == "speech")
    recording = card.recording()
    assert recording.last_sound - recording.first_sound < seconds + 0.001
    assert recording.underruns == 0
    of = [each["of"] for each in program.said if each["what"] == "event" and each["text"]]
    assert of == sorted(of, reverse=True)  # one, then four


def test_an_interruption_says_what_was_heard_and_the_conversation_gets_that(players):
    for said, _ in players("is_interrupted"):
        (told,) = [each for each in said if each["what"] == "interrupted"]
        (after,) = [each for each in said if each["what"] == "went on"]
        (words,) = [each["words"] for each in said if each["what"] == "words"]
        assert told["took"] < 1.0
        assert told["others"] == 0  # of the reply behind it
        assert "".join(word for word, _ in words).startswith(told["text"])
        places, seconds = begins(words)
        assert abs(np.interp(len(told["text"]), places, seconds) - told["seconds"]) < 0.7
        assert told["text"].startswith(told["shown"].strip()[:-12])  # but for the word under way
        assert [each["content"] for each in told["messages"]][1:] == [told["text"].strip()]
        assert [each["role"] for each in after["messages"]] == ["user", "assistant", "user", "assistant"]
        assert after["messages"][-1]["content"] == "Goodbye."


def test_what_came_of_a_reply_that_breaks_off_is_heard_and_one_that_is_left_is_not_read_on(make_card, player):
    program = player(make_card(), "ends_early")
    (closed,) = program.all("closed")
    (broke,) = [each for each in program.said if each["what"] == "broke off"]
    assert broke["heard_seconds"] == pytest.approx(broke["came"], abs=0.01)
    assert "".join(each["text"] for each in program.said if each["what"] == "event") == broke["text"]
    assert closed["tasks"] == 1
    assert closed["heard_seconds"] < 2.5  # what was written ahead


def test_text_comes_with_its_sound_on_the_device_that_takes_over(make_card, player, tmp_path):
    card = make_card()
    file = tmp_path / "story.wav"
    program = player(
        card,
        "plays",
        prompt="Say: There was a lighthouse on the coast. In it lived an old woman.",
        on_loss="reopen",
        file=str(file),
        real_time_factor=0.1,
        quiet=True,
    )
    while program.until("event")["text"] != "lighthouse ":
        pass
    card.vanish("hung up")
    time.sleep(0.5)
    card.come_back()
    program.all("closed")
    recording = card.recording()
    (gap,) = recording.gaps(0.5)
    (words,) = [each for each in program.said if each["what"] == "words"]
    shown = [each for each in program.said if each["what"] == "event" and each["text"]]
    assert [each["text"] for each in shown] == [word for word, _ in words["words"]]
    for each, (_, seconds) in zip(shown, words["words"], strict=True):
        heard_at = recording.first_sound + seconds
        if heard_at > gap.time:
            heard_at = recording.last_sound - (words["seconds"] - seconds)
        assert abs(each["at"] - heard_at) < 1.0
    (finished,) = [each for each in program.said if each.get("kind") == "Finished"]
    assert finished["at"] > recording.last_sound - NEARLY_SECONDS
    (all_heard,) = [each for each in program.said if each["what"] == "heard all"]
    assert all_heard["heard_seconds"] == pytest.approx(words["seconds"], abs=0.005)  # which is nearly all
    with wave.open(str(file), "rb") as saved:
        assert saved.getnframes() == round(words["seconds"] * 24_000)


def test_a_device_that_vanishes_leaves_the_other_sinks_alone(make_card, player, tmp_path):
    card = make_card()
    file = tmp_path / "story.wav"
    program = player(card, "is_lost", file=str(file), quiet=True)
    program.until("playing")
    time.sleep(0.3)
    card.vanish("unplugged")
    failed = program.until("failed")
    assert "was lost" in failed["message"]
    assert failed["events"][-1] == "Finished"
    assert failed["notes"] == []
    assert program.all("nothing more") == []
    (speech,) = [each["seconds"] for each in program.said if each["what"] == "words"]
    with wave.open(str(file), "rb") as saved:
        assert saved.getnframes() == round(speech * 24_000)
