"""One question and its one answer, as a program holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, cast

from omni_stream.audio import AudioFrame, Heard
from omni_stream.client.encoded_audio import EncodedAudio
from omni_stream.client.incoming import Items
from omni_stream.client.refusal import request_id_of
from omni_stream.errors import OmniStreamError, Partial, UsageError
from omni_stream.pipeline.pipeline import Pipeline
from omni_stream.wire.spoken import SpokenText

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from types import TracebackType

    from omni_stream.client.asker import Asker, Question
    from omni_stream.client.incoming import Incoming
    from omni_stream.events import Event, Usage
    from omni_stream.wire import Item, StreamStats

T = TypeVar("T")

Way = Literal["events", "audio()", "encoded()", "decoded()", "text()"]

_DECODES: Mapping[Way, bool | None] = {
    "events": False,
    "audio()": True,
    "encoded()": False,
    "decoded()": True,
    "text()": None,
}
"""Whether a way wants audio decoded; None where it wants no audio."""


class Reply:
    """An answer as it streams in; made by ``Client.ask`` or ``Client.speak``, and used with ``async with``.

    Entering sends the request, sends it again where that may help, and waits for
    the first event with content.  From then on nothing is retried.

    It is read once, in one way: by iterating over it (events, with audio as it came,
    as ``AudioDelta``), or by ``audio()``, ``encoded()``, ``decoded()`` or ``text()``.  The socket is read as
    the reader proceeds, so a slow reader slows the service, and holds half a MiB at most.

    Leaving the ``async with`` closes the connection within 0.1 s: it is used again after a
    reply that was complete, and dropped otherwise.  What had come stays readable:
    ``usage``, ``finish_reason``, ``model``, ``status``, ``headers``, ``request_id``, ``partial``, ``stats``.

    Cancelling any wait loses nothing; the reader may go on, or leave.

    Args:
        asker: Sends the question.
        question: The question.
        replies: Where it keeps itself while it is open.

    Raises:
        ConnectError: On entering: there is no connection, retries included.
        ApiError: On entering, or while reading: the service said no.
        ProtocolError: Likewise: the answer is no event stream, is broken, truncated or stalled.
        TimeoutError: Likewise: a limit of ``Timeouts`` has passed.
        UsageError: It is used outside of its ``async with``, twice, or in two ways.
    """

    __slots__ = ("_asker", "_incoming", "_items", "_pipeline", "_question", "_replies", "_state", "_way")

    def __init__(self, asker: Asker, question: Question, *, replies: set[Reply]) -> None:
        self._asker = asker
        self._question = question
        self._replies = replies
        self._incoming: Incoming | None = None
        self._state: Literal["new", "opening", "open", "closed"] = "new"
        self._way: Way | None = None
        self._pipeline: Pipeline[object] | None = None
        self._items: Items[Any] | None = None

    def __repr__(self) -> str:
        return f"<Reply of {self._question.model} at {self._asker.endpoint.host}, {self._state}>"

    async def __aenter__(self) -> Self:
        if self._state != "new":
            raise UsageError("a reply is entered once; ask again")
        if self._question.turn is not None:
            self._question.turn.begin()
        self._state = "opening"
        self._replies.add(self)
        try:
            incoming = await self._asker.ask(self._question)
        except OmniStreamError as error:
            failure = error.with_traceback(None)
        except BaseException:
            await self.aclose()
            raise
        else:
            self._incoming = incoming
            if self._state == "opening":
                self._state = "open"
                return self
            await incoming.aclose()
            failure = UsageError("the client was closed while the reply was opened; close it later")
        await self.aclose()
        raise failure

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end_turn(failed=exc_type is not None)
        pipeline, self._pipeline = self._pipeline, None
        try:
            if pipeline is not None:
                await pipeline.__aexit__(exc_type, exc_value, traceback)
        finally:
            await self.aclose()

    def __aiter__(self) -> AsyncIterator[Event]:
        """The events as they came, audio as ``AudioDelta``; after a ``break``, a loop goes on from there."""
        if self._way != "events" or self._items is None:
            return self._read("events", _events)
        if self._state != "open":
            raise self._not_open()
        return self._items

    def audio(self) -> Pipeline[AudioFrame]:
        """The speech alone, decoded."""
        return self._pipe("audio()", _frames)

    def encoded(self) -> Pipeline[bytes]:
        """The speech alone, as bytes as they came: a file of the format that was asked for.

        Raw PCM has no head.  Where the service sends WAV it may send a head more than once, as
        few players take it; use ``audio()`` there.
        """
        return self._pipe("encoded()", EncodedAudio())

    def decoded(self) -> Pipeline[Event | AudioFrame]:
        """All events in order, each ``AudioDelta`` as the ``AudioFrame`` that it holds."""
        return self._pipe("decoded()", _all)

    def text(self) -> Pipeline[str]:
        """The text of the answer, piece by piece: its content, else the transcript of its speech.

        A service may tell the same words as both, in the same or in different events; they are
        given once, by whichever tells them first.  The two are compared by letters and digits,
        in any case of letters; where they differ, they are different words, and both are given.
        """
        return self._pipe("text()", SpokenText())

    @property
    def usage(self) -> Usage | None:
        """What the reply cost, None until the service has said it."""
        return None if self._incoming is None else self._incoming.decoder.usage

    @property
    def finish_reason(self) -> str | None:
        """Why the answer ended ("stop", "length", ...); None until then, and of services that do not say."""
        return None if self._incoming is None else self._incoming.decoder.finish_reason

    @property
    def model(self) -> str:
        """The model that answers, by the service's name for it; the one asked for until that is known."""
        answering = None if self._incoming is None else self._incoming.decoder.model
        return answering or self._question.model

    @property
    def status(self) -> int | None:
        """The HTTP status, None before the answer has begun."""
        return None if self._incoming is None else self._incoming.response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The response's headers, names in any case; empty before the answer has begun."""
        return {} if self._incoming is None else self._incoming.response.headers

    @property
    def request_id(self) -> str | None:
        """The id to quote to the service's support, None if it gave none."""
        return request_id_of(self.headers)

    @property
    def connect_seconds(self) -> float | None:
        """Seconds that setting up the connection took, 0 if it was there already and used again.

        None before the answer has begun, and with a session of the caller's.
        """
        return None if self._incoming is None else self._incoming.response.connect_seconds

    @property
    def partial(self) -> Partial:
        """What has been received so far, which may be ahead of what was read by up to one read."""
        return Partial() if self._incoming is None else self._incoming.decoder.partial

    @property
    def stats(self) -> StreamStats | None:
        """What has come of the stream so far, None before the answer has begun."""
        return None if self._incoming is None else self._incoming.decoder.stats

    def heard(self, heard: Heard) -> None:
        """Say how much of the answer was heard, after playing it was interrupted.

        The conversation that was asked then gets ``heard.text`` as the answer, and nothing if that is
        empty, when the reply is left, however it is.  Of a reply to anything else nothing follows.

        Args:
            heard: What a sink's ``interrupt()`` gives.

        Raises:
            UsageError: ``heard`` is something else, or the reply is not open.
        """
        if not isinstance(heard, Heard):
            raise UsageError(
                f"heard is what interrupt() of a sink gives, a Heard, not {type(heard).__name__}"
            )
        if self._state != "open":
            raise UsageError(
                "what was heard is said inside the reply's `async with`; afterwards, add it to the"
                " conversation with assistant(heard.text)"
            )
        if self._question.turn is not None:
            self._question.turn.hear(heard)

    async def aclose(self) -> None:
        """Close the connection, as leaving the ``async with`` does. Idempotent, and takes 0.1 s at most."""
        self._end_turn(failed=False)
        self._state = "closed"
        self._replies.discard(self)
        try:
            if self._pipeline is not None:
                await self._pipeline.aclose()
        finally:
            if self._incoming is not None:
                await self._incoming.aclose()

    def _pipe(self, way: Way, select: Callable[[list[Item]], list[T]]) -> Pipeline[T]:
        pipeline = Pipeline(self._read(way, select))
        self._pipeline = pipeline  # a loop over it that is left by `break` leaves the closing to us
        return pipeline

    def _read(self, way: Way, select: Callable[[list[Item]], list[T]]) -> Items[T]:
        if self._state != "open" or self._incoming is None:
            raise self._not_open()
        if self._way is not None:
            raise UsageError(
                f"a reply is read once, and this one is read by {self._way};"
                " use tee(n), or decoded() for all of it"
            )
        self._incoming.choose(decode_audio=_DECODES[way], frames_only=way == "audio()")
        self._way = way
        self._items = items = Items(self._incoming, select, is_chosen=way in {"audio()", "decoded()"})
        return items

    def _end_turn(self, *, failed: bool) -> None:
        if self._question.turn is not None:
            has_ended = self._items is not None and self._items.has_ended and not failed
            self._question.turn.end(self.partial if has_ended else None)

    def _not_open(self) -> UsageError:
        if self._state == "closed":
            return UsageError("the reply is closed; read it inside its `async with`")
        return UsageError("a reply is read inside `async with client.ask(...) as reply`")


def _events(items: list[Item]) -> list[Event]:
    return cast("list[Event]", items)  # where audio is not decoded, there are no frames


def _frames(items: list[Item]) -> list[AudioFrame]:
    return [item for item in items if isinstance(item, AudioFrame)]


def _all(items: list[Item]) -> list[Item]:
    return items
