"""What the sinks for files of PCM have in common."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from omni_stream.sinks.output import Target, output_for
from omni_stream.sinks.sink import Sink

if TYPE_CHECKING:
    from pathlib import Path

    from omni_stream.audio import AudioFrame
    from omni_stream.sinks.layout import Layout


class PcmSink(Sink):
    """Writes a head and PCM to an output; a kind of file says which head."""

    def __init__(
        self, target: Target, layout: Layout, *, overwrite: bool, folder: str | os.PathLike[str] | None
    ) -> None:
        super().__init__()
        self._name = os.fspath(target) if isinstance(target, str | os.PathLike) else type(target).__name__
        self._output = output_for(target, layout, overwrite=overwrite, folder=folder)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r})"

    @property
    def written_bytes(self) -> int:
        """Bytes of PCM that the file holds, or the pipe has taken."""
        return self._output.written_bytes

    @property
    def path(self) -> Path | None:
        """Where the file is now: its temporary name, or its final one once complete; None without a file."""
        return self._output.path

    async def _open(self) -> None:
        await self._output.open()

    async def _take(self, frame: AudioFrame | bytes) -> None:
        output = self._output
        if output.full:  # a cancel has left something
            await output.flush()
        output.take(frame)
        self._took(frame)
        if output.full:
            await output.flush()

    def _took(self, frame: AudioFrame | bytes) -> None:
        if not isinstance(frame, bytes):
            super()._took(frame)

    async def _flush(self) -> None:
        await self._output.flush()

    async def _drain(self) -> None:
        await self._output.drain()

    async def _interrupt(self) -> None:
        await self._output.interrupt()

    async def _complete(self) -> None:
        await self._output.complete()

    async def _abandon(self) -> None:
        await self._output.abandon()
