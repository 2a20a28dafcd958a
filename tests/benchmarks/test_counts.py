"""Instruction counts are of all parts, and no reason to fail where nobody can count."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

COUNTS = Path(__file__).parents[2] / "benchmarks" / "counts"


def test_each_part_is_on_record():
    spec = importlib.util.spec_from_file_location("counts", COUNTS / "__main__.py")
    counts = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(counts)
    record = json.loads((COUNTS / "instructions.json").read_text())
    assert tuple(record) == counts.PARTS
    assert min(record.values()) > 1000


def test_without_valgrind_it_says_so_and_is_no_failure(tmp_path):
    ran = subprocess.run(
        [sys.executable, COUNTS],
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "valgrind is missing" in ran.stdout
