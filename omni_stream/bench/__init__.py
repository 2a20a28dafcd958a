"""Measures how an omni service streams speech: latency, continuity and what they are under load.

Rules.
1. The figures are pure functions of what came when: they can be computed anew from ``requests.jsonl``.
2. What is measured, how it is loaded, what is kept and how it is shown know nothing of each other.
3. What there is too little of is None, and None is never a pass.
4. Whoever measures measures himself, too: a run in which our own event loop lagged is stamped.
"""

from omni_stream.bench.driving import run
from omni_stream.bench.load import Load
from omni_stream.bench.metrics import Metrics, measure
from omni_stream.bench.observed import AudioEvent, Case, Observed
from omni_stream.bench.results import Results
from omni_stream.bench.summary import Row, Share, Summary

__all__ = [
    "AudioEvent",
    "Case",
    "Load",
    "Metrics",
    "Observed",
    "Results",
    "Row",
    "Share",
    "Summary",
    "measure",
    "run",
]
