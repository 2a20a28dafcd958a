"""The frames of an answer that is played: the speaker takes them, and so does who shows and counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Callable


class Seen(omni.Sink):
    """Gives each frame to ``look``, and keeps nothing."""

    def __init__(self, look: Callable[[omni.AudioFrame], None]) -> None:
        super().__init__()
        self._look = look

    def __repr__(self) -> str:
        return "Seen()"

    @property
    def written_bytes(self) -> int:
        """Bytes of PCM that came."""
        return 0 if self.format is None else self.frames * self.format.frame_bytes

    async def _take(self, frame: omni.AudioFrame) -> None:
        self._took(frame)
        self._look(frame)
