"""The native ground: bytes and samples. Import its classes from the room that owns them."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, final

import numpy as np
import numpy.typing as npt
from typing_extensions import Buffer

@final
class AudioFormat:
    """The format of int16 PCM audio.

    Attributes:
        rate: Frames a second, in Hz, 1 to 768,000.
        channels: Samples a frame, 1 or 2.

    Raises:
        ValueError: One of them is out of its range.
    """

    __match_args__ = ("rate", "channels")
    def __new__(cls, rate: int, channels: int = 1) -> Self: ...
    @property
    def rate(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def frame_bytes(self) -> int:
        """Bytes a frame: two for each channel."""
    def __hash__(self) -> int: ...

@final
class AudioFrame:
    """A run of int16 PCM, with its place in the stream. Immutable.

    ``memoryview(frame)`` and ``bytes(frame)`` give its PCM: interleaved,
    little-endian, without a copy in the first case.

    Args:
        samples: int16 of the machine's byte order, in an array of shape (frames, channels) or
            interleaved in one dimension; or any buffer of their bytes, little-endian. Copied once.
        format: What the samples are.
        position_frames: Index of the first frame in its stream.

    Raises:
        ValueError: They are not whole frames of int16, or the position is negative.
    """

    def __new__(
        cls, samples: Buffer | npt.NDArray[np.int16], format: AudioFormat, *, position_frames: int = 0
    ) -> Self: ...
    @property
    def format(self) -> AudioFormat: ...
    @property
    def samples(self) -> npt.NDArray[np.int16]:
        """Shape (frames, channels); a read-only view without a copy."""
    @property
    def position_frames(self) -> int:
        """Index of the first frame in its stream, counted from 0 at its first frame."""
    @property
    def seconds(self) -> float: ...
    def __len__(self) -> int:
        """Number of frames (a frame is one sample of every channel)."""
    def __bytes__(self) -> bytes: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __hash__(self) -> int: ...

@final
class Space:
    """A writable buffer of ``size`` bytes, for connections of one thread to receive into."""

    def __new__(cls, size: int) -> Self: ...
    def __len__(self) -> int: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...

@final
class Content:
    """What was received, where it lies: it is there until that is received into again."""

    def __len__(self) -> int: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...

@final
class ChunkedBody:
    """The incremental reader of the chunks of an HTTP/1.1 body (RFC 9112, section 7.1)."""

    def __new__(cls) -> Self: ...
    def feed(self, space: Space, start: int, end: int, /) -> Content | None:
        """What the bytes from ``start`` to ``end`` hold of the content, None for nothing.

        They are moved, and not any more as they were received.
        """
    @property
    def rest(self) -> bytes | None:
        """What of the last read is for a parser of all of HTTP, as is all that follows it; None for nothing.

        It is the last chunk, or a size line that is not plain, and what comes behind it.  If a chunk
        does not end where it should, it is what no such parser takes.
        """

@final
class ServerSentEvent:
    """A dispatched event of an event stream. Immutable; equal by all but its place.

    Attributes:
        data: Values of its ``data`` fields, joined by LF.
        type: Value of its last ``event`` field, "message" if it is empty or there is none.
        id: The last event id as of then, "" at first.
        retry: Milliseconds of the last valid ``retry`` field of its block, None if there is none.
        comments: Comments of its block without their colon, 1 KiB of them at most.
        index: Which event of its stream it is, counted from 0.
        offset: The byte of its stream at which its block begins.
    """

    __match_args__ = ("type", "data")
    def __new__(
        cls,
        data: str,
        *,
        type: str = "message",
        id: str = "",
        retry: int | None = None,
        comments: Sequence[str] = (),
        index: int = 0,
        offset: int = 0,
    ) -> Self: ...
    @property
    def data(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def retry(self) -> int | None: ...
    @property
    def comments(self) -> tuple[str, ...]: ...
    @property
    def index(self) -> int: ...
    @property
    def offset(self) -> int: ...
    def __hash__(self) -> int: ...

class SSEParser:
    """See ``omni_stream.sse.SSEParser``, which sets the defaults and names the errors."""

    def __new__(cls, *, last_event_id: str, max_line_bytes: int, max_event_bytes: int) -> Self: ...
    def feed(self, content: Buffer) -> list[ServerSentEvent]:
        """Raises ``LimitFault``."""
    def close(self) -> list[ServerSentEvent]:
        """The stream has ended: settle ``unfinished_data``. Empty, as the end finishes no event."""
    @property
    def unfinished_data(self) -> str | None: ...
    @property
    def last_event_id(self) -> str: ...
    @property
    def reconnection_time(self) -> int | None: ...
    @property
    def replacements(self) -> int: ...

class AudioDecoder:
    """See ``omni_stream.pcm.AudioDecoder``, which names the errors."""

    def __new__(
        cls,
        format: AudioFormat,
        *,
        encoding: Literal["base64", "hex"] = "base64",
        sample: Literal["s16", "f32"] = "s16",
    ) -> Self: ...
    def decode(self, encoded: str, format: AudioFormat | None = None) -> AudioFrame | None:
        """Raises ``AudioFault``."""
    def decode_bytes(self, content: Buffer, format: AudioFormat | None = None) -> AudioFrame | None:
        """Raises ``AudioFault``."""
    def retire(self) -> None:
        """Have a ``StreamReader`` hand out all audio from here on, since it is not for this decoder."""
    def finish(self) -> AudioFrame | None:
        """Raises ``AudioFault``."""
    @property
    def seconds(self) -> float: ...
    @property
    def rest_bytes(self) -> int: ...

@final
class TextDelta:
    """A piece of the answer's text (``content``).

    Immutable; equal to another of the same text.

    Attributes:
        text: The words, never empty as they come in a reply.
        raw: What came: see ``omni_stream.events``.
    """

    __match_args__ = ("text", "raw")
    def __new__(cls, text: str, raw: dict[str, Any] | None = None) -> Self: ...
    @property
    def text(self) -> str: ...
    @property
    def raw(self) -> dict[str, Any] | None: ...
    def __hash__(self) -> int: ...

@final
class ReasoningDelta:
    """A piece of the model's reasoning, which precedes the answer.

    Immutable; equal to another of the same text.

    Attributes:
        text: The words, never empty as they come in a reply.
        raw: What came: see ``omni_stream.events``.
    """

    __match_args__ = ("text", "raw")
    def __new__(cls, text: str, raw: dict[str, Any] | None = None) -> Self: ...
    @property
    def text(self) -> str: ...
    @property
    def raw(self) -> dict[str, Any] | None: ...
    def __hash__(self) -> int: ...

@final
class TranscriptDelta:
    """A piece of the transcript of the speech, from services that send it beside the audio.

    Immutable; equal to another of the same text.

    Attributes:
        text: The words, never empty as they come in a reply.
        raw: What came: see ``omni_stream.events``.
    """

    __match_args__ = ("text", "raw")
    def __new__(cls, text: str, raw: dict[str, Any] | None = None) -> Self: ...
    @property
    def text(self) -> str: ...
    @property
    def raw(self) -> dict[str, Any] | None: ...
    def __hash__(self) -> int: ...

@final
class StreamReader:
    """One pass from a stream's bytes to its frames, its words, and the events that are more than that.

    An event is read here if it holds one clean base64 string at ``audio_path``, or one string
    of words at another path, and null or nothing at every other; one with nothing at all is
    counted.  Any other event comes out as it is, and so does everything behind it in the same
    read, since its samples come first: they are for ``audio`` to decode before the next
    ``feed``.  So does the first event of the stream, unless it is audio, and the first audio if
    by its first bytes it may be compressed.

    Args:
        audio: Decodes the audio; shared with whoever decodes the events handed out.
        decode_audio: Whether audio is decoded here; else its events come out as they are.
        audio_path: Where an event's JSON has its audio (``choices[].delta.audio.data``); None, and no
            other path: every event comes out as it is.
        text_paths: Where it has what becomes a ``TextDelta``.
        transcript_paths: Where it has what becomes a ``TranscriptDelta``.
        reasoning_paths: Where it has what becomes a ``ReasoningDelta``.
        silent_paths: Other places that a reader would want to see if they hold anything.
        mark_paths: Places that a reader would want to see if there is no audio.
        max_line_bytes: See ``SSEParser``.
        max_event_bytes: See ``SSEParser``.
        max_audio_seconds: The most audio that is given without being ``unread``.
        max_told_bytes: The most words, in UTF-8, likewise.
        spoken_where: A place, and the string there that says that what stands at the first of the
            text paths is audio, as at ``audio_path``.

    Raises:
        ValueError: A path is not of the form ``key.key[].key``.
    """

    def __new__(
        cls,
        audio: AudioDecoder,
        *,
        decode_audio: bool,
        audio_path: str | None,
        text_paths: Sequence[str],
        transcript_paths: Sequence[str],
        reasoning_paths: Sequence[str],
        silent_paths: Sequence[str],
        mark_paths: Sequence[str],
        max_line_bytes: int,
        max_event_bytes: int,
        max_audio_seconds: float,
        max_told_bytes: int,
        spoken_where: tuple[str, str] | None = None,
    ) -> Self: ...
    def feed(
        self, content: Buffer
    ) -> list[AudioFrame | TextDelta | TranscriptDelta | ReasoningDelta | ServerSentEvent] | None:
        """The items that the next bytes finish, None if there are none.

        Raises ``LimitFault``; its items are ``unread``.
        """
    @property
    def unread(self) -> bool:
        """Whether what was given last is to be read one by one.

        It holds an event, which may say more than the words behind it or end the reply, or
        it is more than a reply may have.  Then it does not count as given, and its words are
        not told.
        """
    @property
    def given(self) -> int:
        """How many items were given that were not ``unread``."""
    def tell(self, delta: TextDelta | TranscriptDelta | ReasoningDelta) -> None:
        """Add words to ``told``."""
    @property
    def told(self) -> tuple[str, str, str]:
        """All the words so far: text, transcript, reasoning."""
    @property
    def told_bytes(self) -> int:
        """Their length in UTF-8."""
    @property
    def empty_events(self) -> int:
        """How many events said nothing, and were not handed out."""
    def close(self) -> ServerSentEvent | None:
        """The event that the end of the stream cut off, if it has data."""
    @property
    def events(self) -> int:
        """How many events have been framed, audio or not."""
    @property
    def replacements(self) -> int:
        """How many U+FFFD stand for invalid UTF-8 in what was given out."""

class StraightFeed:
    """The part of a decoder of one stream that its reads go through.

    They go straight to a reader while there is one, and none of the decoder's Python runs: a method
    of it would cost as much as all else that a small read does.  Items that are ``unread`` go through
    ``_read``, a ``LimitFault`` to ``_exceed``, and without a reader what was read to ``_feed_otherwise``.
    """

    def __new__(cls, *arguments: object, **options: object) -> Self: ...
    _straight: StreamReader | None
    """The reader; None at first. It cannot be read."""
    def feed(self, content: Buffer) -> list[Any]: ...

class Resampler:
    """See ``omni_stream.stages.resample``."""

    @staticmethod
    def between(format: AudioFormat, rate: int, *, position_frames: int) -> Resampler | None:
        """A resampler for a run of audio; None if there is none from the one rate to the other.

        The frames that it gives out have their positions from ``position_frames`` on.
        """
    def feed(self, frame: AudioFrame) -> AudioFrame | None:
        """The frames that this one completes, None if there are none."""
    def finish(self) -> AudioFrame | None:
        """The run has ended: the frames that are left."""

def g711_encode(frame: AudioFrame, law: Literal["mu", "a"]) -> bytes:
    """The samples of a frame as G.711, a byte each."""

def g711_decode(content: Buffer, law: Literal["mu", "a"]) -> bytes:
    """The PCM that G.711 stands for."""

class JitterBuffer:
    """See ``omni_stream.playout.JitterBuffer``, which sets the defaults and checks the ranges."""

    def __new__(cls, rate: int, numbers: Mapping[str, float | bool]) -> Self: ...
    @property
    def rate(self) -> int: ...
    def push(self, samples: npt.NDArray[np.int16], now: float) -> None:
        """Raises ``PlayoutFault``."""
    def end(self, now: float) -> None: ...
    def begin(self, now: float) -> bool:
        """False if too many replies wait."""
    def pull(self, frames: int, now: float) -> bytearray:
        """The next samples, as the bytes of int16."""
    def interrupt(self, now: float) -> float:
        """The seconds that were heard."""
    def events(self) -> list[tuple[Literal["started", "stalled", "resumed", "drained"], float, int]]:
        """What happened since the last call: what, when, to which reply."""
    @property
    def figures(self) -> tuple[float, float, float, float | None, int, float, float, float, float, float]:
        """The fields of ``PlayoutStats``, in their order."""

class LimitFault(Exception):  # noqa: N818 -- its callers turn it into an error with a remedy
    """A line or an event is over its limit.

    ``args`` are "line" or "event", the limit, what was seen (both in bytes), and the items
    completed before it in the same call.
    """

    args: tuple[str, int, int, list[Any]]

class AudioFault(Exception):  # noqa: N818 -- likewise
    """An audio delta is not what the decoder reads; its message says why."""

@final
class Output:
    """What a sound device plays; see ``omni_stream.sinks.speaker``. Counts are of frames.

    Args:
        format: Of the audio.
        device_channels: Of the device, 1 or 2.
        ring_frames: So many may wait.
        numbers: Those of the policy, as of ``JitterBuffer``.
        now_s: The time, on the clock by which it is to tell of events.

    Raises:
        ValueError: A number is out of its range.
    """

    def __new__(
        cls,
        format: AudioFormat,
        *,
        device_channels: int,
        ring_frames: int,
        numbers: Mapping[str, float | bool],
        now_s: float,
    ) -> Self: ...
    @staticmethod
    def callback() -> int:
        """The address of PortAudio's callback."""
    @staticmethod
    def finished_callback() -> int:
        """The address of what PortAudio calls at the end of a stream."""
    def lend(self) -> int:
        """The address of their user data, which lasts until ``take_back``."""
    def take_back(self) -> None:
        """PortAudio has closed the stream, and so does not use the address any more."""
    def write(self, frame: AudioFrame, begin: int) -> int:
        """Put frames from number ``begin`` on into the ring, as many as it has room for; how many."""
    def end(self) -> None:
        """What was written is whole, or no more of it comes: play it to its end."""
    def cut(self) -> int:
        """Fade out, and drop what was written; that is done when ``taken`` is the returned count or more."""
    def pause(self, is_paused: bool, /) -> None:
        """Fade out and stay silent, or go on."""
    def set_volume(self, volume: float, /) -> None:
        """0 to 1."""
    def set_latency(self, seconds: float, /) -> None:
        """From a callback to the ear, where the host does not say."""
    @property
    def written(self) -> int:
        """What was put into the ring."""
    @property
    def room(self) -> int:
        """What the ring has room for."""
    @property
    def taken(self) -> int:
        """What was played or dropped."""
    @property
    def played(self) -> int:
        """What the device was given, or was passed over on the way."""
    @property
    def heard(self) -> int:
        """What of it was due at the ear by now, by the device's clock; never less than before."""
    @property
    def pulled(self) -> int:
        """What the device has asked for, sound or silence."""
    @property
    def lost(self) -> int:
        """What it was given too late to be heard."""
    @property
    def blocks(self) -> int:
        """How many blocks it has asked for."""
    def events(self) -> list[tuple[Literal["started", "stalled", "resumed", "drained"], float, int]]:
        """What happened since the last call, as of ``JitterBuffer``."""
    @property
    def figures(self) -> tuple[float, int, float, float, float, float]:
        """Target, stalls, stalled, held, stretched, skipped of ``PlayoutStats``."""
    @property
    def late(self) -> int:
        """How often the device ran empty since it was not given a block in time."""
    @property
    def is_finished(self) -> bool:
        """Whether its stream has ended."""
    @property
    def busy(self) -> tuple[float, float]:
        """Seconds that all blocks took, and the longest of them."""

class PlayoutFault(Exception):  # noqa: N818 -- its callers turn it into an error with a remedy
    """Samples are not taken.

    ``args`` are "ended", or "full" and how many frames may wait and would.
    """

    args: tuple[str, *tuple[int, ...]]
