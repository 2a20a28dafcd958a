"""Run as ``python benchmarks/accuracy``; `program` says what it does."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the others are found beside this folder

from accuracy.program import main

main()
