"""The figures of one reply, computed from what was observed and from nothing else.

None stands for what a reply does not have: it is never a 0, and never a pass.  A request that
failed has but what came before the reply.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from omni_stream.bench.continuity import (
    Stalls,
    gap_ratios,
    gaps,
    jitter,
    pausing_player,
    played_at,
    underrun,
)
from omni_stream.bench.levels import first_sound
from omni_stream.bench.own_player import jitter_buffer_player

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from omni_stream.bench.observed import Observed

BUFFERS = (0.0, 0.1, 0.2)
"""Seconds that the pausing players want to have in hand."""

OWN_PLAYER = "jitter_buffer"

SHARES = {"c50": 0.05, "c100": 0.1, "c200": 0.2}
"""Shares of the scored replies: those whose underrun is at most so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of one reply, in seconds where nothing else is said.

    t0 is the intended send in an open loop, the actual send in a closed one; t_1 to t_n are the audio
    events' times, a_1 their seconds, and A their sum.

    Attributes:
        queue: Sent minus due.
        send_late: How much of that is our own event loop's fault; None in a closed loop.
        connect: What connecting took, 0 for a connection that was used again.
        ttfb: The first byte of the body, minus t0.
        ttft: The first text, minus t0.
        ttfa: The first audio event, minus t0.
        ttfs: The first sound (10 ms windows above -40 dB of full scale for 50 ms) of a player without
            buffer, minus t0.
        underrun: How much too late speech came for a player that begins with the first piece.
        playable_from: ttfa + underrun: the earliest begin from which a player never stalls.
        rtf: (t_n - t0) / A, a ratio.
        rtf_stream: (t_n - t_1) / (A - a_1), a ratio.
        jitter: RFC 3550's, of each gap less the audio before it.
        gap: Between each audio event and the one before.
        gap_ratio: Each gap by the audio of the event before it, ratios.
        stalls: Of a pausing player with 0, 0.1 and 0.2 s in hand ("0", "0.1", "0.2"), and of our own
            "jitter_buffer".
    """

    queue: float
    send_late: float | None
    connect: float | None
    ttfb: float | None = None
    ttft: float | None = None
    ttfa: float | None = None
    ttfs: float | None = None
    underrun: float | None = None
    playable_from: float | None = None
    rtf: float | None = None
    rtf_stream: float | None = None
    jitter: float | None = None
    gap: tuple[float, ...] = ()
    gap_ratio: tuple[float, ...] = ()
    stalls: Mapping[str, Stalls | None]

    def values(self) -> Iterator[tuple[str, tuple[float, ...]]]:
        """Each figure by its name, as the values that it has: none, one or, of gaps, many."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "stalls":
                for player, stalls in self.stalls.items():
                    yield f"stall_count({player})", () if stalls is None else (float(stalls.count),)
                    yield f"stall_s({player})", () if stalls is None else (stalls.seconds,)
            elif isinstance(value, tuple):
                yield field.name, value
            else:
                yield field.name, () if value is None else (value,)


METRICS = (
    *(field.name for field in fields(Metrics) if field.name != "stalls"),
    *(
        f"stall_{what}({player})"
        for player in (*map("{:g}".format, BUFFERS), OWN_PLAYER)
        for what in ("count", "s")
    ),
)
"""The names of all figures, as ``Metrics.values`` gives them."""

OF_MANY = frozenset({"gap", "gap_ratio"})
"""Those of which a reply has many values."""

OF_OWN_PLAYER = frozenset(name for name in METRICS if OWN_PLAYER in name)
"""Those that take the jitter buffer."""


def measure(observed: Observed, *, own_player: bool = True) -> Metrics:
    """The figures of one request.

    Args:
        observed: The request.
        own_player: Whether our own jitter buffer is run: some milliseconds, while all else takes a fraction
            of one.  Its stalls are None otherwise.
    """
    begin = observed.begin
    sent = Metrics(
        queue=observed.sent - observed.due,
        send_late=observed.late,
        connect=observed.connect,
        stalls=dict.fromkeys([*(f"{buffer:g}" for buffer in BUFFERS), OWN_PLAYER]),
    )
    if observed.error is not None:
        return sent
    audio, ended = observed.audio, observed.end
    stalls = {f"{buffer:g}": pausing_player(audio, buffer=buffer, ended=ended) for buffer in BUFFERS}
    stalls[OWN_PLAYER] = jitter_buffer_player(audio, observed.levels, ended=ended) if own_player else None
    all_seconds = sum(event.seconds for event in audio)
    later_seconds = sum(event.seconds for event in audio[1:])
    too_late = underrun(audio)
    sound = first_sound(observed.levels)
    return replace(
        sent,
        ttfb=_since(begin, observed.first_byte),
        ttft=_since(begin, observed.first_text),
        ttfa=_since(begin, audio[0].at if audio else None),
        ttfs=_since(begin, None if sound is None else played_at(audio, sound)),
        underrun=too_late,
        playable_from=None if too_late is None else audio[0].at - begin + too_late,
        rtf=(audio[-1].at - begin) / all_seconds if all_seconds else None,
        rtf_stream=(audio[-1].at - audio[0].at) / later_seconds if later_seconds else None,
        jitter=jitter(audio),
        gap=tuple(gaps(audio)),
        gap_ratio=tuple(gap_ratios(audio)),
        stalls=stalls,
    )


def _since(begin: float, at: float | None) -> float | None:
    return None if at is None else at - begin
