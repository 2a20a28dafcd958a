"""The sink that keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.sinks.sink import Sink

if TYPE_CHECKING:
    from omni_stream.audio import AudioFrame


class NullSink(Sink):
    """Counts what comes (`frames`, `seconds`, `written_bytes`) and keeps nothing.

    For measuring, for tests, and for reading a reply to its end for its text alone.

    Raises:
        SinkError: A frame has another format than the first.
    """

    def __init__(self) -> None:
        super().__init__()
        self._written_bytes = 0

    def __repr__(self) -> str:
        return "NullSink()"

    @property
    def written_bytes(self) -> int:
        """Bytes of PCM that came."""
        return self._written_bytes

    async def _take(self, frame: AudioFrame) -> None:
        self._took(frame)
        self._written_bytes += len(frame) * frame.format.frame_bytes
