"""The native ground: bytes and samples. Import its classes from the room that owns them."""

import sys
from asyncio import AbstractEventLoop
from collections.abc import Callable, Generator, Mapping, Sequence
from contextvars import Context
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
    def __buffer__(self, flags: int, /) -> memoryview: ...

@final
class Waiter:
    """What a task waits on, time after time: as much of a future of asyncio's as tasks ask for.

    See ``asyncio.isfuture``. A cancel ends one wait.
    """

    def __new__(cls, event_loop: AbstractEventLoop) -> Self: ...
    def begin(self) -> None:
        """Wait anew; it is done at first."""
    def end(self) -> None:
        """End the wait, if there is one; who waits runs in the event loop's next turn."""
    def done(self) -> bool: ...
    def result(self) -> None: ...
    def cancel(self, msg: object = None) -> bool: ...
    def get_loop(self) -> AbstractEventLoop: ...
    def add_done_callback(
        self, callback: Callable[[Self], object], /, *, context: Context | None = None
    ) -> None:
        """Run ``callback`` at the end of the wait; there is one at a time, else it is a ``RuntimeError``."""
    def __await__(self) -> Generator[Any]: ...

class ChunkedReceiver:
    """The content of one chunked body of HTTP/1.1 (RFC 9112, section 7.1), as it is received.

    It is decoded, in place, for who waits, and held for who does not; what is decoded came before
    what is held.  A subclass has what is told of here: ``receive_head(nbytes)`` while the head has not
    come, ``step_aside(rest)`` with what is for a parser of all of HTTP (the last chunk, a size line that is
    not plain, or what no such parser takes if a chunk does not end where it should, and what comes behind
    it), ``pause()`` when too much is held, ``join()`` when it has been waited for often, and of what polls
    it ``leave()`` and ``abandon()``.
    """

    def __new__(
        cls,
        space: Space,
        view: memoryview,
        event_loop: AbstractEventLoop,
        *,
        most_held_bytes: int,
        waits_alone: int,
    ) -> Self: ...
    is_over: bool
    """Whether nothing more comes here."""
    @property
    def received_bytes(self) -> int:
        """Bytes of the content, taken or not."""
    @property
    def held_bytes(self) -> int: ...
    @property
    def is_awaited(self) -> bool: ...
    def waited(self) -> tuple[float, float]:
        """Seconds that the last wait, over or not, has been for any byte, and for content."""
    def begin(self) -> None:
        """Take for the body what is received from here on."""
    def decode_by(self, reader: StreamReader | None, /, *, frames_only: bool = False) -> None:
        """Decode by ``reader`` for who waits, None to hold everything.

        With ``frames_only`` words are told to the reader and given to nobody.
        """
    def waiter(self) -> Waiter | None:
        """What to await; None if there is something, or nothing more comes.

        Raises:
            RuntimeError: It is awaited already.
        """
    def wake(self) -> None:
        """End the wait."""
    def take_items(self) -> list[Any] | None:
        """What is decoded; None if that is nothing, or is to be read on."""
    def take_decoded(self) -> list[Any] | LimitFault | None:
        """What is decoded; see ``StreamReader.unread``."""
    def take_held(self) -> bytes:
        """What is held, b"" if that is nothing."""
    def receive(self, start: int, end: int) -> None:
        """Take what was received, from ``start`` to ``end`` of the space."""
    def get_buffer(self, sizehint: int) -> memoryview: ...
    def buffer_updated(self, nbytes: int) -> None: ...

if sys.platform == "linux":
    @final
    class Polling:
        """Connections that are read together; its own descriptor is ready when one of them is."""

        def __new__(cls, space: Space) -> Self: ...
        def fileno(self) -> int: ...
        def add(self, fileno: int, receiver: ChunkedReceiver) -> int:
            """Read the socket ``fileno`` for ``receiver``, until the number given is removed.

            It has to stay open until then.
            """
        def remove(self, number: int) -> None:
            """Read it no more. Idempotent."""
        def turn(self) -> None:
            """Read what is ready, once of each, 64 at most, and run who waits for it.

            A connection that has ended or failed is told to ``leave``, one whose content cannot be
            taken to ``abandon``.
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
