"""Frames that were taken and are not in the ring yet."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream._native import Output
    from omni_stream.audio import AudioFrame


class Rest:
    """What is left of one frame that was written (it may have been made into several).

    Attributes:
        frames: How many it is, a sample of each channel.
    """

    def __init__(self) -> None:
        self.frames = 0
        self._pieces: deque[AudioFrame] = deque()
        self._begin = 0  # within the first piece

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

    def drop(self) -> None:
        """Forget it."""
        self._pieces.clear()
        self._begin = self.frames = 0
