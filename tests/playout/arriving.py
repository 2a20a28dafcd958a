"""Replies as they come: models of what delays speech that is streamed, a family for each cause.

Times are seconds from the request.  A reply is made by its family and its seed alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Incoming:
    """A reply: when each piece of its audio comes and how long it is, when it ends, where speech is in it."""

    family: str
    seed: int
    chunks: tuple[tuple[float, float], ...]
    ended_s: float
    speech: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> float:
        return sum(seconds for _, seconds in self.chunks)


Family = Callable[[Random, Random, float], Iterator[tuple[float, float]]]
"""Pieces of so many seconds in all: (when it comes after the first one, its seconds).  What the server is
like is drawn from the first generator, and what happens from the second."""


def pieces(total: float, size: float, first: float | None = None) -> Iterator[float]:
    """The seconds of each piece."""
    left, next_size = total, first or size
    while left > 1e-6:
        yield min(left, next_size)
        left -= next_size
        next_size = size


def generated(
    rng: Random, total: float, size: float, pace: float, jitter: float = 0.15
) -> Iterator[tuple[float, float]]:
    """A model that makes a second of audio in `pace` seconds, give or take."""
    at = 0.0
    for number, seconds in enumerate(pieces(total, size)):
        at += seconds * pace * rng.lognormvariate(0, jitter) if number else 0.0
        yield at, seconds


def even(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """Nothing is wrong."""
    return generated(rng, total, server.choice([0.08, 0.16, 0.24, 0.4]), server.uniform(0.2, 0.75))


def cold(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A model that is slow at first, and makes up for it."""
    size, slow_s = server.choice([0.08, 0.16, 0.24]), server.uniform(0.4, 2.5)
    slow, fast = server.uniform(1.1, 1.9), server.uniform(0.3, 0.7)
    at = 0.0
    for number, seconds in enumerate(pieces(total, size)):
        pace = slow if at < slow_s else fast
        at += seconds * pace * rng.lognormvariate(0, 0.15) if number else 0.0
        yield at, seconds


