"""``omni-stream bench``, ``bench show`` and ``bench compare``."""

# ruff: noqa: FBT002, PLR0917 -- typer makes options of parameters

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import omni_stream as omni
from omni_stream.cli import options  # noqa: TC001 -- typer reads the annotations
from omni_stream.cli.bench_plan import (
    DEFAULT_USERS,
    MOST_RATE,
    MOST_USERS,
    Plan,
    cases_of,
    how_of,
    levels_of,
    speaks_of,
)
from omni_stream.cli.bench_run import clients_of, run_plan
from omni_stream.cli.bench_table import show_differences, show_summary
from omni_stream.cli.ending import ExitCode, say, told_in_a_sentence
from omni_stream.cli.listing import show_json
from omni_stream.cli.service import timeouts
from omni_stream.cli.terminated import terminated_as_interrupted

if TYPE_CHECKING:
    from omni_stream.bench import Summary, Verdict

TOTAL_SECONDS = 300
"""A reply that takes longer is not waited for, unless --timeout says so: a run has an end."""

_DEFAULT = "bench"

_NO_MORE_FAILURES = "failed>0"
"""What `--fail-if` means, too: of what fails no other figure tells."""

_TOLD: dict[Verdict, str] = {"broken": "", "unknown": " (cannot be told)", "unsure": " (perhaps)", "kept": ""}

bench = typer.Typer(invoke_without_command=True, rich_markup_mode=None)

Repeated = list[str] | None


@bench.callback()
def measure(
    context: typer.Context,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Folder for what is measured; by default bench, or bench-2 and so on where that is taken.",
        ),
    ] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Users at once, each asking again once answered; 8 if nothing else is said."
        ),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(metavar="RATE", help="Requests a second, whatever becomes of them.")
    ] = None,
    arrivals: Annotated[
        str | None,
        typer.Option(
            metavar="HOW",
            help="How these are spread: poisson, gamma:BURSTINESS (1 is Poisson, less has bursts), constant,"
            " or trace:FILE with a time in seconds a line.",
        ),
    ] = None,
    requests: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="How many are measured at each load; 100, or all of a trace, by default."
        ),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="After so long nothing more is sent; what is open is waited for."
        ),
    ] = None,
    warm_up: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Requests before them that are left out; by default one for each user."
        ),
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option(metavar="LOADS", help="Users, or with --arrivals rates, to run in turn, as 1,2,4,8."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="TARGET",
            help='Find the highest load that meets it, as "ttfa:p95@0.5,c100:0.99,failed:0.01".',
        ),
    ] = None,
    up_to: Annotated[
        float | None,
        typer.Option(
            metavar="LOAD", help=f"The highest load tried for it: {MOST_USERS}, or {MOST_RATE:g} a second."
        ),
    ] = None,
    prompt: Annotated[
        Repeated, typer.Option(metavar="TEXT", help="What to ask; again for more, which take turns.")
    ] = None,
    prompts: Annotated[
        Repeated, typer.Option(metavar="FILE", help="A file with a prompt a line; again for more.")
    ] = None,
    model: Annotated[Repeated, typer.Option(metavar="NAME", help="Model; again for more.")] = None,
    voice: Annotated[Repeated, typer.Option(metavar="NAME", help="Voice; again for more.")] = None,
    region: Annotated[
        Repeated, typer.Option(metavar="NAME", help="The provider's region; again for more.")
    ] = None,
    speak: Annotated[
        bool, typer.Option("--speak", help="Prompts are texts to speak, and no questions.")
    ] = False,
    provider: options.Provider = None,
    base_url: options.BaseUrl = None,
    timeout: options.Timeout = None,
    seed: Annotated[int, typer.Option(metavar="N", help="What arrivals by chance depend on.")] = 0,
    debug: options.Debug = False,
) -> None:
    """Measure how a service streams speech: latency, continuity, and what becomes of them under load.

    Without --provider, --base-url or --region it is the built-in emulator, in a process of its own, that is
    measured. Each request takes the next of all models, voices, regions and prompts. It is not sent
    again if it fails; what fails is counted, and in no other figure. Ctrl-C and SIGTERM end a run, of which
    what was measured is kept.

    It leaves config.json, requests.jsonl (when what came: all else is computed from it), summary.json,
    summary.csv and report.html. `bench show DIR` shows the figures again, and `bench compare A B` two runs.
    """
    if context.invoked_subcommand is not None:
        return
    kept: list[str] = []
    with told_in_a_sentence(debug=debug, kept=lambda: kept[0] if kept else None):
        from omni_stream import bench as library  # noqa: PLC0415 -- other commands start without it

        if sweep is not None and target is not None:
            raise omni.UsageError("--sweep and --target both say which loads to run; give one of them")
        users = 1 if target is not None else DEFAULT_USERS
        how = how_of(concurrency, rate, arrivals, is_swept=sweep is not None, users=users)
        load = library.Load(**how, requests=requests, duration=duration, warm_up=warm_up, seed=seed)
        plan = Plan(
            cases=cases_of(prompt or [], prompts or [], model or [], voice or [], region or []),
            load=load,
            levels=levels_of(sweep, load),
            targets=library.read_targets(target) if target is not None else (),
            most=(MOST_RATE if load.is_open else MOST_USERS) if up_to is None else up_to,
            speaks=speaks_of(provider, speak=speak),
        )
        if plan.targets:
            library.check_search(load, plan.targets, most=plan.most)
        limits = timeouts([f"total={TOTAL_SECONDS}", *(timeout or [])])
        clients = clients_of(plan.cases, provider, base_url, limits)
        config = library.config_of(
            plan.cases,
            load,
            service={
                "provider": provider or (None if clients else "the emulator"),
                "base_urls": [client.base_url for client in clients.values()],
                "regions": region,
            },
            timeouts=asdict(limits),
            speaks=plan.speaks,
            sweep=sweep,
            target=target,
        )
        folder = library.Folder(output or _next_folder(), config)
        results = library.Results(keep=folder.keep)
        with terminated_as_interrupted():
            try:
                best = asyncio.run(run_plan(plan, clients, limits, results))
            finally:
                folder.close()
                summary = results.summary()
                if results.rounds:
                    library.write_summary(folder.path, summary, library.report(config, summary))
                if results.requests:
                    kept.append(f"what was measured is in {folder.path}")
        show_summary(summary)
        say(f"the report is {folder.path / 'report.html'}")
        _tell_failures(summary)
        if plan.targets:
            _tell_highest(best, target or "", is_open=load.is_open)
        if summary.is_client_limited:
            say("client-limited: our own event loop lagged by over 5 ms, so the figures are ours in part")
        if all(one.error is not None for one in results.requests):
            say("omni-stream: no request succeeded")
            raise typer.Exit(ExitCode.FAILED)


