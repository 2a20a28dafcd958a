"""A run as files.

``config.json`` is written first, and ``requests.jsonl`` line by line while it runs, so that a run that is
killed is kept up to then; ``summary.json``, ``summary.csv`` and ``report.html`` are made of these two.
No file has a key: see ``redacting``.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import astuple, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import omni_stream as omni
from omni_stream.bench.observed import Case, Observed
from omni_stream.bench.redacting import redacted, without_secrets
from omni_stream.bench.results import Results
from omni_stream.bench.round import Round
from omni_stream.bench.statistic import TOLD

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from omni_stream.bench.summary import Summary

CONFIG, REQUESTS = "config.json", "requests.jsonl"
SUMMARY, TABLE, REPORT = "summary.json", "summary.csv", "report.html"

_MOST_BYTES = 4 * 1024 * 1024 * 1024  # the most replies, of a minute each; it is read into memory


class Folder:
    """The folder of a run; made, with its parents, if it is not there.

    Args:
        path: Where; there is no run in it yet.
        config: What was run: versions, service, load ...

    Raises:
        UsageError: There is a run in it already.
        SinkError: It cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str], config: Mapping[str, Any]) -> None:
        self.path = Path(path)
        if (self.path / REQUESTS).exists():
            raise omni.UsageError(f"{self.path} has a run already; name another folder")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._write(
                CONFIG, json.dumps(without_secrets(dict(config)), ensure_ascii=False, indent=2) + "\n"
            )
            self._lines: TextIO = (self.path / REQUESTS).open("x", encoding="utf-8")
        except OSError as error:
            raise _failed(self.path, error) from error

    def keep(self, one: Observed | Round) -> None:
        """Add a line to ``requests.jsonl``.

        Raises:
            SinkError: It cannot be written.
        """
        if isinstance(one, Observed):  # of which the levels are no text, and may look like anything
            one = replace(one, case=Case(*(part and redacted(part) for part in astuple(one.case))))
        try:
            self._lines.write(one.to_json() + "\n")
            self._lines.flush()
        except OSError as error:
            raise _failed(self.path, error) from error

    def close(self) -> None:
        """No more lines will come. Idempotent."""
        self._lines.close()

    def _write(self, name: str, text: str) -> None:
        (self.path / name).write_text(redacted(text), encoding="utf-8")


def write_summary(path: Path, summary: Summary, report: str) -> None:
    """Write what is made of a run: the summary, as JSON and as a table, and the report.

    Raises:
        SinkError: It cannot be written.
    """
    rows = [row.to_json() for row in summary.rows]
    texts = {
        SUMMARY: json.dumps({"rows": rows}, ensure_ascii=False, indent=2) + "\n",
        TABLE: _table(rows),
        REPORT: report,
    }
    try:
        for name, text in texts.items():
            (path / name).write_text(redacted(text), encoding="utf-8")
    except OSError as error:
        raise _failed(path, error) from error


def read_folder(path: str | os.PathLike[str]) -> tuple[dict[str, Any], Results]:
    """The config and the results of a run.

    A last line that was cut off with its run is left out.

    Raises:
        UsageError: There is none, or its files are something else.
    """
    folder = Path(path)
    try:
        config = json.loads((folder / CONFIG).read_text("utf-8"))
        if (folder / REQUESTS).stat().st_size > _MOST_BYTES:
            raise omni.UsageError(f"the run in {folder} is over the limit of {_MOST_BYTES} bytes")
        lines = (folder / REQUESTS).read_bytes().split(b"\n")[:-1]
    except OSError as error:
        raise omni.UsageError(f"there is no run in {folder}: {error.strerror} ({error.filename})") from error
    except ValueError as error:
        raise omni.UsageError(f"{folder / CONFIG} is no config of a run: {error}") from error
    results = Results()
    for line in lines:
        if line.startswith(b'{"round"'):
            results.add_round(Round.from_json(line))
        else:
            results.add(Observed.from_json(line))
    results.add_missing_round()
    return config, results


def _table(rows: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    where = ("kind", "load", "of", "model", "voice", "region")
    table.writerow([*where, "metric", "n", *TOLD])
    for row in rows:
        for metric, figures in row["metrics"].items():
            table.writerow([*(row[name] for name in where), metric, figures["n"], *map(figures.get, TOLD)])
        for share in ("c50", "c100", "c200"):
            table.writerow([*(row[name] for name in where), share, row[share]["scored"], row[share]["share"]])
        counts = {"failed": row["failed"], "not_scored": row["c50"]["not_scored"]}
        counts |= {f"failed({kind})": times for kind, times in row["errors"].items()}
        for what, times in counts.items():
            told = times / row["requests"] if row["requests"] else None
            table.writerow([*(row[name] for name in where), what, row["requests"], told])
    return written.getvalue()


def _failed(path: Path, error: OSError) -> omni.SinkError:
    return omni.SinkError(f"the run cannot be kept in {path}: {error.strerror}")
