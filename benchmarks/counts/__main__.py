"""Instructions that the native parts take, against those on record: ``python benchmarks/counts [--write]``.

Callgrind counts them, to the instruction and however busy the machine is.  What is counted is one time more
of a part: of runs of few and of many times, the difference.  A part that takes more than ``TOLERANCE``
above its record is an error; one that takes less by as much is told, so that the record is written anew.

Callgrind has no AVX-512: where a processor has it, what is counted is the way that others take.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PARTS = (
    "speech, 16 KiB reads",
    "speech, 1,460 B reads",
    "text, 16 KiB reads",
    "framing of speech",
    "framing of text",
    "base64",
    "chunks of HTTP",
)
TOLERANCE = 0.05
"""Compilers and C libraries differ by some percent; what is worth a look does by more."""

FEW, MANY = 2, 12
ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("instructions.json")


def build() -> Path:
    """Build the program that does the parts; where it is."""
    manifest = ["--manifest-path", str(ROOT / "native" / "Cargo.toml"), "--package", "omni-stream-core"]
    subprocess.run(
        ["cargo", "build", *manifest, "--release", "--locked", "--quiet", "--example", "counted"], check=True
    )
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "native" / "target")
    return Path(target) / "release" / "examples" / "counted"


def count(program: Path, part: str) -> int:
    """Instructions of one time of ``part``."""
    few, many = (_collected(program, part, times) for times in (FEW, MANY))
    return (many - few) // (MANY - FEW)


def _collected(program: Path, part: str, times: int) -> int:
    ran = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}", program, part, str(times)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return int(re.search(r"Collected : (\d+)", ran.stderr)[1])


def main() -> None:
    """Count, and compare or write."""
    options = argparse.ArgumentParser(prog="python benchmarks/counts", description=__doc__)
    options.add_argument("--write", action="store_true", help="put what is counted on record")
    chosen = options.parse_args()
    if shutil.which("valgrind") is None:
        print("Instructions are not counted: valgrind is missing, which `apt-get install valgrind` brings.")
        return
    program = build()
    counts = {part: count(program, part) for part in PARTS}
    if chosen.write:
        RECORD.write_text(json.dumps(counts, indent=1) + "\n")
    known = json.loads(RECORD.read_text())
    changes = {part: counts[part] / known[part] - 1 for part in PARTS}
    for part, change in changes.items():
        print(f"{part:24} {counts[part]:9,} instructions, {change:+.1%}")
    if min(changes.values()) < -TOLERANCE:
        print("Some take less than before: write that down with `python benchmarks/counts --write`.")
    if max(changes.values()) > TOLERANCE:
        sys.exit(f"Some take over {TOLERANCE:.0%} more than is on record in {RECORD.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
