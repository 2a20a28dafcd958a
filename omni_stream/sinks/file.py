"""The sink for audio that is no WAV file: encoded, raw, or as it came."""

from __future__ import annotations

import os
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from omni_stream.audio import AudioFrame
from omni_stream.errors import UsageError
from omni_stream.sinks.codec import CODECS, Codec
from omni_stream.sinks.disk import run_to_end
from omni_stream.sinks.encoded import Encoded
from omni_stream.sinks.encoder import check_installed
from omni_stream.sinks.layout import Layout
from omni_stream.sinks.pcm_sink import PcmSink

if TYPE_CHECKING:
    from omni_stream.sinks.output import Output, Target

FileFormat: TypeAlias = Literal["pcm", "flac", "opus"]

_RAW: Final = Layout(head=lambda _format, _pcm_bytes: b"", stream_head=lambda _format: b"")

_FORMAT_OF_SUFFIX: Final = {".flac": "flac", ".opus": "opus", ".ogg": "opus"}

_ONLY_AS_IT_COMES: Final = {
    **dict.fromkeys((".mp3", ".aac", ".m4a"), "name a .flac or .opus file"),
    ".wav": "give frames to a WavSink",
}
"""Suffixes of what is not made here, and what is; raw PCM under such a name would be played by nothing."""


class FileSink(PcmSink):
    """Writes frames as FLAC, Opus or raw PCM, or writes bytes as they come.

    What is written goes by `format`, or by the name's suffix where that is None:

    * `.flac` is FLAC, from which each sample comes back as it was; `.opus` and `.ogg` are
      Opus in Ogg.  Both need the extra `files`, and are encoded in a thread.
    * Any other name is raw PCM: int16, little-endian, channels interleaved, and nothing else.
    * Bytes instead of frames, such as those of `reply.encoded()`, are written as they are,
      whatever the name says, and need no extra.

    What is said of `WavSink` holds here too, but for its header: the temporary name
    (`story.part.flac` for `story.flac`), what stays after an error or a kill, and how file
    objects and pipes are written.  A temporary file is playable up to the last whole block of
    FLAC (0.17 s at 24 kHz) or the last whole page of Opus (1 s) that was flushed; what the
    encoder still holds behind that, a kill takes, and an error or a cancel does not.  Where
    nothing can be put right later, in a pipe say, a FLAC file does not state its length.
    Encoded audio and bytes are not cut by `interrupt`, not in a pipe either.  Without any
    audio there is no encoded file, though an empty frame came.

    Args:
        target: A path, or a binary file object such as `sys.stdout.buffer`.
        format: "pcm", "flac" or "opus"; None to go by the name.
        overwrite: Replace an existing file, in the step that gives the new one its name.
        folder: A folder that the path, relative to it, may not leave.

    Raises:
        UsageError: As for `WavSink`, or `format` is none of the three.  When a frame is
            written: the extra is not installed, the codec does not have the frame's rate, the
            name promises what is not made here (`.mp3`, `.wav`), or bytes came before it.
        SinkError: As for `WavSink`.
    """

    def __init__(
        self,
        target: Target,
        *,
        format: FileFormat | None = None,
        overwrite: bool = False,
        folder: str | os.PathLike[str] | None = None,
    ) -> None:
        super().__init__(target, _RAW, overwrite=overwrite, folder=folder)
        name = PurePath(target) if isinstance(target, str | os.PathLike) else PurePath()
        self._suffix = name.suffix.lower() if format is None else ""
        self._codec = _codec(_FORMAT_OF_SUFFIX.get(self._suffix, "pcm") if format is None else format)
        self._as_it_came = False
        if self._codec is not None:
            self._output: Output = Encoded(self._output, self._codec)

    async def write(self, frame: AudioFrame | bytes | bytearray | memoryview) -> None:
        """Take a frame, or bytes as they are; wait while there is no room, or while paused.

        Cancelling it is as for `Sink.write`.

        Args:
            frame: Audio of the format of the first, or bytes of the file if the first write was of bytes.

        Raises:
            SinkError: The frame has another format, or the file failed.
            UsageError: It is neither, or not what the first was; the codec or the extra is not there for
                it (see the class); the sink is not open, or another task writes.
        """
        await super().write(cast("AudioFrame", frame))  # the rules are the same for bytes

    def _check_frame(self, frame: AudioFrame | bytes | bytearray | memoryview) -> None:
        if isinstance(frame, bytes | bytearray | memoryview):
            if self.format is not None:
                raise UsageError(f"{self!r} takes frames since its first; give bytes a sink of their own")
            return
        if self._as_it_came and isinstance(frame, AudioFrame):
            raise UsageError(f"{self!r} takes bytes since its first write; give frames a sink of their own")
        super()._check_frame(frame)
        instead = _ONLY_AS_IT_COMES.get(self._suffix)
        if instead is not None:
            raise UsageError(
                f"{self!r} writes a {self._suffix} file from bytes as they came, and makes none of frames;"
                f' {instead}, or give format="pcm" for raw PCM under this name'
            )
        if self._codec is not None:
            self._codec.check_rate(frame.format)

    async def _take(self, frame: AudioFrame | bytes | bytearray | memoryview) -> None:
        if isinstance(frame, AudioFrame):
            if self._codec is not None and not self.frames:
                await self._check_installed(self._codec)
            await super()._take(frame)
        else:
            await super()._take(bytes(frame))

    async def _check_installed(self, codec: Codec) -> None:
        try:
            await run_to_end(partial(check_installed, codec))
        except UsageError:
            self.format = None  # nothing was taken: bytes may still come
            raise

    def _took(self, frame: AudioFrame | bytes) -> None:
        super()._took(frame)
        if isinstance(frame, bytes):
            self._as_it_came = True
            self._unit = "bytes"


def _codec(format: object) -> Codec | None:
    """The codec of that name, None for raw PCM."""
    if format == "pcm":
        return None
    for codec in CODECS:
        if codec.name == format:
            return codec
    raise UsageError(f'format is "pcm", "flac" or "opus", or None to go by the name, not {format!r}')
