"""Run as ``python benchmarks/playing``; `program` says what it does."""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path[:0] = [str(FOLDER.parent), str(FOLDER.parents[1] / "tests")]
# The first has `playing` itself and what the other benchmarks share; the second has the sound card and
# what listens to it, which are the tests' own, so that both are judged by the same.

from playing.program import main  # noqa: E402 -- it is found by what was said above

main()
