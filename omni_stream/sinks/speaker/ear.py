"""How far the listener of a device that was lost is.

A device that is lost is known to be so a while later, and by its clock all that it had been given was heard
meanwhile.  What it held when it vanished was not.

Rules.
1. What was at the ear when it still asked for blocks a look later was heard.
2. Behind that, it was heard up to what the device held when it had been given its last block: as much
   as it ever was seen to hold.  So that nothing is left out, a block or two that were heard do not count.

Places are counted as the ring counts them: frames that were written to it, from 0 on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_stream.sinks.speaker.portaudio import Stream


class Ear:
    """Of whoever listens to a stream."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._blocks = 0
        self._sure = self._seen = (
            0  # at the looks before which it had asked for more: the last but one, and the last
        )
        self._most_held = math.ceil(stream.latency * stream.format.rate)

    def look(self) -> int:
        """Look, again and again; up to which place all was heard for sure."""
        output = self._stream.output
        if output.blocks != self._blocks:
            self._blocks = output.blocks
            self._sure, self._seen = self._seen, self._place()
            self._most_held = max(self._most_held, output.played - output.heard)
        return self._sure

    def at_loss(self) -> int:
        """The device is lost: up to which place it was heard."""
        output = self._stream.output
        block = math.ceil(output.pulled / max(1, output.blocks))
        return max(self._sure, min(self._place(), output.taken - self._most_held - block))

    def _place(self) -> int:
        output = self._stream.output
        dropped = output.taken - output.played
        return output.heard + dropped
