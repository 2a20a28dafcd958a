"""Measures how an omni service streams speech: latency, continuity and what they are under load.

Rules.
1. The figures are pure functions of what came when: they can be computed anew from ``requests.jsonl``.
2. What is measured, how it is loaded, what is kept and how it is shown know nothing of each other.
3. What there is too little of is None, and None is never a pass.
4. Whoever measures measures himself, too: a run in which our own event loop lagged is stamped.
"""

from omni_stream.bench.compare import FIGURES, Difference, compare
from omni_stream.bench.condition import Condition, Verdict, read_condition
from omni_stream.bench.config import config_of
from omni_stream.bench.driving import run
from omni_stream.bench.finding import check_search, find_highest
from omni_stream.bench.folder import Folder, read_folder, write_summary
from omni_stream.bench.load import Load
from omni_stream.bench.metrics import Metrics, measure
from omni_stream.bench.observed import AudioEvent, Case, Observed
from omni_stream.bench.report import report
from omni_stream.bench.results import Results
from omni_stream.bench.round import Round
from omni_stream.bench.statistic import statistic
from omni_stream.bench.summary import Row, Share, Summary
from omni_stream.bench.target import FAILED, Target, read_targets

__all__ = [
    "FAILED",
    "FIGURES",
    "AudioEvent",
    "Case",
    "Condition",
    "Difference",
    "Folder",
    "Load",
    "Metrics",
    "Observed",
    "Results",
    "Round",
    "Row",
    "Share",
    "Summary",
    "Target",
    "Verdict",
    "check_search",
    "compare",
    "config_of",
    "find_highest",
    "measure",
    "read_condition",
    "read_folder",
    "read_targets",
    "report",
    "run",
    "statistic",
    "write_summary",
]
