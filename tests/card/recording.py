"""What a listener heard: the log of a card (card.c says how it is written), read.

Rules.
1. All times are seconds of `time.monotonic()`.
2. A piece is what was heard without a break.  Between pieces, and where all samples are 0, there is silence.
3. A run that has no end in the log goes on while the card is open.  If it is not, the player was killed,
   and is heard up to the last thing that was logged.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import pairwise

import numpy as np

RECORD = np.dtype([("kind", "<i8"), ("ns", "<i8"), ("a", "<i8"), ("b", "<i8")])


class Kind(IntEnum):
    """What a record of the log is of."""

    SETUP = 1
    PREPARE = 2
    COMMIT = 3
    START = 4
    STALL = 5
    STOP = 6
    UNDERRUN = 7
    GONE = 8


@dataclass(frozen=True)
class Piece:
    """Samples (frames, channels) that were heard without a break, from a time on."""

    time: float
    samples: np.ndarray


@dataclass(frozen=True)
class Gap:
    """Silence between sounds: when it began, how long it was, and how many frames of sound came before it."""

    time: float
    seconds: float
    after_frames: int


class Recording:
    """What was heard, read from the log and the samples that the card wrote.

    Attributes:
        pieces: All that was heard, in order of time.
        rate: Frames a second as the player counts them, Hz; 0 if nothing was played.
        underruns: How often there was nothing to play when asked.
        dropped_frames: Frames that were committed but never heard.
        given: Each time at which it was given frames, and how many those were.
        least_lead: The least time, seconds, that a running card was given a frame before it was due.
    """

    def __init__(self, log, sound, *, now_ns, channels, drift_ppm, latency_frames):
        self.pieces = []
        self.rate = 0
        self.underruns = 0
        self.dropped_frames = 0
        self.given = []
        self.least_lead = float("inf")
        self._channels = channels
        self._speed = 1 + drift_ppm / 1e6
        self._latency_frames = latency_frames
        self._frames = np.frombuffer(_whole(sound, 2 * channels), "<i2").reshape(-1, channels)
        self._stalls = []
        self._started_ns = None
        self._committed = []
        ns = 0
        for kind, ns, a, b in np.frombuffer(_whole(log, RECORD.itemsize), RECORD).tolist():
            self._read(Kind(kind), ns, a, b)
        self._end_run(0 if self._started_ns is None else self._position(now_ns or ns))

    def __repr__(self):
        return f"<{len(self.heard)} frames heard, in {len(self.pieces)} pieces; {self.underruns} underruns>"

    @property
    def frames_per_second(self):
        """The card's true speed: its rate, and its drift."""
        return self.rate * self._speed

    @cached_property
    def heard(self):
        """Every frame that was heard, (frames, channels), one after the other."""
        return np.concatenate([self._silence(0), *(piece.samples for piece in self.pieces)])

    @cached_property
    def timeline(self):
        """What was heard from the first frame to the last, with 0 where nothing was played."""
        if not self.pieces:
            return self._silence(0)
        places = [round((piece.time - self.pieces[0].time) * self.frames_per_second) for piece in self.pieces]
        line = self._silence(places[-1] + len(self.pieces[-1].samples))
        for place, piece in zip(places, self.pieces, strict=True):
            line[place : place + len(piece.samples)] = piece.samples
        return line

    @cached_property
    def sound(self):
        """The timeline from its first frame that is not silent to its last."""
        begin, end = self._sounding
        return self.timeline[begin:end]

    @property
    def first_sound(self):
        """When the first frame that is not silent was heard; None without any."""
        begin, end = self._sounding
        return self.pieces[0].time + begin / self.frames_per_second if end else None

    @property
    def last_sound(self):
        """When the last frame that is not silent had been heard; None without any."""
        _, end = self._sounding
        return self.pieces[0].time + end / self.frames_per_second if end else None

    def gaps(self, least=0.001):
        """Every silence of at least so many seconds between the first sound and the last."""
        is_silent = np.concatenate([[False], ~self.sound.any(axis=1), [False]])
        found, silent_frames = [], 0
        for begin, end in np.flatnonzero(is_silent[1:] != is_silent[:-1]).reshape(-1, 2).tolist():
            frames = end - begin
            if frames >= least * self.frames_per_second:
                time = self.first_sound + begin / self.frames_per_second
                found.append(Gap(time, frames / self.frames_per_second, begin - silent_frames))
                silent_frames += frames
        return found

    def silence_ms(self, least=0.001):
        """How long all gaps are together."""
        return 1_000 * sum(gap.seconds for gap in self.gaps(least))

    @cached_property
    def _sounding(self):
        places = np.flatnonzero(self.timeline.any(axis=1))
        return (int(places[0]), int(places[-1]) + 1) if places.size else (0, 0)

    def _silence(self, frames):
        return np.zeros((frames, self._channels), "<i2")

    def _read(self, kind, ns, a, b):
        match kind:
            case Kind.SETUP:
                assert a == self.rate or not self.pieces, "a recording has one rate"
                self.rate = a
            case Kind.PREPARE:
                self._end_run(0)
            case Kind.COMMIT:
                self._commit(ns, a, self._frames[:b])
                self._frames = self._frames[b:]
            case Kind.START:
                self._started_ns = ns
            case Kind.STALL:
                if (ns, a) not in self._stalls:  # who opens the card sees the last one again
                    self._stalls.append((ns, a))
            case Kind.STOP | Kind.UNDERRUN | Kind.GONE:
                self.underruns += kind is Kind.UNDERRUN
                self._end_run(a)

    def _commit(self, ns, position, frames):
        self.given.append((ns / 1e9, len(frames)))
        if self._started_ns is not None:
            self.least_lead = min(self.least_lead, (self._due_ns(position) - ns) / 1e9)
        self._committed.append((position, frames))

    def _end_run(self, position):
        """A run has ended, and was heard up to a position: make pieces of it."""
        run = self._silence(max((place + len(frames) for place, frames in self._committed), default=0))
        for place, frames in self._committed:
            run[place : place + len(frames)] = frames
        heard = run[:position]
        self.dropped_frames += sum(len(frames) for _, frames in self._committed) - len(heard)
        if len(heard):
            breaks = {self._position(begin) + 1 for begin, _ in self._stalls if begin > self._started_ns}
            edges = sorted({0, len(heard), *(place for place in breaks if place < len(heard))})
            for begin, end in pairwise(edges):
                time = self._due_ns(begin) / 1e9 + self._latency_frames / self.frames_per_second
                self.pieces.append(Piece(time, heard[begin:end]))
        self._started_ns = None
        self._committed = []

    def _due_ns(self, position):
        """When the frame at a position of this run is due."""
        ns = self._started_ns + 1e9 * position / self.frames_per_second
        for begin, end in self._stalls:
            if ns > begin and end > self._started_ns:
                ns += end - max(begin, self._started_ns)
        return ns

    def _position(self, ns):
        """How many frames of this run were due until a time."""
        played_ns = ns - self._started_ns
        for begin, end in self._stalls:
            played_ns -= max(0, min(end, ns) - max(begin, self._started_ns))
        return int(played_ns * self.frames_per_second / 1e9)


def _whole(content, unit_bytes):
    """Without what is not yet wholly written at the end."""
    return content[: len(content) // unit_bytes * unit_bytes]
