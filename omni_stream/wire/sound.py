"""The audio of one stream, however it is written -> frames, or the deltas as they came.

Rules.
1. PCM is decoded natively; what is compressed by the decoder that ``codecs`` makes.
2. What the audio says of itself by its first bytes counts: a WAV head natively, and
   the head of a compressed codec where PCM was expected, which would be noise.
3. All of the audio once more, as some services end with, is left out.
4. How audio is written may only change before any has come: what is written in
   two ways is no one sound.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

from omni_stream._native import AudioDecoder, AudioFault
from omni_stream.errors import ProtocolError, UsageError
from omni_stream.events import AudioDelta, Codec
from omni_stream.wire.dialect import Coding
from omni_stream.wire.encoded import EncodedBytes
from omni_stream.wire.sniffing import HEAD_BYTES, compressed_codec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from omni_stream.audio import AudioFormat, AudioFrame

_SAMPLES: Mapping[Codec, Literal["s16", "f32"]] = {"pcm": "s16", "pcm-f32": "f32"}
_SAMPLE_BYTES: Mapping[Codec, int] = {"pcm": 2, "pcm-f32": 4}
_BYTES_A_CHARACTER = {"base64": 3 / 4, "hex": 1 / 2}


class SoundDecoder(Protocol):
    """The incremental decoder of compressed audio."""

    def decode(self, content: bytes) -> list[AudioFrame]:
        """The frames that the next bytes complete.

        Raises:
            ProtocolError: They are not all of its codec; the frames of those that are, are its ``events``.
        """

    def finish(self) -> list[AudioFrame]:
        """The stream has ended: the frames that were waiting for more.

        Raises:
            ProtocolError: The end cuts off what it needs.
        """


class Sound:
    """The decoder of the audio of one stream.

    Args:
        coding: How it is expected to be written.
        decode: Whether it is given as frames, or as the deltas that came.
        codecs: Makes the decoder of a compressed codec; None if there is none.

    Attributes:
        coding: How it is written, as far as is known.
        native: The decoder of PCM, which a native reader may share.
        has_come: Whether there was any audio.

    Raises:
        UsageError: It is to be decoded, and is expected to be compressed, and there are no ``codecs``.
    """

    __slots__ = (
        "_codecs",
        "_compressed",
        "_decode",
        "_encoded",
        "_format",
        "_has_come",
        "_other_seconds",
        "coding",
        "native",
    )

    def __init__(
        self,
        coding: Coding,
        *,
        decode: bool,
        codecs: Callable[[Codec], SoundDecoder] | None,
    ) -> None:
        self._decode = decode
        self._codecs = codecs
        self._other_seconds = 0.0  # of audio that was not decoded natively
        self._has_come = False
        self._expect(coding)

    def _expect(self, coding: Coding) -> None:
        sample = _SAMPLES.get(coding.codec)
        self._compressed = self._decoder_of(coding.codec) if sample is None and self._decode else None
        self._encoded = EncodedBytes(coding.encoding)
        self._format = coding.format
        self.native = AudioDecoder(coding.format, encoding=coding.encoding, sample=sample or "s16")
        self.coding = coding

    def _decoder_of(self, codec: Codec) -> SoundDecoder:
        if self._codecs is None:
            raise UsageError(
                f"audio is written as {codec}, and no decoder of it was given; ask for pcm, give codecs, or"
                " take it as it comes with decode_audio=False"
            )
        return self._codecs(codec)

    @property
    def is_native(self) -> bool:
        """Whether ``native`` alone makes frames of it."""
        return self._decode and self._compressed is None

    @property
    def has_come(self) -> bool:
        """Whether there was any audio, of which a decoder may have given nothing yet."""
        return self._has_come or self.native.seconds > 0

    @property
    def seconds(self) -> float:
        """Seconds so far; as far as it is not decoded, by its length, which tells nothing if compressed."""
        return self.native.seconds + self._other_seconds

    def take(self, delta: AudioDelta) -> Sequence[AudioFrame | AudioDelta]:
        """What the next delta comes to.

        Raises:
            ProtocolError: It is broken; what could be decoded of it are its ``events``.
            UsageError: There is no decoder of its codec.
        """
        if delta.repeats and self.has_come:
            return ()
        if not self.has_come:
            delta = self._known(delta)
        elif (delta.codec, delta.encoding) != (self.coding.codec, self.coding.encoding):
            raise ProtocolError(
                f"audio that began as {self.coding.codec} in {self.coding.encoding} goes on as {delta.codec}"
                f" in {delta.encoding}; a reply has one codec"
            )
        self._has_come = True
        if not self._decode:
            self._count(len(delta.encoded) * _BYTES_A_CHARACTER[delta.encoding], delta.codec, delta.format)
            return (delta,)
        try:
            if self._compressed is not None:
                return self._decompressed(self._compressed, self._encoded.decode(delta.encoded))
            # A format that is said again is no news: it must not undo what a WAV head said since.
            said = None if delta.format == self._format else delta.format
            self._format = delta.format
            frame = self.native.decode(delta.encoded, said)
        except (AudioFault, ValueError) as fault:
            raise ProtocolError(str(fault)) from None
        return () if frame is None else (frame,)

    def take_bytes(self, content: bytes) -> Sequence[AudioFrame | AudioDelta]:
        """What the next bytes come to of audio that is not written as text.

        Raises:
            ProtocolError: They are broken; likewise.
            UsageError: There is no decoder of their codec.
        """
        if not self.has_come:
            self.believe(content)
        self._has_come = True
        if not self._decode:
            coding = self.coding
            self._count(len(content), coding.codec, coding.format)
            return (AudioDelta(base64.b64encode(content).decode(), coding.format, codec=coding.codec),)
        try:
            if self._compressed is not None:
                return self._decompressed(self._compressed, content)
            frame = self.native.decode_bytes(content)
        except AudioFault as fault:
            raise ProtocolError(str(fault)) from None
        return () if frame is None else (frame,)

    def finish(self) -> Sequence[AudioFrame]:
        """The stream has ended: the frames that were waiting for more.

        Raises:
            ProtocolError: The end cuts something off.
        """
        try:
            if self._compressed is not None:
                rest = self._encoded.finish()
                frames = self._decompressed(self._compressed, rest) if rest else []
                return frames + self._sounded(self._compressed.finish())
            frame = self.native.finish()
        except (AudioFault, ValueError) as fault:
            raise ProtocolError(str(fault)) from None
        return () if frame is None else (frame,)

    def _known(self, delta: AudioDelta) -> AudioDelta:
        """The first delta, by what it says itself of how it is written, and go by that from here on."""
        if (delta.codec, delta.encoding) != (self.coding.codec, self.coding.encoding):
            self._turn_to(Coding(delta.format, delta.codec, delta.encoding))
        if delta.codec in _SAMPLES:
            try:
                head = EncodedBytes(delta.encoding).decode(delta.encoded[: 2 * HEAD_BYTES])
            except ValueError:
                return delta  # to be judged as a whole
            self.believe(head)
        return replace(delta, codec=self.coding.codec)

    def believe(self, head: bytes) -> None:
        """Go by what the first bytes say of themselves, if that is not PCM though PCM was expected.

        Raises:
            UsageError: There is no decoder of their codec.
        """
        codec = compressed_codec(head)
        if codec is not None and self.coding.codec in _SAMPLES:
            self._turn_to(replace(self.coding, codec=codec))

    def _turn_to(self, coding: Coding) -> None:
        """Expect ``coding`` instead of what was expected."""
        self.native.retire()
        self._expect(coding)

    def _decompressed(self, decoder: SoundDecoder, content: bytes) -> list[AudioFrame]:
        try:
            return self._sounded(decoder.decode(content))
        except ProtocolError as error:
            self._sounded(list(error.events))
            raise

    def _sounded(self, frames: list[AudioFrame]) -> list[AudioFrame]:
        self._other_seconds += sum(frame.seconds for frame in frames)
        return frames

    def _count(self, count: float, codec: Codec, format: AudioFormat) -> None:
        sample_bytes = _SAMPLE_BYTES.get(codec)
        if sample_bytes is not None:
            self._other_seconds += count / (sample_bytes * format.channels * format.rate)
