"""A stream's bytes -> events and audio frames, without I/O.

Rules.
1. Nothing that was completed is lost to what is broken behind it: an error
   carries the items completed in its call (``events``) and all that the reply
   had so far (``partial``).
2. A reply does not end at its finish mark or its usage, since either may come
   first; it ends at the dialect's end mark, or with the stream.  Then there is
   one ``Finished``, always last.  A stream that ends without either mark is
   truncated.
3. Strict: what is broken is an error, and the decoder is spent.  Not strict: an
   event that is broken is left out, counted and logged, and the reply goes on.
4. A document that holds audio or words and nothing else never becomes a Python
   object: one native call frames, recognises and decodes all of a read.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from omni_stream._native import LimitFault, StraightFeed, StreamReader
from omni_stream.audio import AudioFrame
from omni_stream.errors import (
    EXCERPT_BYTES,
    ApiError,
    LimitExceeded,
    OmniStreamError,
    Partial,
    ProtocolError,
    StreamTruncated,
    UsageError,
)
from omni_stream.events import (
    AudioDelta,
    Codec,
    Event,
    Finished,
    Usage,
)
from omni_stream.sse import MAX_EVENT_BYTES, MAX_LINE_BYTES, ServerSentEvent, limit_exceeded
from omni_stream.wire.audio_body import AudioBody
from omni_stream.wire.choosing import Choosing
from omni_stream.wire.dialects import find_dialect, owner_of
from omni_stream.wire.documents import END, BrokenJSONError, documents_in
from omni_stream.wire.faults import error_in_event
from omni_stream.wire.lines import LinesReader
from omni_stream.wire.openai_chat import OPENAI_CHAT
from omni_stream.wire.sound import Sound
from omni_stream.wire.stats import StreamStats
from omni_stream.wire.words import mended

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typing_extensions import Buffer

    from omni_stream.wire.dialect import Coding, Dialect
    from omni_stream.wire.sound import SoundDecoder
    from omni_stream.wire.words import Words

Item: TypeAlias = Event | AudioFrame
"""What a decoder gives: an event, or the frame that an audio event holds."""

MAX_AUDIO_SECONDS = 4 * 3600.0
"""No model speaks nearly as long: a stream that does is broken."""

MAX_TEXT_BYTES = 1 << 25
"""All of a reply's words are kept for ``partial``; this is a hundred times any model's longest answer."""

_log = logging.getLogger("omni_stream.wire")


class StreamDecoder(StraightFeed):
    """The incremental decoder of one reply, for use with any HTTP client.

    Args:
        dialect: The dialect of the service, or its name; None to go by the first events.
        coding: How audio is written where the documents do not say; the dialect's own if None.
        codecs: Makes the decoder of a compressed codec, as ``omni_stream.CodecDecoder`` does; without it
            such audio is refused.
        strict: Whether broken JSON or audio is an error, or is left out, counted and logged.
        decode_audio: Whether audio is given as ``AudioFrame``, or as it came, as ``AudioDelta``.
        request_id: The id that the response's headers gave, for errors that name none.
        max_line_bytes: The longest line of the event stream.
        max_event_bytes: The longest event of it.
        max_audio_seconds: The most audio of the reply.

    Attributes:
        done: Whether the reply is complete; nothing that follows is looked at.
        usage: What the reply cost, None until it is known.
        model: The model that answers, by the service's name for it, None until it is known.

    Raises:
        UsageError: There is no dialect of that name; a path of its is none; or audio is expected to be
            compressed, and there are no ``codecs``.
    """

    def __init__(
        self,
        dialect: str | Dialect | None = OPENAI_CHAT.name,
        *,
        coding: Coding | None = None,
        codecs: Callable[[Codec], SoundDecoder] | None = None,
        strict: bool = True,
        decode_audio: bool = True,
        request_id: str | None = None,
        max_line_bytes: int = MAX_LINE_BYTES,
        max_event_bytes: int = MAX_EVENT_BYTES,
        max_audio_seconds: float = MAX_AUDIO_SECONDS,
    ) -> None:
        self._coding = coding
        self._codecs = codecs
        self._strict = strict
        self._decode_audio = decode_audio
        self._request_id = request_id
        self._max_line_bytes = max_line_bytes
        self._max_event_bytes = max_event_bytes
        self._max_audio_seconds = max_audio_seconds
        self._choosing = (
            Choosing(max_line_bytes=max_line_bytes, max_event_bytes=max_event_bytes)
            if dialect is None
            else None
        )
        self._begin(OPENAI_CHAT if dialect is None else find_dialect(dialect))
        self._finished: Finished | None = None
        self._over = False
        self._items = 0
        self._ignored = 0
        self._skipped = 0
        self._replacements = 0
        self.done = False
        self.usage: Usage | None = None
        self.model: str | None = None

    @property
    def finish_reason(self) -> str | None:
        """The service's ``finish_reason``; None if it has given none yet, or gives none at all."""
        return self._finished.reason if self._finished is not None else None

    def _begin(self, dialect: Dialect) -> None:
        """Read in ``dialect`` from here on; nothing has been read yet."""
        self._dialect = dialect
        self._body = AudioBody() if dialect.framing == "bytes" else None
        self._sound = Sound(
            self._coding or dialect.coding,
            decode=self._decode_audio,
            codecs=self._codecs,
        )
        self._reader = self._reader_of(dialect)
        self._lines = LinesReader(self._reader) if dialect.framing == "lines" else None
        self._go_straight()

    def _go_straight(self) -> None:
        """Have what is fed go straight to the reader, if it is all for it as it comes."""
        self._straight = self._reader if self._is_straight else None

    @property
    def _is_straight(self) -> bool:
        return self._choosing is None and self._body is None and self._lines is None

    def _reader_of(self, dialect: Dialect) -> StreamReader:
        try:
            return StreamReader(
                self._sound.native,
                decode_audio=self._sound.is_native,
                audio_path=dialect.audio_path,
                text_paths=dialect.text_paths,
                transcript_paths=dialect.transcript_paths,
                reasoning_paths=dialect.reasoning_paths,
                silent_paths=dialect.silent_paths,
                mark_paths=dialect.mark_paths,
                max_line_bytes=self._max_line_bytes,
                max_event_bytes=self._max_event_bytes,
                max_audio_seconds=self._max_audio_seconds,
                max_told_bytes=MAX_TEXT_BYTES,
                spoken_where=dialect.spoken_where,
            )
        except ValueError as error:
            raise UsageError(f"{error}; it is one of the dialect {dialect.name!r}") from None

    @property
    def partial(self) -> Partial:
        """What has come of the reply so far."""
        text, transcript, reasoning = self._reader.told
        return Partial(text, transcript, reasoning, self._sound.seconds, self._given)

    @property
    def stats(self) -> StreamStats:
        """What has come of the stream so far."""
        return StreamStats(
            events=self._reader.events,
            ignored_events=self._ignored + self._reader.empty_events,
            skipped_events=self._skipped,
            replacements=self._reader.replacements + self._replacements,
            rest_bytes=self._sound.native.rest_bytes,
            audio_seconds=self._sound.seconds,
        )

    if TYPE_CHECKING:

        def feed(self, content: Buffer) -> list[Item]:
            """The items that the next bytes complete, in order.

            It is empty where nothing came that a reader would want, and always once ``done``.

            Raises:
                ApiError: The service said no, in the middle of its answer.
                ProtocolError: The stream is broken; ``LimitExceeded`` if it is too large.
                UsageError: The decoder has been closed, or has raised before; or audio turns out to be
                    compressed, and ``codecs`` were not given.
            """

    @property
    def reader(self) -> StreamReader | None:
        """What reads all that comes, to be fed instead, and ``complete`` to be given what it gives.

        None where more than that is to be done.
        """
        return self._reader if self._is_straight and not self._over else None

    def complete(self, completed: list[Any] | LimitFault) -> list[Item]:
        """The items of what the ``reader`` completed; see ``feed``."""
        if isinstance(completed, LimitFault):
            return self._exceed(completed)
        return self._read(completed) if self._reader.unread else completed

    def close(self) -> list[Item]:
        """The stream has ended: what was waiting for more, and ``Finished``; empty if that was given before.

        A last event whose blank line is missing is taken if its data is whole.

        Raises:
            StreamTruncated: The reply was not complete.
            ApiError, ProtocolError: As from ``feed``, of the last event.
        """
        items: list[Item] = []
        if self._over:
            return items
        if self._choosing is not None:
            items += self._give_up_choosing(self._choosing)
            if self.done:
                return items
        if self._body is not None:
            items += self._read_body(self._body, b"", is_end=True)
        unfinished = self._reader.close()
        is_cut = unfinished is not None and not self._read_event(unfinished, items, is_whole=False)
        if not self.done:
            if self._finished is None and self._dialect.ends_with_stream and self._given and not is_cut:
                self._finished = Finished(None)
            self._finish(items)
        return items

    def _feed_otherwise(self, content: Buffer) -> list[Item]:
        """``feed`` of what the reader does not take: of no known dialect yet, audio, lines, or too late."""
        if self._over:
            if self.done:
                return []
            raise UsageError("the decoder has been closed or has raised before; make one for each reply")
        if self._choosing is not None:
            return self._choose(self._choosing, content)
        if self._body is not None:
            return self._read_body(self._body, bytes(content))
        assert self._lines is not None  # noqa: S101 -- else it would be straight
        try:
            completed = self._lines.feed(content)
        except LimitFault as fault:
            return self._exceed(fault)
        return [] if completed is None else self.complete(completed)

    def _exceed(self, fault: LimitFault) -> list[Item]:
        """The items before what is too large, if it came behind the end."""
        error = limit_exceeded(fault)
        items = self._read(error.events)
        if not self.done:
            self._fail(error, items)
        return items

    def _choose(self, choosing: Choosing, content: Buffer) -> list[Item]:
        """The items of everything that came, as soon as the dialect is chosen; until then nothing."""
        chosen = choosing.feed(bytes(content))
        if chosen is None:
            return []
        self._go_on(chosen)
        return self.feed(choosing.beginning)

    def _give_up_choosing(self, choosing: Choosing) -> list[Item]:
        """Read what came of a stream that ended before its dialect was known."""
        self._go_on(choosing.close())
        return self.feed(choosing.beginning)

    def _go_on(self, chosen: Dialect) -> None:
        self._choosing = None
        if chosen is not self._dialect:  # it was begun as the most common one
            self._begin(chosen)
        self._go_straight()

    def _read_body(self, body: AudioBody, content: bytes, *, is_end: bool = False) -> list[Item]:
        """The next of a body that is the audio itself."""
        items: list[Item] = []
        try:
            content = body.finish() if is_end else body.feed(content)
        except ProtocolError as error:  # there is no audio in it to go on with
            self._fail(error, items)
        try:
            taken = self._sound.take_bytes(content) if content else ()
        except ProtocolError as error:
            error.excerpt = content[:EXCERPT_BYTES]
            self._keep(error, items)
            self._skip(error, items)
        except UsageError as error:
            self._fail(error, items)
        else:
            items += taken
            self._items += len(taken)
        self._check_totals(items)
        return items

    @property
    def _given(self) -> int:
        return self._items + self._reader.given

    def _read(self, completed: Sequence[AudioFrame | Words | ServerSentEvent]) -> list[Item]:
        items: list[Item] = []
        for entry in completed:
            if isinstance(entry, ServerSentEvent):
                self._read_event(entry, items)
                if self.done:
                    break
            else:
                if not isinstance(entry, AudioFrame):
                    self._reader.tell(entry)
                items.append(entry)
                self._items += 1
        self._check_totals(items)
        return items

    def _read_event(self, event: ServerSentEvent, items: list[Item], *, is_whole: bool = True) -> bool:
        """Read an event; False if the end of the stream cut off a document in it."""
        known = len(items), self._finished
        broken: BrokenJSONError | None = None
        try:
            for document in documents_in(event.data, end=self._dialect.end):
                if document is END:
                    self._finished = self._finished or Finished(None)
                    self._finish(items)
                    return True
                self._read_document(document, event, items)
        except BrokenJSONError as error:
            broken = error
        if event.type == "error" or event.comments:
            self._refuse(error_in_event(event, None, request_id=self._request_id), items)
        if broken is None:
            self._ignored += known == (len(items), self._finished)
        elif is_whole:
            self._skip(_broken(f"invalid JSON ({broken})", event, excerpt=event.data), items)
        return broken is None

    def _read_document(self, document: object, event: ServerSentEvent, items: list[Item]) -> None:
        fault = error_in_event(event, self._said(document), request_id=self._request_id)
        if isinstance(document, dict):
            if event.index == 0 and fault is None:
                self._expect_own(document, event, items)
            self._read_object(document, event, items)  # one that says no may hold the last that there is
        self._refuse(fault, items)

    def _refuse(self, fault: ApiError | None, items: list[Item]) -> None:
        if fault is not None:
            self._fail(fault, items)

    def _expect_own(self, document: dict[str, Any], event: ServerSentEvent, items: list[Item]) -> None:
        """Refuse a stream whose first document is of another dialect: it would come to nothing, or worse."""
        is_own = self._dialect.is_own
        if is_own is None or is_own(document):
            return
        owner = owner_of(document)
        if owner is not None:
            message = (
                f"the stream is of the dialect {owner.name!r} and not of {self._dialect.name!r};"
                f" give dialect={owner.name!r}"
            )
            self._fail(_broken(message, event, excerpt=event.data), items)

    def _said(self, document: object) -> object:
        """``document``, with a fault told in the dialect's own way put as all services put it."""
        if self._dialect.fault is not None and isinstance(document, dict):
            fault = self._dialect.fault(document)
            if fault is not None:
                return {**document, "error": fault}
        return document

    def _read_object(self, document: dict[str, Any], event: ServerSentEvent, items: list[Item]) -> None:
        if self.model is None and isinstance(model := document.get("model"), str):
            self.model = model
        for read in self._dialect.read(document, self._sound.coding):
            taken: Sequence[Item]
            match read:
                case Finished():
                    if self._finished is None or read.reason is not None:
                        self._finished = read
                    continue
                case AudioDelta():
                    taken = self._take_audio(read, event, items)
                case Usage():
                    self.usage = read
                    taken = (read,)
                case _:
                    taken = (self._take_words(read),)
            items += taken
            self._items += len(taken)

    def _take_audio(self, delta: AudioDelta, event: ServerSentEvent, items: list[Item]) -> Sequence[Item]:
        try:
            return self._sound.take(delta)
        except ProtocolError as error:
            self._keep(error, items)
            self._skip(_broken(str(error), event, excerpt=delta.encoded), items)
        except UsageError as error:
            self._fail(error, items)
        return ()

    def _keep(self, error: ProtocolError, items: list[Item]) -> None:
        """Give out what a decoder made of the rest of what is broken."""
        items += error.events
        self._items += len(error.events)

    def _take_words(self, words: Words) -> Words:
        words, replaced = mended(words)
        self._replacements += replaced
        self._reader.tell(words)
        return words

    def _check_totals(self, items: Sequence[Item]) -> None:
        if self._sound.seconds > self._max_audio_seconds:
            error = LimitExceeded(
                "the audio of a reply",
                limit=self._max_audio_seconds,
                seen=self._sound.seconds,
                remedy="allow more seconds as max_audio_seconds",
            )
            self._fail(error, items)
        if self._reader.told_bytes > MAX_TEXT_BYTES:
            error = LimitExceeded(
                "the text of a reply, in bytes",
                limit=MAX_TEXT_BYTES,
                seen=self._reader.told_bytes,
                remedy="the service does not end it; ask for at most so many tokens",
            )
            self._fail(error, items)

    def _finish(self, items: list[Item]) -> None:
        """No more audio will come: give out the rest of it, and ``Finished`` if the reply is complete."""
        frames: Sequence[AudioFrame] = ()
        try:
            frames = self._sound.finish()
        except ProtocolError as error:
            self._keep(error, items)
            if self._finished is not None:  # else it is cut off as well as everything else
                self._skip(ProtocolError(f"{error}, at the end of the audio"), items)
        items += frames
        self._items += len(frames)
        if self._finished is None:
            nothing = "" if self._reader.events else "; there is no event in it, so it may be no event stream"
            self._fail(
                StreamTruncated(
                    "the stream ended before the reply did: it has neither an end mark nor a finish reason"
                    f"{nothing}; what had come is in .partial"
                ),
                items,
            )
        items.append(self._finished)
        self._items += 1
        self.done = True
        self._end()

    def _skip(self, error: ProtocolError, items: Sequence[Item]) -> None:
        """Refuse what is broken, or leave it out."""
        if self._strict:
            self._fail(error, items)
        self._skipped += 1
        if self._skipped == 1:
            _log.warning("left out, as will be others like it: %s", error)

    def _end(self) -> None:
        """Nothing more is read."""
        self._over, self._straight = True, None

    def _fail(self, error: OmniStreamError, items: Sequence[Item]) -> NoReturn:
        self._end()
        error.events = items
        error.partial = self.partial
        raise error


def _broken(message: str, event: ServerSentEvent, *, excerpt: str) -> ProtocolError:
    return ProtocolError(
        message,
        event_index=event.index,
        offset=event.offset,
        excerpt=excerpt[:EXCERPT_BYTES].encode("utf-8", "replace"),
    )
