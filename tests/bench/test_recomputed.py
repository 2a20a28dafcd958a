"""Everything that is told of a run can be computed anew from its files, by other means than ours."""

import csv
import json
import random

import pytest
from bench_summary import summarized

import omni_stream as omni
from omni_stream.bench import (
    AudioEvent,
    Case,
    Folder,
    Load,
    Observed,
    Results,
    Round,
    config_of,
    read_folder,
    report,
    run,
    write_summary,
)
from omni_stream.emulator import Emulator


def reply_by_chance(chance, index, *, is_open, load):
    """A reply as services give it on bad days: late, in pieces of any length, silent at first, cut off."""
    due = index * 0.5
    sent = due + (chance.uniform(0, 0.3) if is_open else 0)
    at = sent + chance.uniform(0.1, 0.8)
    first_byte, audio = at - 0.05, []
    for _ in range(chance.choice([0, 1, 2, 12, 20, 30])):
        seconds = chance.choice([0.04, 0.1, 0.1, 0.1, 960 / 22_050])
        audio.append(AudioEvent(round(at, 6), round(seconds, 6)))
        at += chance.choice([0, 0.02, chance.uniform(0, 0.2), chance.uniform(0, 0.2), chance.uniform(0, 0.5)])
    silent = chance.randrange(60)
    windows = round(sum(event.seconds for event in audio) * 100)
    levels = ("!" * silent + "".join(chance.choice("Z^jst") for _ in range(windows)))[:windows]
    return Observed(
        index=index,
        case=Case("Hello!", voice=chance.choice(["Cherry", "Ethan"]), region=chance.choice([None, "mars"])),
        load=load,
        is_open=is_open,
        is_warm_up=index < 3,
        due=round(due, 6),
        sent=round(sent, 6),
        late=round(chance.expovariate(1_000), 6) if is_open else None,
        connect=chance.choice([None, 0.0, 0.0012]),
        first_byte=round(first_byte, 6),
        first_text=chance.choice([None, round(first_byte, 6)]),
        audio=tuple(audio),
        levels=levels,
        end=round(at + chance.choice([0, 0.05]), 6),
        error=chance.choice([None] * 9 + ["ServerError", "StreamTruncated"]),
    )


def kept(path, results_of):
    """A run that is written down, and nothing of it but its folder."""
    folder = Folder(path, config_of([Case("Hello!")], Load(concurrency=2), service={}))
    results_of(folder.keep)
    folder.close()
    config, results = read_folder(folder.path)
    write_summary(folder.path, results.summary(), report(config, results.summary()))
    return folder.path


def told_in(folder):
    """The rows of its ``summary.json``."""
    return json.loads((folder / "summary.json").read_text("utf-8"))["rows"]


def assert_alike(told, true, where=""):
    """That both have the same names, and the same values but for rounding."""
    if isinstance(true, dict):
        assert told.keys() == true.keys(), where
        for name in true:
            assert_alike(told[name], true[name], f"{where}/{name}")
    elif isinstance(true, float):
        assert told == pytest.approx(true, abs=3e-6), where
    else:
        assert told == true, where


def of_chance(keep):
    results, chance = Results(keep=keep), random.Random(11)
    for load, is_open, count in ((4, False, 260), (2.5, True, 120)):
        requests = [reply_by_chance(chance, index, is_open=is_open, load=load) for index in range(count)]
        chance.shuffle(requests)
        for one in requests:
            results.add(one)
        round = Round(load=load, is_open=is_open, begin=0.0, end=max(one.end for one in requests), dropped=2)
        round.lag.update({1: 900, 30: 60, 80: 20 if is_open else 2})
        results.add_round(round)
    return results


def test_every_figure_of_a_run_is_in_what_came_when(tmp_path):
    folder = kept(tmp_path / "run", of_chance)
    told, true = told_in(folder), summarized(folder)
    assert len(told) == len(true) == 2 * 5
    for one, other in zip(told, true, strict=True):
        assert_alike(one, other, f"{one['load']} {one['voice']} {one['region']}")
    assert told[0]["metrics"]["ttfa"]["p90"] is not None
    assert {row["client_limited"] for row in told} == {False, True}
    table = list(csv.DictReader((folder / "summary.csv").read_text("utf-8").splitlines()))
    for row in true:
        of_it = {
            line["metric"]: line
            for line in table
            if (float(line["load"]), line["of"], line["voice"], line["region"])
            == (row["load"], row["of"], row["voice"] or "", row["region"] or "")
        }
        for metric, figures in row["metrics"].items():
            for name, value in figures.items():
                said = of_it[metric][name]
                assert float(said) == pytest.approx(value, abs=3e-6) if said else value is None
        assert float(of_it["failed"]["mean"]) == pytest.approx(row["failed"] / row["requests"])
        assert float(of_it["not_scored"]["mean"]) == pytest.approx(
            row["c100"]["not_scored"] / row["requests"]
        )
        assert int(of_it["c100"]["n"]) == row["c100"]["scored"]
        for kind, times in row["errors"].items():
            assert float(of_it[f"failed({kind})"]["mean"]) == pytest.approx(times / row["requests"])


async def test_so_is_every_figure_of_a_real_run(tmp_path):
    config = config_of([Case("Say: one two")], Load(concurrency=4), service={"provider": None})
    folder = Folder(tmp_path / "run", config)
    results = Results(keep=folder.keep)
    cases = [Case("Say: one two", voice=voice) for voice in ("Cherry", "Ethan")]
    async with (
        Emulator(
            first_audio_seconds=0.05, real_time_factor=0.3, jitter_seconds=0.1, faults=["status:503x2"]
        ) as emulator,
        omni.Client(base_url=emulator.base_url, retries=0) as client,
    ):
        await run(client, cases, Load(concurrency=4, requests=24), results=results)
        await run(client, cases, Load(rate=20, requests=24, warm_up=2), results=results)
    folder.close()
    write_summary(folder.path, results.summary(), report(config, results.summary()))
    told, true = told_in(folder.path), summarized(folder.path)
    assert len(told) == len(true) == 6
    for one, other in zip(told, true, strict=True):
        assert_alike(one, other, f"{one['load']} {one['voice']}")
    assert told[0]["metrics"]["stall_s(0.2)"]["n"] >= 22
