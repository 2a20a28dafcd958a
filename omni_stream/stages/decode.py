"""Events -> the frames of their audio."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.errors import ProtocolError, UsageError
from omni_stream.events import AudioDelta
from omni_stream.pcm import AudioDecoder
from omni_stream.stages.feeding import fed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from omni_stream.events import Event

_log = logging.getLogger("omni_stream.stages")


def decode(format: AudioFormat | None = None, *, strict: bool = True) -> Decoding:
    """A stage that decodes the audio of a reply and leaves out everything else.

    It gives the frames that `Reply.audio()` and `StreamDecoder` give for the same events.

    Args:
        format: What audio without a WAV header is; None: what each delta says of itself.
        strict: Whether audio that is not base64, or has a broken header, is an error; if not,
            it is left out, counted, and the first time logged as a warning.

    Raises:
        UsageError: `format` is not an `AudioFormat`.
        ProtocolError: While it runs, if `strict`: audio is broken.
    """
    _check_format(format)
    return Decoding(format, strict=strict)


class Decoding:
    """The stage that `decode` makes.

    Attributes:
        skipped_deltas: How many audio deltas were left out because they are broken.
    """

    __slots__ = ("_format", "_strict", "skipped_deltas")

    def __init__(self, format: AudioFormat | None, *, strict: bool) -> None:
        self._format = format
        self._strict = strict
        self.skipped_deltas = 0

    def __call__(self, events: AsyncIterator[Event]) -> AsyncIterator[AudioFrame]:
        """The frames of `events`."""
        return fed(events, _Audio(self._format, self._skip))

    def _skip(self, error: ProtocolError) -> None:
        if self._strict:
            raise error
        self.skipped_deltas += 1
        if self.skipped_deltas == 1:
            _log.warning("left out, as will be others like it: %s", error)


class _Audio:
    def __init__(self, format: AudioFormat | None, skip: Callable[[ProtocolError], None]) -> None:
        self._given_format = format
        self._skip = skip
        self._format: AudioFormat | None = None
        self._decoder: AudioDecoder | None = None
        self._decoder_begin = 0
        self._position = 0

    def feed(self, event: Event) -> Iterator[AudioFrame]:
        if not isinstance(event, AudioDelta):
            return
        format = self._given_format or event.format
        if self._decoder is None or format != self._format:
            yield from self.close()
            self._format = format
            self._decoder = AudioDecoder(format)
            self._decoder_begin = self._position
        try:
            frame = self._decoder.decode(event.encoded)
        except ProtocolError as error:
            self._skip(error)
        else:
            yield from self._placed(frame)

    def close(self) -> Iterator[AudioFrame]:
        if self._decoder is None:
            return
        decoder, self._decoder = self._decoder, None
        try:
            frame = decoder.finish()
        except ProtocolError as error:
            self._skip(error)
        else:
            yield from self._placed(frame)

    def _placed(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        if frame is None:
            return
        if self._decoder_begin:
            position = self._decoder_begin + frame.position_frames
            frame = AudioFrame(frame, frame.format, position_frames=position)
        self._position = frame.position_frames + len(frame)
        yield frame


def _check_format(format: object) -> None:
    if format is not None and not isinstance(format, AudioFormat):
        raise UsageError(f"decode takes the AudioFormat of the audio, or nothing, not {format!r}")
