"""The page."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from omni_stream.bench.report.curves import curves
from omni_stream.bench.report.heat_map import heat_map
from omni_stream.bench.report.loads import continuity_by_load, first_audio_by_load
from omni_stream.bench.report.staircase import staircase
from omni_stream.bench.report.tables import all_figures, facts, overview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.bench.summary import Row, Summary

_CURVES = {
    "ttfa": "First audio",
    "playable_from": "Playable without a stall from",
    "underrun": "Underrun",
}

_STAMPS = {
    True: "Client-limited at load {loads}: the 99th percentile of our own event loop's lateness is over 5 ms"
    " there, so that these figures are ours in part.",
    None: "How late we ourselves were at load {loads} is not known: it was cut off, or was over at once.",
}

_TERMS = (
    ("seconds", "What figures are in, where nothing else is said."),
    ("ttfa", "The first audio event, from the intended send in an open loop, the actual in a closed one."),
    ("ttfs", "The first sound of a player without buffer, from the same."),
    ("underrun", "How much too late speech came for a player that begins with the first piece."),
    ("playable_from", "ttfa and underrun: the earliest begin from which a player never stalls."),
    ("c50, c100, c200", "The share of scored replies whose underrun is at most 50, 100 and 200 ms."),
    ("not scored", "Replies with one audio event or none, which have no continuity, and those that failed."),
    ("rtf", "From the request to the last audio, by the audio."),
    ("rtf_stream", "From the first audio to the last, by the audio after the first event."),
    ("\N{EN DASH}", "There are too few values: a percentile p takes n (1 - p) of at least 10."),
)


def report(config: Mapping[str, Any], summary: Summary) -> str:
    """The page of a run, whole in itself.

    Args:
        config: The run's config.
        summary: Its figures.
    """
    loads = summary.loads
    by_load = sorted(loads, key=lambda row: row.load)
    series, note = _series(summary, loads)
    all_requests = [one.observed for row in loads for one in row.measured]
    pictures = [
        staircase(all_requests),
        *(curves(series, metric, title, note) for metric, title in _CURVES.items()),
        first_audio_by_load(by_load),
        continuity_by_load(by_load),
        heat_map(all_requests),
    ]
    figures = "".join(
        f"<details><summary>All figures of load {row.load_name}</summary>{all_figures(row)}</details>\n"
        for row in loads
    )
    style = files("omni_stream.bench.report").joinpath("style.css").read_text("utf-8")
    title = f"How {_service(config)} streams speech"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{style}</style>
</head>
<body>
<h1>{escape(title)}</h1>
<p>{escape(str(config.get("begun", "")))}, {len(all_requests)} requests measured</p>
{_stamp(summary)}{_left_out(loads)}
<h2>Figures</h2>
{overview(summary)}
<h2>Pictures</h2>
<div class="charts">
{"".join(pictures)}</div>
{figures}
<h2>What was run</h2>
{facts(_facts(config))}
<h2>Terms</h2>
{facts(_TERMS)}
</body>
</html>
"""


def _series(summary: Summary, loads: list[Row]) -> tuple[list[tuple[str, Row]], str]:
    """What is told apart in curves, and of what: groups at the highest load, or the loads if there is one."""
    if loads:
        highest = max(loads, key=lambda row: row.load)
        groups = [row for row in summary.rows if row.group is not None and row.load == highest.load]
        if groups:
            return [(f"{row.group}", row) for row in groups], f"At load {highest.load_name}."
    return [(f"load {row.load_name}", row) for row in loads], ""


def _service(config: Mapping[str, Any]) -> str:
    service = config.get("service", {})
    return str(service.get("provider") or ", ".join(service.get("base_urls", ())) or "a service")


def _stamp(summary: Summary) -> str:
    told = ""
    for is_limited, text in _STAMPS.items():
        loads = [row.load_name for row in summary.loads if row.is_client_limited is is_limited]
        if loads:
            told += f'<p class="stamp">{text.format(loads=", ".join(loads))}</p>\n'
    return told


def _left_out(loads: list[Row]) -> str:
    """What is in no figure: requests that failed, by kind, and those that were dropped."""
    told = []
    for row in loads:
        parts = [f"{times} {kind}" for kind, times in row.errors.most_common()]
        parts += [f"{row.dropped} open when it was cut off"] if row.dropped else []
        if parts:
            told.append(f"{', '.join(parts)} at load {row.load_name}")
    return f'<p class="left-out">In no figure of latency: {escape("; ".join(told))}.</p>\n' if told else ""


def _facts(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    for name, value in config.items():
        if name == "cases":
            said.append(
                (name, "; ".join(" ".join(str(part) for part in case.values() if part) for case in value))
            )
        elif isinstance(value, dict):
            parts = {key: ", ".join(part) if isinstance(part, list) else part for key, part in value.items()}
            said.append((name, ", ".join(f"{key} {part}" for key, part in parts.items() if part is not None)))
        elif value is not None:
            said.append((name, str(value)))
    return said
