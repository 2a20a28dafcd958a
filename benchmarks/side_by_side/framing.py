"""Events framed from bytes in memory, without what they say."""

from __future__ import annotations

import gc
from functools import partial
from time import monotonic, process_time
from typing import TYPE_CHECKING

import omni_stream
from side_by_side.contest import Contest, Own
from side_by_side.reply import spoken_reply, told_reply
from side_by_side.rounds import LEAST_ROUNDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from side_by_side.rounds import Bounds

HUGE_EVENT_BYTES = 16 * 2**20
SMALL_READ_BYTES = 1400
READ_BYTES = 16 * 1024


def by_the_gigabyte(bounds: Bounds) -> Contest:
    """``SSEParser.feed`` from Python, of tokens and of audio."""
    tokens = told_reply(1000).reads(READ_BYTES)
    audio = spoken_reply(100).reads(READ_BYTES)
    names = {"tokens": tokens, "audio": audio}
    seconds = _rounds(bounds, {name: partial(_frame, reads) for name, reads in names.items()})
    return Contest(
        title="Framing alone, by SSEParser.feed",
        unit="GB a second",
        ours="tokens",
        limits=(),
        aims=(
            Own(1, "tokens, at least {} GB a second", who="tokens", at_least=True),
            Own(2, "audio, at least {} GB a second", who="audio", at_least=True),
        ),
        values={
            name: [sum(map(len, names[name])) / 1e9 / took for took in found]
            for name, found in seconds.items()
        },
        more_is_better=True,
    )


def of_a_huge_event(bounds: Bounds) -> Contest:
    """One event of 16 MiB, in small reads and in one."""
    start, end = b'data: {"choices":[{"delta":{"audio":{"data":"', b'"}}}]}\n\n'
    event = start + b"QUJD" * (HUGE_EVENT_BYTES // 4) + end
    small = [event[at : at + SMALL_READ_BYTES] for at in range(0, len(event), SMALL_READ_BYTES)]
    ways = {"in one read": [event], f"in reads of {SMALL_READ_BYTES:,} bytes": small}
    whole, cut = ways
    return Contest(
        title="One event of 16 MiB, by StreamDecoder",
        unit="ms",
        ours=whole,
        limits=(),
        aims=(Own(3, "in small reads, at most {} times one read", of=whole, who=cut),),
        values=_rounds(bounds, {name: partial(_decode, reads) for name, reads in ways.items()}),
    )


def _frame(reads: list[bytes]) -> None:
    parser = omni_stream.SSEParser()
    for content in reads:
        parser.feed(content)


def _decode(reads: list[bytes]) -> None:
    decoder = omni_stream.StreamDecoder()
    items = [item for content in reads for item in decoder.feed(content)]
    if len(items) != 1:
        raise ValueError("the event is no audio")


def _rounds(bounds: Bounds, ways: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    """CPU seconds of each way, round after round."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    begun = monotonic()
    for count in range(bounds.rounds):
        if count >= LEAST_ROUNDS and monotonic() - begun > bounds.contest_seconds:
            break
        for name, way in ways.items():
            gc.collect()
            turns, spent = 0, 0.0
            while turns == 0 or (spent < bounds.slot_seconds and turns < bounds.slot_turns):
                start = process_time()
                way()
                spent += process_time() - start
                turns += 1
            seconds[name].append(spent / turns)
    return seconds
