"""How many listeners a service can serve at once: first audio and continuity under a rising load.

Run it as: python measure.py PROMPT FOLDER

The same as `omni-stream bench --sweep 1,2,4`, from a program: the figures are objects to go
on with.  The report is in FOLDER.
"""

import asyncio
import sys

import omni_stream as omni
from omni_stream.bench import Case, Folder, Load, Results, config_of, report, run, write_summary

LOADS = [Load(concurrency=users, requests=20) for users in (1, 2, 4)]


async def main(prompt: str, path: str) -> None:
    """Measure each load, and tell of it."""
    cases = [Case(prompt)]
    config = config_of(cases, LOADS[-1], service={"provider": "dashscope"})
    folder = Folder(path, config)
    results = Results(keep=folder.keep)
    try:
        async with omni.Client(retries=0) as client:  # what is asked twice is no measurement
            for load in LOADS:
                await run(client, cases, load, results=results)
    finally:
        folder.close()
    summary = results.summary()
    write_summary(folder.path, summary, report(config, summary))
    for row in summary.loads:
        first_audio, whole = row.figure("ttfa", "p50"), row.share("c100")
        print(
            f"{row.load:.0f} at once: first audio {first_audio:.3f} s,"
            f" {(whole.share or 0) * whole.scored:.0f} of {len(row.measured)} replies without a hole"
        )
    if summary.is_client_limited:
        print("Our own event loop lagged: measure on a machine that has nothing else to do.")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