@bench.command()
def show(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder of a run.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON lines, a load or group each.")] = False,
    rewrite: Annotated[
        bool,
        typer.Option("--rewrite", help="Write summary and report anew, as of a run that was killed."),
    ] = False,
) -> None:
    """Show the figures of a run, computed from its requests.jsonl."""
    with told_in_a_sentence(debug=False):
        from omni_stream import bench as library  # noqa: PLC0415 -- other commands start without it

        config, results = library.read_folder(folder)
        summary = results.summary()
        if rewrite:
            library.write_summary(Path(folder), summary, library.report(config, summary))
        if json:
            show_json(row.to_json() for row in summary.rows)
        else:
            show_summary(summary)


@bench.command()
def compare(
    before: Annotated[str, typer.Argument(metavar="A", help="The folder of a run.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The folder of another.")],
    fail_if: Annotated[
        Repeated,
        typer.Option(
            metavar="CHANGE",
            help='Exit with 1 if B surely changed so, as "ttfa.p95>+10%" or "c100<-0.02"; again for more.',
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit with 1, too, if B perhaps changed so."),
    ] = False,
    seed: Annotated[int, typer.Option(metavar="N", help="What the intervals' draws depend on.")] = 0,
) -> None:
    """Show what changed from run A to run B, and between which changes 95 % of random draws lie.

    Requests of the same load, prompt and index are compared in pairs. A change is sure if all of these
    draws are beyond the limit. One that cannot be told, since there is too little of it on either side,
    fails too; and so do more failures than before, as by "failed>0", if no condition is on them.
    """
    with told_in_a_sentence(debug=False):
        from omni_stream import bench as library  # noqa: PLC0415 -- other commands start without it

        conditions = {text: library.read_condition(text) for text in fail_if or []}
        if conditions and not any(one.figure == library.FAILED for one in conditions.values()):
            conditions[_NO_MORE_FAILURES] = library.read_condition(_NO_MORE_FAILURES)
        figures = dict.fromkeys([*(one.figure for one in conditions.values()), *library.FIGURES])
        results = [library.read_folder(folder)[1] for folder in (before, after)]
        differences = library.compare(results[0], results[1], figures, seed=seed)
        show_differences(differences)
        for path, run in zip((before, after), results, strict=True):
            if run.is_client_limited:
                say(f"client-limited: our own event loop lagged in {path}, so its figures are ours in part")
        judged: dict[Verdict, list[str]] = defaultdict(list)
        for text, condition in conditions.items():
            for one in differences:
                if one.figure == condition.figure:
                    verdict = condition.judge(one)
                    judged[verdict].append(f"{text} at load {one.load:g}{_TOLD[verdict]}")
        failing = judged["broken"] + judged["unknown"] + (judged["unsure"] if strict else [])
        if judged["unsure"] and not strict:
            say(f"{', '.join(judged['unsure'])}: more requests would tell")
        if failing:
            say(f"omni-stream: {', '.join(failing)}")
            raise typer.Exit(ExitCode.FAILED)


def _tell_failures(summary: Summary) -> None:
    """What failed at each load, by kind."""
    for row in summary.loads:
        if row.errors:
            kinds = ", ".join(f"{times} {kind}" for kind, times in row.errors.most_common())
            of_all = f"{row.errors.total()} of {len(row.measured)} requests failed"
            say(f"at load {row.load_name} {of_all}: {kinds}")


def _tell_highest(best: float | None, target: str, *, is_open: bool) -> None:
    if best is None:
        say(f"omni-stream: no load meets {target}")
        raise typer.Exit(ExitCode.FAILED)
    say(f"the highest load that meets {target} is {best:g} {'requests a second' if is_open else 'at once'}")


def _next_folder() -> Path:
    for number in count(1):
        folder = Path(_DEFAULT if number == 1 else f"{_DEFAULT}-{number}")
        if not folder.exists():
            return folder
    raise AssertionError  # numbers do not end
