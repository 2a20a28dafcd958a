"""The sink for raw PCM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from omni_stream.sinks.layout import Layout
from omni_stream.sinks.pcm_sink import PcmSink

if TYPE_CHECKING:
    import os

    from omni_stream.sinks.output import Target

_RAW: Final = Layout(head=lambda _format, _pcm_bytes: b"", stream_head=lambda _format: b"")


class FileSink(PcmSink):
    """Writes raw PCM: int16, little-endian, channels interleaved, and nothing else.

    What is said of `WavSink` holds here too, but for the header and its limit: the
    temporary name (`story.part.pcm` for `story.pcm`), what stays after an error or a kill,
    and how file objects and pipes are written.

    Args:
        target: A path, or a binary file object such as `sys.stdout.buffer`.
        overwrite: Replace an existing file, in the step that gives the new one its name.
        folder: A folder that the path, relative to it, may not leave.

    Raises:
        UsageError: As for `WavSink`.
        SinkError: As for `WavSink`.
    """

    def __init__(
        self,
        target: Target,
        *,
        overwrite: bool = False,
        folder: str | os.PathLike[str] | None = None,
    ) -> None:
        super().__init__(target, _RAW, overwrite=overwrite, folder=folder)
