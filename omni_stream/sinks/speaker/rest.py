"""Frames that were taken and are not in the ring yet, or are and may be wanted once more."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from omni_stream.audio import AudioFrame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream._native import Output
    from omni_stream.stages.resample import Resampling


class Rest:
    """What is left of one frame that was written (it may have been made into several).

    Places in the ring are counted as it counts them: frames that were written to it, from 0 on.

    Args:
        keeps: Whether what goes into the ring is kept until it was heard, so that it can go into
            another one `again`.

    Attributes:
        frames: How many it is, a sample of each channel.
    """

    def __init__(self, *, keeps: bool = False) -> None:
        self.frames = 0
        self._pieces: deque[AudioFrame] = deque()
        self._begin = 0  # within the first piece
        self._keeps = keeps
        self._kept: deque[AudioFrame] = deque()
        self._place = 0  # of the first that is kept, or of the first piece if none is

    @property
    def seconds(self) -> float:
        """How long that is."""
        return self.frames / self.rate if self._pieces else 0.0

    @property
    def rate(self) -> int:
        """Of what it is, in Hz; 0 of nothing."""
        return self._pieces[0].format.rate if self._pieces else 0

    def add(self, pieces: Iterable[AudioFrame]) -> None:
        """Add frames behind."""
        for piece in pieces:
            self._pieces.append(piece)
            self.frames += len(piece)

    def move(self, output: Output) -> None:
        """Put what there is room for into the ring."""
        while self._pieces:
            first = self._pieces[0]
            moved = output.write(first, self._begin)
            self.frames -= moved
            self._begin += moved
            if self._begin < len(first):
                return
            self._pieces.popleft()
            self._begin = 0
            if self._keeps:
                self._kept.append(first)

    def heard(self, place: int) -> None:
        """Keep nothing of what lies before this place: it was heard."""
        while self._kept and self._place + len(self._kept[0]) <= place:
            self._place += len(self._kept.popleft())

    def again(self, place: int) -> int:
        """All from this place on goes into a ring that begins anew; how much of it was in the old one."""
        self.heard(place)
        begin = max(0, place - self._place)
        again = sum(map(len, self._kept)) + self._begin - begin
        self.frames += again
        self._pieces.extendleft(reversed(self._kept))
        self._begin = begin
        self._kept.clear()
        self._place = -begin
        return again

    def resample(self, resampling: Resampling) -> None:
        """Bring it to another rate."""
        pieces, begin = list(self._pieces), self._begin
        self.drop()
        if pieces:
            pieces[0] = AudioFrame(pieces[0].samples[begin:], pieces[0].format)
        for piece in pieces:
            self.add(resampling.feed(piece))
        self.add(resampling.close())

    def drop(self, place: int = 0) -> None:
        """Forget it; what comes next goes to this place."""
        self._pieces.clear()
        self._kept.clear()
        self._begin = self.frames = 0
        self._place = place
