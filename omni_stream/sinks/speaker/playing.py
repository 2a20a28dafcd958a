"""A reply that is played: its sound goes to the speaker, its text comes through when that is heard.

Rules.
1. One task reads the reply and gives its sound to the other sinks, as it comes; another writes it to
   the speaker, at the pace at which it is heard.  What is between them is bounded in seconds.
2. Events come through in order.  One with text of the answer waits until its first word is heard,
   `Finished` until all is; any other waits only for those before it.
3. Whatever waits for sound does so no longer than there may be some: see `_is_due`.
4. Replies are heard in the order in which they were begun, one right behind the other.
5. What fails fails alone: the reply goes on to its other ends, and the error is raised behind the last
   event.  Only where no end is left is it raised at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Final, Literal, Protocol, Self, TypeAlias

from omni_stream.audio import AudioFrame, Heard
from omni_stream.captions import CaptionClock, Loudness
from omni_stream.errors import UsageError
from omni_stream.events import AudioDelta, Event, Finished
from omni_stream.sinks.speaker.copies import Copies
from omni_stream.wire.spoken import SpokenText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream.pipeline.pipeline import Pipeline, Receiver
    from omni_stream.sinks.speaker.speaker import Speaker

Captions: TypeAlias = Literal["heard", "arrival"]

AHEAD_SECONDS: Final = 60.0
"""Read ahead of what is written to the speaker, which is 3 MB: a service need not wait for the listener,
and what is known of the sound helps to tell where its words are."""

MOST_EVENTS: Final = 4_096
"""More than the words of a minute and what comes beside them; what is over comes through unheard."""

SILENT_SECONDS: Final = 8.0
"""Text that came so long ago comes through although no sound has: most likely there will be none."""

LOOK_SECONDS: Final = (0.005, 0.05)
"""The least and the most between two looks at what is heard: nobody sees a word come 50 ms late."""

NEARLY_SECONDS: Final = 0.005
"""A resampled reply is as long as it was, but for a rounding."""


class Playable(Protocol):
    """What `play` asks of a reply."""

    def decoded(self) -> Pipeline[Event | AudioFrame]:
        """All that it is, in order; see `Reply.decoded`."""

    def heard(self, heard: Heard) -> None:
        """What was heard of it, if it was interrupted; see `Reply.heard`."""


class Playing:
    """The events of a reply but for its audio, in order: an async iterator, made by `Speaker.play`.

    Attributes:
        written: Set when all of it that will ever be written to the speaker is.
    """

    def __init__(
        self, speaker: Speaker, reply: Playable, *, also: Iterable[Receiver[AudioFrame]], captions: Captions
    ) -> None:
        if captions not in ("heard", "arrival"):
            raise UsageError(f"captions come as 'heard' or on 'arrival', not {captions!r}")
        self._speaker = speaker
        self._reply = reply
        self._copies = Copies(also)
        self._captions = captions
        self._clock = CaptionClock()
        self._loudness: Loudness | None = None
        self._new_text = SpokenText()
        self._events: deque[tuple[Event, int | None, float]] = deque()
        """Each with its first character of the text, and when it came."""
        self._frames: deque[AudioFrame] = deque()
        self._ahead_seconds = 0.0
        self._written_seconds = 0.0
        self._begin: float | None = None  # of its sound, in seconds of all that the speaker was given
        self._is_read = False
        self._is_stopped = self._is_settled = False
        self._unheard: list[tuple[Event, int | None, float]] = []  # when it was stopped
        self._failures: list[Exception] = []
        self._lost: Exception | None = None  # why the speaker takes no more
        self._changed = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self.written = asyncio.Event()

    @property
    def buffered_seconds(self) -> float:
        """How much of its sound has come and is not heard, by what the speaker says."""
        if self._begin is None:
            return self._ahead_seconds
        return max(0.0, self._ahead_seconds + self._written_seconds - self._heard_seconds())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        if not self._tasks and not self._is_stopped:
            self._start()
        while True:
            if self._lost is None and self._speaker.failure is not None:
                self._lose(self._speaker.failure)
            if self._events and self._is_due(*self._events[0]):
                event, _, _ = self._events.popleft()
                self._changed.set()  # there is room for more
                return event
            if self._is_over():
                self._raise_failure()
                raise StopAsyncIteration
            await self._wait(self._patience())

    @property
    def is_finished(self) -> bool:
        """Whether all of it has come, and been heard as far as it ever will be."""
        if not (self._is_read and self.written.is_set()):
            return False
        if self._begin is None or self._lost is not None:
            return True
        return self._heard_seconds() >= self._written_seconds - NEARLY_SECONDS

    async def aclose(self) -> None:
        """Stop: what the speaker was given is heard, and no more is read.  Again, it does nothing."""
        self.stop()
        await self._ended()

    def stop(self) -> None:
        """Give no more to the speaker and no more events, from this moment on, and end the reading."""
        if self._is_stopped or self.is_finished:
            return
        self._is_stopped = True
        self._unheard = list(self._events)
        self._events.clear()
        for task in self._tasks:
            task.cancel()
        self.written.set()
        self._changed.set()

    async def settle(self, played_seconds: float) -> Heard:
        """It was stopped, and the speaker has played so much of all that it was given: what was heard."""
        seconds = 0.0 if self._begin is None else max(0.0, played_seconds - self._begin)
        characters = self._clock.characters_at(seconds) if seconds else 0
        heard = Heard(seconds, self._clock.text[:characters])
        with contextlib.suppress(UsageError):  # the reply was left before all was heard
            self._reply.heard(heard)
        for event in self._unheard:
            if isinstance(event[0], Finished) or (event[1] is not None and event[1] >= characters):
                break
            self._events.append(event)
        await self._ended()
        return heard

    async def _ended(self) -> None:
        """Wait until the tasks have ended: the service's connection is closed then."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._is_settled = True
        self._changed.set()

    # How it is done.

    def _start(self) -> None:
        before = self._speaker.begin_play(self)
        try:
            items = self._reply.decoded()
        except BaseException:
            self._is_read = True
            self.written.set()
            raise
        self._tasks = (
            asyncio.create_task(self._read(items), name="omni_stream reads"),
            asyncio.create_task(self._write(before), name="omni_stream plays"),
        )

    async def _read(self, items: Pipeline[Event | AudioFrame]) -> None:
        try:
            async with items, self._copies:
                async for item in items:
                    if isinstance(item, AudioFrame):
                        await self._take(item)
                    elif not isinstance(item, AudioDelta):
                        self._note(item)
                    while self._is_full():
                        await self._wait()
            self._clock.end()
        except Exception as error:  # noqa: BLE001 -- raised behind the events that came before it
            self._failures.append(error)
            if isinstance(error, UsageError):  # the reply was left
                self._frames.clear()
        finally:
            self._is_read = True
            self._changed.set()

    async def _take(self, frame: AudioFrame) -> None:
        if self._loudness is None:
            self._loudness = Loudness()
        self._clock.add_sound(self._loudness.feed(frame))
        if self._lost is None:
            self._frames.append(frame)
            self._ahead_seconds += frame.seconds
            self._changed.set()
        await self._copies.write(frame)

    def _note(self, event: Event) -> None:
        if self._is_stopped:
            return
        character: int | None = None
        for text in self._new_text([event]):
            blanks = next((n for n, letter in enumerate(text) if letter.isalnum()), None)
            character = None if blanks is None else len(self._clock.text) + blanks
            self._clock.add_text(text)
        self._events.append((event, character, asyncio.get_running_loop().time()))
        self._changed.set()

    async def _write(self, before: Playing | None) -> None:
        speaker = self._speaker
        try:
            if before is not None:
                await before.written.wait()
            while (frame := await self._next_frame()) is not None:
                if self._begin is None:
                    self._begin = speaker.given_seconds
                await speaker.write(frame)
                self._ahead_seconds -= frame.seconds
                self._written_seconds += frame.seconds
            await speaker.flush()
        except Exception as error:  # noqa: BLE001 -- likewise
            self._lose(error)
        finally:
            self.written.set()
            self._changed.set()

    async def _next_frame(self) -> AudioFrame | None:
        while not self._frames:
            if self._is_read:
                return None
            await self._wait()
        self._changed.set()  # there is room for more
        return self._frames.popleft()

    def _lose(self, error: Exception) -> None:
        """The speaker takes no more."""
        if self._lost is not None:
            return
        self._lost = error
        self._failures.append(error)
        self._frames.clear()
        self._ahead_seconds = 0.0
        if not self._copies:
            for task in self._tasks[:1]:  # which reads, for nobody any more
                task.cancel()

    def _is_full(self) -> bool:
        is_ahead = self._ahead_seconds >= AHEAD_SECONDS and self._lost is None
        return is_ahead or len(self._events) >= 2 * MOST_EVENTS

    def _is_due(self, event: Event, character: int | None, came: float) -> bool:
        if self._captions == "arrival" or self._is_stopped or self._lost is not None or self.is_finished:
            return True
        if len(self._events) > MOST_EVENTS:
            return True
        if isinstance(event, Finished):
            return False  # all is heard by then
        if character is None:
            return True
        if self._begin is None:
            return asyncio.get_running_loop().time() > came + SILENT_SECONDS
        heard = self._heard_seconds()
        return heard > 0 and self._clock.characters_at(heard) > character

    def _is_over(self) -> bool:
        if self._events:
            return False
        if self._is_stopped:
            return self._is_settled
        if self._lost is not None and not self._copies:
            return True
        if self._captions == "arrival":
            return self._is_read and self.written.is_set()
        return self.is_finished

    def _heard_seconds(self) -> float:
        """How much of its sound is at the ear by now."""
        begin = 0.0 if self._begin is None else self._begin
        return self._speaker.heard_seconds - begin

    def _patience(self) -> float | None:
        """How long to wait before looking again; None for until something has changed."""
        least, most = LOOK_SECONDS
        if self._begin is None and self._events:
            return most
        if self._begin is None:
            return None
        if not self._events or self._events[0][1] is None:
            return most
        due = self._clock.seconds_of(self._events[0][1])
        return min(max(due - self._heard_seconds(), least), most)

    async def _wait(self, seconds: float | None = None) -> None:
        """Wait until something has changed, or for so long."""
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    def _raise_failure(self) -> None:
        failures = ([] if self._is_stopped else self._failures) + self._copies.failures
        self._failures, self._copies.failures = [], []
        if failures:
            first, *others = failures
            for other in others:
                first.add_note(f"another end failed too: {other}")
            raise first
