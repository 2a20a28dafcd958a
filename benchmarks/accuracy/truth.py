"""What a request was really like: when the emulator had sent each piece, on the same clock.

The truth is taken right after each send.  What was measured is the same request, as its client saw it;
every metric is computed of both by the same functions, so that what differs is the time at which a piece
was taken down.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from omni_stream.bench import AudioEvent, Metrics, Observed, Results, measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IN_SECONDS = (
    *("ttfb", "ttft", "ttfa", "ttfs", "underrun", "playable_from", "jitter", "gap"),
    *("stall_s(0)", "stall_s(0.1)", "stall_s(0.2)", "stall_s(jitter_buffer)"),
)
"""Metrics whose difference is a time."""

RATIOS = ("rtf", "rtf_stream")
"""Those that are times by the audio: their difference is made a time by multiplying with it."""

_FIRST_TEXT = 1  # of the emulator's events: the one before it names the role


def errors(results: Results, send_log: Path) -> dict[str, list[float]]:
    """How far each value of each metric is from the truth, in seconds, over all requests.

    Raises:
        ValueError: A request failed, or the log does not have it piece by piece.
    """
    sent = {line["request_id"]: line["sent"] for line in map(json.loads, send_log.open())}
    found: dict[str, list[float]] = {name: [] for name in (*IN_SECONDS, *RATIOS)}
    for one in results.requests:
        if not one.is_warm_up:
            for name, error in _errors(one, sent[one.request_id], results.began_at or 0.0):
                found[name].append(error)
    return found


def _errors(one: Observed, sent: list[Any], began_at: float) -> Iterator[tuple[str, float]]:
    audio = sum(event.seconds for event in one.audio)
    measured, true = (dict(metrics.values()) for metrics in _metrics(one, sent, began_at))
    for name in IN_SECONDS:
        for value, truth in zip(measured[name], true[name], strict=True):
            yield name, abs(value - truth)
    for name in RATIOS:
        for value, truth in zip(measured[name], true[name], strict=True):
            yield name, abs(value - truth) * audio


def _metrics(one: Observed, sent: list[Any], began_at: float) -> tuple[Metrics, Metrics]:
    at = [at - began_at for at, _ in sent]
    pieces = [
        later
        for later, ((_, before), (_, after)) in zip(at[1:], pairwise(sent), strict=True)
        if after > before
    ]
    if one.error is not None or len(pieces) != len(one.audio):
        raise ValueError(
            f"request {one.index} has {len(one.audio)} audio events, and {len(pieces)} were sent"
        )
    truth = replace(
        one,
        first_byte=at[0],
        first_text=at[_FIRST_TEXT],
        audio=tuple(AudioEvent(when, event.seconds) for when, event in zip(pieces, one.audio, strict=True)),
        end=at[-1],
    )
    return measure(one), measure(truth)
