import json
import os
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_one_command_measures_all_and_leaves_figures_and_a_page(tmp_path):
    page = tmp_path / "page.md"
    subprocess.run(
        [sys.executable, BENCHMARKS, "--quick", "--page", page, "--results", tmp_path / "results"],
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONSAFEPATH": "1"},
        timeout=120,
    )
    [figures] = (tmp_path / "results").glob("*.json")
    contests = json.loads(figures.read_text())["contests"]
    assert [contest["title"] for contest in contests] == [
        "In memory, in reads of 16,384 bytes",
        "In memory, in reads of 1,460 bytes",
        "Framing alone, by SSEParser.feed",
        "One event of 16 MiB, by StreamDecoder",
        "Over loopback, 1 stream",
        "Over loopback, 10 streams at once",
        "Over loopback, 1 stream, allocations",
        "Over loopback, 1 stream, copies",
        "Text over loopback, 1 stream",
        "First audio on a warm connection, median",
        "Replies of 20 audio events by omni_stream.Client",
        "2 sessions at the pace of speech, CPU time",
        "2 sessions at the pace of speech, memory",
        "2 sessions at the pace of speech, wake-ups",
        "Sessions at the pace of speech on one core, delivery within 20 ms at p99",
    ]
    for contest in contests:
        assert contest["values"] or contest["notes"]  # a busy machine may not tell what fits on a core
        assert not contest["values"] or contest["ours"] in contest["values"]
        assert all(values for values in contest["values"].values())
        assert contest["title"] in page.read_text()
    assert page.read_text() == next((tmp_path / "results").glob("*.md")).read_text()
