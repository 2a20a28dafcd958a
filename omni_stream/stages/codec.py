"""Compressed audio -> ``AudioFrame``s, by FFmpeg through PyAV.

Rules.
1. The samples depend on the bytes alone, not on how they were cut: what is fed is
   cut into what a decoder takes at once (``framing``), and a decoder gets no less.
2. What a codec adds is left in, but for what its format says is not sound: MP3 and
   AAC begin with a few hundredths of a second of their own; of Opus, the pre-skip
   and the padding at the end are cut off, and it is always at 48,000 Hz.
3. Floats become int16 as everywhere here: times 2^15, to the nearest, half to even.
   Longer integers are rounded.
4. What is broken is an error when all the rest of that call is decoded, which the
   error carries as ``events``.  An end in the middle of a frame is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.audio import AudioFormat, AudioFrame
from omni_stream.errors import LimitExceeded, ProtocolError, UsageError
from omni_stream.stages.framing import FRAMINGS
from omni_stream.wire.decoder import MAX_AUDIO_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    import numpy as np
    import numpy.typing as npt
    from av import AudioCodecContext
    from av import AudioFrame as DecodedFrame

    from omni_stream.events import Codec
    from omni_stream.stages.framing.unit import Unit

_DECODERS: Mapping[Codec, str] = {"mp3": "mp3float", "aac": "aac", "flac": "flac", "opus": "opus"}
"""Those of FFmpeg's own that keep most of the sound: its "mp3" rounds on the way."""


class CodecDecoder:
    """The incremental decoder of one stream of compressed audio.

    It holds what one frame or page needs, and no thread: FFmpeg decodes in the caller's, without
    Python's lock.

    Args:
        codec: "mp3", "aac" (in ADTS), "flac", or "opus" (in Ogg).

    Raises:
        UsageError: The codec is none of these, or PyAV, which decodes them, is not installed.
    """

    def __init__(self, codec: Codec) -> None:
        if codec not in _DECODERS:
            raise UsageError(f"compressed audio is {', '.join(_DECODERS)}, not {codec!r}")
        self._av = _av(codec)
        self._codec: Codec = codec
        self._framing = FRAMINGS[codec]()
        self._context: AudioCodecContext | None = None
        self._context_frames = 0
        self._has_content = False
        self._position = 0

    def decode(self, content: bytes) -> list[AudioFrame]:
        """Decode the next bytes, cut anywhere.

        Returns:
            The frames that they complete, each at the stream's own rate, mono or stereo.

        Raises:
            ProtocolError: Something of it is not of the codec, or of more channels than two; the
                frames of all the rest are its ``events``.
            LimitExceeded: It is more than 4 hours; likewise.
        """
        self._has_content = self._has_content or bool(content)
        frames: list[AudioFrame] = []
        fault = self._decode_all(self._framing.feed(content), frames)
        again = fault
        while again is not None and not isinstance(again, LimitExceeded):
            again = self._decode_all(self._framing.feed(b""), frames)
        if fault is not None:
            fault.events = frames
            raise fault
        return frames

    def finish(self) -> list[AudioFrame]:
        """The stream has ended: the frames that were waiting for more.

        Raises:
            ProtocolError: There was not one frame of the codec in it.
        """
        frames: list[AudioFrame] = []
        self._decode_all(self._framing.close(), frames)
        if self._has_content and not self._position:
            raise ProtocolError(f"what should be {self._codec} has no frame of it")
        return frames

    def _decode_all(self, units: Iterator[Unit], frames: list[AudioFrame]) -> ProtocolError | None:
        """Add what units decode to, and tell the first fault among them."""
        first: ProtocolError | None = None
        seconds = 0.0
        try:
            for unit in units:
                try:
                    for frame in self._decode(unit):
                        frames.append(frame)
                        seconds += frame.seconds
                except ProtocolError as fault:
                    first = first or fault
                if seconds > MAX_AUDIO_SECONDS:  # a few bytes can be made to stand for hours
                    return _too_long(seconds)
        except ProtocolError as fault:
            return first or fault
        return first

    def _decode(self, unit: Unit) -> Iterator[AudioFrame]:
        if self._context is None or unit.setup is not None:
            self._context = self._open(unit.setup)
            self._context_frames = 0
        try:
            decoded = self._context.decode(self._av.Packet(unit.content))
        except self._av.FFmpegError as error:
            raise ProtocolError(
                f"what should be {self._codec} is broken ({error.strerror})", excerpt=unit.content
            ) from None
        for frame in decoded:
            self._context_frames += frame.samples
            padding = 0
            if unit.total_frames is not None:
                padding = max(0, self._context_frames - unit.total_frames)
            if padding < frame.samples:
                yield self._placed(frame, frame.samples - padding)

    def _open(self, setup: bytes | None) -> AudioCodecContext:
        context: AudioCodecContext = self._av.CodecContext.create(_DECODERS[self._codec], "r")
        context.thread_count = 1  # else FFmpeg begins threads, and gives frames later
        if setup is not None:
            context.extradata = setup
        return context

    def _placed(self, decoded: DecodedFrame, length: int) -> AudioFrame:
        channels, rate = decoded.layout.nb_channels, decoded.sample_rate
        try:
            format = AudioFormat(rate, channels)
        except ValueError as error:
            raise ProtocolError(f"{self._codec} of {channels} channels at {rate} Hz; {error}") from None
        samples = decoded.to_ndarray()
        samples = samples.T if decoded.format.is_planar else samples.reshape(-1, channels)
        frame = AudioFrame(_int16(samples[:length]), format, position_frames=self._position)
        self._position += len(frame)
        return frame


def _too_long(seconds: float) -> LimitExceeded:
    return LimitExceeded(
        "the audio of a delta", limit=MAX_AUDIO_SECONDS, seen=seconds, remedy="no model speaks so long"
    )


def _int16(samples: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    """Samples of any kind that FFmpeg decodes to, as int16 in the order of their frames."""
    import numpy as np  # noqa: PLC0415 -- 0.1 s, which a program without this codec need not wait for

    if samples.dtype == np.int16:
        return np.ascontiguousarray(samples)
    if samples.dtype.kind == "f":
        scaled = samples.clip(-1, 1)
        scaled[np.isnan(scaled)] = 0
        scaled *= 2**15
    else:
        scaled = samples * 2.0**-16
    whole: npt.NDArray[np.int16] = scaled.round().clip(max=32_767).astype(np.int16, order="C")
    return whole


def _av(codec: Codec) -> ModuleType:
    try:
        import av  # noqa: PLC0415 -- an extra, and 0.1 s
    except ModuleNotFoundError:
        raise UsageError(
            f"{codec} is decoded by PyAV, which is not installed: pip install 'omni_stream[codecs]',"
            " or keep it as it came with reply.encoded()"
        ) from None
    return av
