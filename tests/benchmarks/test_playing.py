"""What is heard is measured as it is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from card import Card, play
from playing.listener import first_sound, noticed
from playing.stretching import PITCHES, RATE, corner, flux, pitch_of, steady

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MEASURED = {"grid", "exact", "interruptions", "stretching", "callback", "cycles", "enter"}


def test_one_command_measures_all_and_leaves_figures_and_a_page(tmp_path):
    page, results = tmp_path / "page.md", tmp_path / "results"
    subprocess.run(
        [sys.executable, BENCHMARKS / "playing", "--quick", "--page", page, "--results", results],
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONSAFEPATH": "1"},
        timeout=100,
    )
    assert {file.stem for file in results.iterdir()} == MEASURED
    figures = {file.stem: json.loads(file.read_text())["figures"] for file in results.iterdir()}
    assert len({run["player"] for run in figures["grid"]["runs"]}) == 4
    assert all(run["is_whole"] for run in figures["grid"]["runs"])
    assert [len(found["silent_ms"]) for found in figures["interruptions"].values()] == [2, 2]
    assert page.read_text().count("\n## ") == len(MEASURED) + 1


def sound(seconds):
    return np.random.default_rng(0).integers(1_000, 9_000, (round(seconds * RATE), 1)).astype("<i2")


def test_a_gap_is_late_where_the_device_ran_empty_and_else_was_given(tmp_path):
    given = np.concatenate([sound(0.2), np.zeros((2_400, 1), "<i2"), sound(0.2)])
    card = Card(tmp_path)
    play(card, given, rate=RATE, pauses=[(8_400, 0.4)])
    heard = noticed(card.recording())
    assert (heard["gaps"], heard["late_gaps"]) == (2, 1)
    assert heard["silence_ms"] > 100 + 100
    assert heard["heard_seconds"] == pytest.approx(0.4)


def test_the_first_sound_is_one_that_can_be_heard(tmp_path):
    card = Card(tmp_path)
    play(card, np.concatenate([np.full((2_400, 1), 9, "<i2"), sound(0.2)]), rate=RATE)
    recording = card.recording()
    assert first_sound(recording) - recording.first_sound == pytest.approx(0.1)


@pytest.mark.parametrize("number", range(len(PITCHES)))
def test_a_pitch_is_found_to_a_thousandth(number):
    voice = steady(len(PITCHES) / 2)
    begin = number * RATE // 2 + RATE // 4
    assert pitch_of(voice[begin : begin + RATE // 20]) == pytest.approx(PITCHES[number], rel=0.001)


def test_neither_noise_nor_silence_has_a_pitch():
    assert pitch_of(sound(0.05)[:, 0].astype(float)) is None
    assert pitch_of(np.zeros(1_200)) is None


def test_a_joint_that_does_not_fit_is_a_click():
    voice = steady(1)
    cut = np.delete(voice, slice(RATE // 2, RATE // 2 + 60))
    assert corner(cut) > 2 * corner(voice)
    assert flux(cut) > 2 * flux(voice)
