"""The outcome as a page to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from side_by_side.contest import Aim
from side_by_side.figures import come_to, reached, spread, times_ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from side_by_side.contest import Contest
    from side_by_side.figures import Spread

_INTRODUCTION = """\
# Benchmarks

The CPU time, user and system, that a client spends per audio event: 100 ms of speech, which is 4,800 bytes
of PCM, as 6,400 characters of base64 in a chunk of a chat completion as Qwen-Omni sends it, with three
events of text for every ten of audio. Every contender ends with the same PCM, which is checked in each round.

All run side by side in one run, in turn, round after round. A figure is the median of the rounds, with
their quartiles behind it; a ratio is one of medians, with the quartiles of the rounds' own ratios. A
*limit* is a part of the work that nobody can do without.

* **In memory** starts at the bytes of the body and ends at PCM. AsyncOpenAI's streaming runs in full, on a
  transport that has the bytes in memory; `StreamDecoder` gives each audio event as its `AudioFrame`.
* **Over loopback** starts at the request and ends at PCM. The server has a process and, where there are
  two, a core of its own; it sends each event as an HTTP chunk, eight a write, as fast as they are taken.
  Its limits are what receives the same bytes and looks at none of them.
* **Allocations** and **copies** are counted by a library that stands before libc in a client's process: calls
  of `malloc`, `calloc`, `realloc` and the like, with Python's own allocator left out of it
  (`PYTHONMALLOC=malloc`), and bytes of `memcpy` and `memmove`. Not seen are copies that a compiler wrote out
  where they are, what libc copies within itself, and what the kernel copies. The request is not in it.
* **First audio** is by the wall clock, from asking to the first PCM, one request at a time.
* **At the pace of speech** each session gets an event every 100 ms, all of them evenly spread; a client and
  its sessions have a process of their own, on one core. The limit is an epoll loop that receives, and reads
  of an event only when it was sent. Memory is what the process has for itself, without what it had before
  the sessions began. A wake-up is a turn of the event loop: there is less than one where an event comes
  while another is read. uvloop works, and is not needed: what it changes is a line there.
* **How many sessions fit on one core** is climbed to: some begin, have a moment to settle, and are looked at
  for some seconds; while 99 of 100 events are with the program within 20 ms of being sent, more begin. The
  number is found to a sixteenth, and each climb is a process of its own. Each event says how late it was
  sent, and the system how long a process had to wait for its core, so that a client is not blamed for
  what others did. Here server and client go before other programs, where they may.

Where `load before` is not near 0 others used the machine too: ratios then say more than figures, and
the wall clock says little.
"""


def render_page(contests: Sequence[Contest], *, command: str, setting: Mapping[str, str]) -> str:
    """Markdown: the tables, the aims, the machine, the versions and how to repeat it."""
    parts = [_INTRODUCTION]
    for contest in contests:
        parts += [f"## {contest.title}\n", _render_contest(contest)]
    parts += ["## Aims\n", _render_aims(contests)]
    parts += ["## How to repeat it\n", f"    {command}\n", _render_table(("", "this run"), setting.items())]
    return "\n".join(parts)


def _render_contest(contest: Contest) -> str:
    rows = []
    for name, values in contest.values.items():
        label = f"**{name}**" if name == contest.ours else name
        if name in contest.limits:
            label = f"*limit:* {name}"
        shown = spread([contest.scale * value for value in values])
        rows.append((label, _render_spread(shown), _render_spread(times_ours(contest, name))))
    head = "ours is so many times that" if contest.more_is_better else "times ours"
    return "\n".join(
        [_render_table(("", contest.unit, head), rows), *(f"{note}\n" for note in contest.notes)]
    )


def _render_aims(contests: Sequence[Contest]) -> str:
    rows = []
    for contest in contests:
        for aim in contest.aims:
            if isinstance(aim, Aim):
                found = reached(contest, aim)
                is_reached = found.middle >= aim.times
                aimed = f"{aim.times:.3g} times {aim.name}"
            else:
                found = come_to(contest, aim)
                is_reached = found.middle >= aim.bound if aim.at_least else found.middle <= aim.bound
                aimed = aim.name.format(f"{aim.bound:g}")
            rows.append((contest.title, aimed, _render_spread(found), "reached" if is_reached else "missed"))
    return _render_table(("", "aim", "measured", ""), rows)


def _render_spread(values: Spread) -> str:
    return f"{_render(values.middle)} ({_render(values.low)} to {_render(values.high)})"


def _render(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
