import csv
import json

import pytest
from canary import CANARY

import omni_stream as omni
from omni_stream.bench import Case, Folder, Load, config_of, read_folder, report, write_summary


def config(*cases):
    return config_of(cases or [Case("Hello!")], Load(concurrency=2), service={"provider": "dashscope"})


def test_a_run_comes_back_from_its_files(reply, results_of, tmp_path):
    folder = Folder(tmp_path / "a" / "run", config())
    results = results_of([reply(index) for index in range(30)], lag=[3, 7], keep=folder.keep)
    folder.close()
    read_config, read = read_folder(folder.path)
    assert read_config == config() | {"begun": read_config["begun"]}
    assert read.requests == results.requests
    assert read.rounds == results.rounds
    write_summary(folder.path, read.summary(), report(read_config, read.summary()))
    assert sorted(path.name for path in folder.path.iterdir()) == [
        "config.json", "report.html", "requests.jsonl", "summary.csv", "summary.json",
    ]  # fmt: skip
    [row] = json.loads((folder.path / "summary.json").read_text())["rows"]
    assert row == json.loads(json.dumps(results.summary().rows[0].to_json()))
    table = csv.DictReader((folder.path / "summary.csv").read_text().splitlines())
    [ttfa] = [line for line in table if line["metric"] == "ttfa"]
    assert (ttfa["load"], ttfa["n"], ttfa["p50"], ttfa["p95"]) == ("2", "30", "0.2", "")


def test_a_run_that_was_killed_is_kept_up_to_then(reply, results_of, tmp_path):
    folder = Folder(tmp_path / "run", config())
    results_of([reply(index) for index in range(5)], keep=folder.keep)
    folder.close()
    lines = (folder.path / "requests.jsonl").read_bytes().splitlines(keepends=True)
    (folder.path / "requests.jsonl").write_bytes(b"".join(lines[:4]) + lines[4][:40])
    _, read = read_folder(folder.path)
    assert len(read.requests) == 4
    assert len(read.summary().rows[0].measured) == 4


def test_no_file_has_a_key(reply, results_of, tmp_path, monkeypatch):
    monkeypatch.setenv("DASHSCOPE_API_KEY", CANARY)
    said = f"Say: {CANARY}"
    folder = Folder(tmp_path / "run", config(Case(said)))
    like_a_key = "sk-" + "s" * 47
    results = results_of([reply(prompt=said, levels=like_a_key)], keep=folder.keep)
    folder.close()
    assert read_folder(folder.path)[1].requests[0].levels == like_a_key
    write_summary(folder.path, results.summary(), report(config(Case(said)), results.summary()))
    for path in folder.path.iterdir():
        assert CANARY not in path.read_text()
    assert "Say: ***" in (folder.path / "config.json").read_text()


def test_a_run_replaces_no_other(tmp_path):
    Folder(tmp_path / "run", config()).close()
    with pytest.raises(omni.UsageError, match="has a run already"):
        Folder(tmp_path / "run", config())
    (tmp_path / "file").write_text("")
    with pytest.raises(omni.SinkError, match="cannot be kept in"):
        Folder(tmp_path / "file" / "run", config())


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(omni.UsageError, match=r"no run in .*No such file"):
        read_folder(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(omni.UsageError, match="no config"):
        read_folder(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "requests.jsonl").write_text("{}\n")
    with pytest.raises(omni.UsageError, match="no line of requests"):
        read_folder(tmp_path)
