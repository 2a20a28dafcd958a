"""Feed the parser random streams in random splits and compare it with the plain oracle.

    python tests/million.py --cases 1000000 --seed 1

Streams are at most some hundred bytes, drawn from what the grammar is made of
and what real parsers stumble over.  Ends with 1 at the first difference, which
it prints.  The same seed gives the same cases.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from dataclasses import asdict

from oracles import event_stream

from omni_stream.sse import SSEParser

TOKENS = [
    *(b"data", b"event", b"id", b"retry", b"datas", b"Data", b"comment"),
    *(b":", b":", b":", b": ", b":  ", b" ", b"\n", b"\n", b"\n", b"\r", b"\r", b"\r\n", b"\r\n"),
    *(b"\n\n", b"\r\r", b"\r\n\r\n", b"\n\r", b"data: a\n\n", b"data:b\r\r", b"data\n", b"id: 1\n", b"id\n"),
    *(b"event: x\n", b"event\n", b"retry: 30\n", b"retry:+1\n", b"retry:1_0\n", b"retry:\xd9\xa3\n", b":c\n"),
    *(b"\xef\xbb\xbf", b"\xef\xbb", b"\xef", b"\xff", b"\xe5\xa5\xbd", b"\xe5\xa5", b"\xf0\x9f\x8e\xb5"),
    *(b"\xf0\x9f", b"\x80", b"\xed\xa0\x80", b"\xc0\x80", b"\0"),
    *(b"\x0b", b"\x0c", b"\x1c", b"\x85", b"\xc2\x85"),
    *(b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"7", b"x", b"[DONE]", b'{"a":1}'),
]


def stream(rng: random.Random) -> bytes:
    """A stream of up to 40 tokens, a few of them any byte."""
    pieces = rng.choices(TOKENS, k=rng.randrange(40))
    for _ in range(rng.randrange(3)):
        pieces.insert(rng.randrange(len(pieces) + 1), rng.randbytes(rng.randrange(1, 4)))
    if rng.random() < 0.02:
        pieces.insert(rng.randrange(len(pieces) + 1), b"\n:" + "é".encode() * rng.randrange(400, 600))
    if rng.random() < 0.2:
        pieces.insert(0, b"\xef\xbb\xbf")
    return b"".join(pieces)


def split(rng: random.Random, content: bytes) -> list[bytes]:
    """`content` in up to eight reads, or byte by byte; some reads may be empty."""
    if rng.random() < 0.1:
        return [bytes([byte]) for byte in content]
    cuts = sorted(rng.randrange(len(content) + 1) for _ in range(rng.randrange(8)))
    return [content[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(content)], strict=True)]


def difference(reads: list[bytes]) -> str | None:
    """What the parser makes of `reads` that the oracle does not, or None."""
    expected = event_stream.read(b"".join(reads))
    parser = SSEParser()
    events = [event for read in reads for event in parser.feed(read)]
    parser.close()
    fields = ["type", "data", "id", "retry", "comments", "index", "offset"]
    found = event_stream.Reading(
        [event_stream.Event(*(getattr(event, name) for name in fields)) for event in events],
        parser.last_event_id,
        parser.reconnection_time,
        parser.unfinished_data,
    )
    return None if found == expected else f"{reads}\nparser: {asdict(found)}\noracle: {asdict(expected)}"


def main() -> int:
    """Run the cases and report."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--cases", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    rng = random.Random(options.seed)
    began, fed, reads_fed = time.monotonic(), 0, 0
    for case in range(options.cases):
        content = stream(rng)
        reads = split(rng, content)
        fed += len(content)
        reads_fed += len(reads)
        if found := difference(reads):
            print(f"case {case} of seed {options.seed} differs\n{found}")  # noqa: T201 -- its report
            return 1
    seconds = time.monotonic() - began
    report = f"{options.cases} cases, {fed} bytes in {reads_fed} reads, 0 differences, {seconds:.0f} s"
    print(report)  # noqa: T201 -- likewise
    return 0


if __name__ == "__main__":
    sys.exit(main())
