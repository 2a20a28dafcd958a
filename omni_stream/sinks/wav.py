"""The sink for WAV files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from omni_stream.sinks.layout import Layout
from omni_stream.sinks.pcm_sink import PcmSink
from omni_stream.sinks.wav_header import file_header, stream_header

if TYPE_CHECKING:
    import os

    from omni_stream.sinks.output import Target

_WAV: Final = Layout(head=file_header, stream_head=stream_header)


class WavSink(PcmSink):
    """Writes a WAV file of int16 PCM that can be played at any moment.

    `story.wav` is written as `story.part.wav` next to it, and gets its name in one step
    when the sink is left without an error and all is on the disk; `path` says where it is.
    After an error, a cancel or a kill the temporary file stays, playable, with all that was
    written; a kill of the process loses at most half a second of what the sink took, and
    nothing from before the last `flush`.  A later sink for the same name removes it and
    starts clean.  While it is being written, a second sink for it is refused.

    Past 4 GiB, which no WAV file can state, it becomes RF64 in place (EBU Tech 3306): 80 bytes
    of head, of which a WAV file has 28 to spare.

    A reply without any audio makes no file.

    A file object is written to and flushed, and left open for its owner to close.  Where it
    can seek, the sizes in the header are put right at the end; a pipe gets the header of a
    stream (44 bytes, sizes 0xFFFFFFFF), each frame at once, and no thread waits for its reader.

    Args:
        target: A path, or a binary file object such as `sys.stdout.buffer`.
        overwrite: Replace an existing file, in the step that gives the new one its name.
        folder: A folder that the path, relative to it, may not leave, by `..` or by a
            symbolic link.

    Raises:
        UsageError: When made: `target` is neither, or leads out of `folder`.  When entered:
            the file exists and `overwrite` is False, or it is a link, a folder or a device.
        SinkError: The file system failed, another sink writes the file, or a frame has another
            format than the first.  `written_bytes` of PCM are safe and `__cause__` is the
            original error.
    """

    def __init__(
        self,
        target: Target,
        *,
        overwrite: bool = False,
        folder: str | os.PathLike[str] | None = None,
    ) -> None:
        super().__init__(target, _WAV, overwrite=overwrite, folder=folder)
