"""What a dialect is: how the documents of one kind of service become events.

A dialect is one small file: where its documents hold audio, and a function from
a document to events.  It keeps no state and judges no error that services have
in common (see ``faults``).  ``read`` gives a ``Finished`` for whatever marks the
answer's end; the decoder holds it back until nothing more can come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from omni_stream.audio import AudioFormat
from omni_stream.errors import UsageError
from omni_stream.events import AudioDelta, Codec, Encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from omni_stream.events import Event, Raw

Framing = Literal["sse", "lines", "bytes"]
"""How a body is cut: into events, into lines of a document each, or not at all."""


def _check(name: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(f"{name} is one of {', '.join(map(repr, known))}, not {value!r:.60}")


@dataclass(frozen=True, slots=True)
class Coding:
    """How audio is written, where the documents do not say it themselves.

    Attributes:
        format: The format of PCM; a WAV header in the audio overrides it.
        codec: How the sound is written as bytes.
        encoding: How these bytes are written as text.

    Raises:
        UsageError: One of them is none of those that there are.
    """

    format: AudioFormat
    codec: Codec = "pcm"
    encoding: Encoding = "base64"

    def __post_init__(self) -> None:
        """Check the arguments."""
        if not isinstance(self.format, AudioFormat):
            raise UsageError(f"format is an AudioFormat, not {self.format!r:.60}")
        _check("codec", self.codec, get_args(Codec))
        _check("encoding", self.encoding, get_args(Encoding))

    def delta(self, encoded: str, raw: Raw | None, *, repeats: bool = False) -> AudioDelta:
        """The piece of audio that ``raw`` holds as ``encoded``."""
        return AudioDelta(encoded, self.format, self.encoding, self.codec, repeats, raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One way of answering.

    Paths, such as ``choices[].delta.audio.data``, say where ``read`` looks for what; of a list,
    it looks at the first item alone.  A document that holds one string of audio or of words
    and nothing else at any of these places (each absent, null or empty) is read natively,
    unseen by ``read``, which would have given the same.  A dialect without an ``audio_path``
    has every document read by ``read``: slower, and nothing else.

    Attributes:
        name: What it is chosen by.
        read: The events of one document, in the order of the reply, given how audio is written
            where the document does not say; an empty iterable where there is nothing a reader
            would want.  Total: it takes any JSON object without an exception.
        coding: How audio is written unless something else was asked for.
        audio_path: Where a document holds audio; None if ``read`` is to see every document.
        text_paths: Where it holds text.
        transcript_paths: Where it holds the transcript of its speech.
        reasoning_paths: Where it holds reasoning.
        silent_paths: Every other place that ``read``, or the search for faults, looks at.
        mark_paths: Places that it looks at only where there is no audio.
        spoken_where: A place, and the string there that says that the text at the first of
            ``text_paths`` is audio, as at ``audio_path``.
        end: The data that ends a stream, None if its end alone does.
        framing: "sse" for an event stream; "lines" for one document a line (NDJSON); "bytes" for a
            body that is the audio itself.
        ends_with_stream: Whether the end of the body ends the reply, with no mark before it; else
            a body that ends without one is truncated.  One that held nothing is in either case.
        fault: What a document says when it says no in this dialect's own way, as a mapping with
            "message", "code", and perhaps "type" (a name of the code's kind, such as "rate_limit")
            and "request_id"; None if it does not.  Total, as ``read``.
        is_own: Whether a document can be of this dialect alone, total as ``read``: a stream is then
            refused if its first document is not, but one of another dialect of this package.  Those
            of this package are also chosen by it, where nobody names a dialect.

    Raises:
        UsageError: An argument is not of its kind.
    """

    name: str
    read: Callable[[Raw, Coding], Iterable[Event]]
    coding: Coding = Coding(AudioFormat(24_000))
    audio_path: str | None = None
    text_paths: tuple[str, ...] = ()
    transcript_paths: tuple[str, ...] = ()
    reasoning_paths: tuple[str, ...] = ()
    silent_paths: tuple[str, ...] = ()
    mark_paths: tuple[str, ...] = ()
    spoken_where: tuple[str, str] | None = None
    end: str | None = None
    framing: Framing = "sse"
    ends_with_stream: bool = False
    fault: Callable[[Raw], Mapping[str, Any] | None] | None = None
    is_own: Callable[[Raw], bool] | None = None

    def __post_init__(self) -> None:
        """Check what else would show only when a reply comes."""
        for name in ("read", "fault", "is_own"):
            function: object = getattr(self, name)
            if not callable(function) and (function is not None or name == "read"):
                raise UsageError(f"{name} of a dialect is a function, not {function!r:.60}")
        if not isinstance(self.coding, Coding):
            raise UsageError(f"coding of a dialect is a Coding, not {self.coding!r:.60}")
        _check("framing", self.framing, get_args(Framing))
