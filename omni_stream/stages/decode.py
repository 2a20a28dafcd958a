"""Events -> the frames of their audio."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.errors import ProtocolError, UsageError
from omni_stream.events import AudioDelta
from omni_stream.stages.codec import CodecDecoder
from omni_stream.stages.feeding import fed
from omni_stream.wire.dialect import Coding
from omni_stream.wire.sound import Sound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from omni_stream.events import Event

_log = logging.getLogger("omni_stream.stages")


def decode(format: AudioFormat | None = None, *, strict: bool = True) -> Decoding:
    """A stage that decodes the audio of a reply, of any codec, and leaves out everything else.

    It gives the frames that `Reply.audio()` and `StreamDecoder` give for the same events.

    Args:
        format: What PCM without a WAV header is; None: what each delta says of itself.
        strict: Whether audio that is not of its encoding or codec, or has a broken header, is an
            error; if not, it is left out, counted, and the first time logged as a warning.

    Raises:
        UsageError: `format` is not an `AudioFormat`; or, while it runs, audio is compressed and
            what decompresses it is not installed.
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
        self._format = format
        self._skip = skip
        self._sound: Sound | None = None

    def feed(self, event: Event) -> Iterator[AudioFrame]:
        if not isinstance(event, AudioDelta):
            return
        delta = event if self._format is None else replace(event, format=self._format)
        if self._sound is None:
            coding = Coding(delta.format, delta.codec, delta.encoding)
            self._sound = Sound(coding, decode=True, codecs=CodecDecoder)
        sound = self._sound
        yield from self._unless_broken(lambda: sound.take(delta))

    def close(self) -> Iterator[AudioFrame]:
        if self._sound is not None:
            yield from self._unless_broken(self._sound.finish)

    def _unless_broken(self, step: Callable[[], Sequence[AudioFrame | AudioDelta]]) -> Iterator[AudioFrame]:
        try:
            items = step()
        except ProtocolError as error:
            yield from error.events
            self._skip(error)
        else:
            yield from items  # type: ignore[misc]  # it decodes, so that these are frames


def _check_format(format: object) -> None:
    if format is not None and not isinstance(format, AudioFormat):
        raise UsageError(f"decode takes the AudioFormat of the audio, or nothing, not {format!r}")
