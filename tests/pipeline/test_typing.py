import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_a_chain_keeps_its_types_and_a_mistake_in_it_is_seen_by_a_type_checker():
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(TESTS / "typing" / "pipeline.py")],
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