def laggard(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A model that is slower than speech all along."""
    return generated(rng, total, server.choice([0.08, 0.16, 0.3]), server.uniform(1.02, 1.25), 0.1)


def shared(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A model that is slower than speech while others ask, too."""
    size, fast, slow = server.choice([0.1, 0.2, 0.3]), server.uniform(0.35, 0.8), server.uniform(1.1, 2.0)
    at, pace, until = 0.0, fast, rng.uniform(0, 4)
    if rng.random() < 0.3:
        pace = slow
    for number, seconds in enumerate(pieces(total, size)):
        if at > until:
            pace = slow if pace == fast else fast
            until = at + rng.expovariate(1 / 2.5)
        at += seconds * pace * rng.lognormvariate(0, 0.1) if number else 0.0
        yield at, seconds


def halting(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A server that stops now and then, and goes on at its pace."""
    lost = 0.0
    for number, (at, seconds) in enumerate(
        generated(rng, total, server.choice([0.12, 0.2, 0.3]), server.uniform(0.4, 0.8))
    ):
        if number and rng.random() < seconds / 6:
            lost += rng.uniform(0.3, 1.6)
        yield at + lost, seconds


def lossy(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """Lost segments: what is behind one waits until it came again, 0.2 to 1 s later."""
    held_until = 0.0
    for number, (at, seconds) in enumerate(
        generated(rng, total, server.choice([0.08, 0.14, 0.2]), server.uniform(0.4, 0.8))
    ):
        if number and rng.random() < 0.012 and at > held_until:
            held_until = at + rng.choice([0.2, 0.25, 0.4, 0.8, 1.0]) * rng.uniform(0.9, 1.1)
        yield max(at, held_until), seconds


def moving(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A radio link that is lost for a second or two, at most twice a minute."""
    held_until = -1.0
    for number, (at, seconds) in enumerate(
        generated(rng, total, server.choice([0.12, 0.2]), server.uniform(0.35, 0.7), 0.3)
    ):
        if number and rng.random() < seconds / 25 and at > held_until:
            held_until = at + rng.uniform(0.6, 2.0)
        yield max(at, held_until), seconds


def gathered(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A gateway that sends what it has at every tick of its own."""
    tick, offset = server.uniform(0.2, 1.3), rng.random()
    first = None
    for at, seconds in generated(rng, total, server.choice([0.06, 0.1, 0.18]), server.uniform(0.35, 0.85)):
        sent = (int(at / tick + offset) + 1 - offset) * tick
        first = sent if first is None else first
        yield sent - first, seconds


def grouped(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A model that makes several pieces in one pass."""
    group, pace, size = server.randint(2, 5), server.uniform(0.4, 0.9), server.choice([0.08, 0.16])
    at, waiting = 0.0, []
    first = None
    for number, seconds in enumerate(pieces(total, size)):
        at += seconds * pace * rng.lognormvariate(0, 0.2)
        waiting.append(seconds)
        if len(waiting) == group or number == 0:
            first = at if first is None else first
            yield from ((at - first, each) for each in waiting)
            waiting = []
    yield from ((at - (first or 0.0), each) for each in waiting)


def growing(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A small first piece for a quick start, and large ones after it."""
    size, pace, first = server.uniform(0.6, 2.0), server.uniform(0.3, 0.75), server.uniform(0.1, 0.5)
    at = 0.0
    for number, seconds in enumerate(pieces(total, size, first)):
        at += seconds * pace * rng.lognormvariate(0, 0.15) if number else 0.0
        yield at, seconds


def by_sentence(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A synthesiser that hands over a sentence at a time, in pieces that come at once."""
    at, left, number = 0.0, total, 0
    slowest = server.uniform(0.2, 0.6)
    while left > 1e-6:
        sentence = min(left, rng.uniform(0.8, 4.0))
        at += sentence * rng.uniform(0.15, slowest) if number else 0.0
        yield from ((at, seconds) for seconds in pieces(sentence, 0.2))
        left -= sentence
        number += 1


def wandering(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """A pace that drifts between half and one and a half of real time."""
    pace, at, size = rng.uniform(0.5, 1.1), 0.0, server.choice([0.04, 0.1, 0.2])
    for number, seconds in enumerate(pieces(total, size)):
        pace = min(1.5, max(0.4, pace * rng.lognormvariate(0, 0.12)))
        pace += (0.75 - pace) * 0.02
        at += seconds * pace if number else 0.0
        yield at, seconds


def at_once(server: Random, rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """All of it in a piece or two."""
    if server.random() < 0.5:
        yield 0.0, total
        return
    first = total * server.uniform(0.15, 0.6)
    yield 0.0, first
    yield server.uniform(0.05, 1.0) * rng.uniform(0.7, 1.3), total - first


FAMILIES: dict[str, Family] = {
    family.__name__: family
    for family in (
        even, cold, laggard, shared, halting, lossy, moving, gathered, grouped, growing, by_sentence,
        wandering, at_once,
    )
}  # fmt: skip


def speech_of(rng: Random, total: float) -> Iterator[tuple[float, float]]:
    """Where there is speech, with pauses between."""
    at = rng.choice([0.0, rng.uniform(0.02, 0.2)])
    while at < total - 0.1:
        end = min(total - 0.02, at + rng.uniform(0.5, 3.5))
        yield at, end
        at = end + rng.uniform(0.2, 0.8)


def incoming(family: str, seed: int, reply: int = 0) -> Incoming:
    """A reply of the server that a family and a seed make; its replies differ in length, and by chance."""
    server, rng = Random(f"{family} {seed}"), Random(f"{family} {seed} {reply}")
    total = min(50.0, max(1.0, rng.lognormvariate(1.9, 0.9)))
    first_s = rng.uniform(0.3, 1.8)
    chunks = tuple((first_s + at, seconds) for at, seconds in FAMILIES[family](server, rng, total))
    return Incoming(
        family, seed, chunks, chunks[-1][0] + rng.uniform(0.0, 0.08), tuple(speech_of(rng, total))
    )
