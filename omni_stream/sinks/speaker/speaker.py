"""The sink that is heard.

Rules.
1. The device's own thread plays what a ring holds, in native code: neither a blocked event loop nor a
   busy interpreter is heard, as long as there is something in the ring.
2. What is heard when is decided on that thread too, by the policy of `JitterBuffer`.
3. A `write` that finds no room sleeps for as long as the device takes to make some; the device's
   thread wakes nobody.
4. The device is open from entering to closing.  It plays at the audio's own rate, and at its own
   where it refuses that.
5. Each frame is heard once, in order, as it is but for what the policy may do.  At a pause and an
   interruption, sound fades within 5 ms.  Of a device that is lost, what was not heard goes to the next.
6. All calls to the device are made in another thread (`control`) and are bounded in time.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
import warnings
import weakref
from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, Unpack

from omni_stream.audio import AudioFormat, Heard
from omni_stream.errors import DeviceLostError, SinkError, UsageError
from omni_stream.playout import PlayoutEvent, PlayoutNumbers
from omni_stream.playout.numbers import checked
from omni_stream.sinks.sink import Sink
from omni_stream.sinks.speaker.control import StuckError, control
from omni_stream.sinks.speaker.device import check_wanted
from omni_stream.sinks.speaker.ear import Ear
from omni_stream.sinks.speaker.playing import Captions, Playable, Playing
from omni_stream.sinks.speaker.portaudio import START_SECONDS, Stream, close_later, found, opened
from omni_stream.sinks.speaker.reopening import Loss, Reopening, found_again
from omni_stream.sinks.speaker.rest import Rest
from omni_stream.sinks.speaker.stats import SpeakerStats
from omni_stream.sinks.speaker.watch import LOOK_SECONDS, Watch
from omni_stream.stages.resample import Resampling, resampling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from omni_stream.audio import AudioFrame
    from omni_stream.pipeline.pipeline import Receiver
    from omni_stream.sinks.speaker.device import Device

USUAL: Final = AudioFormat(24_000)
"""What services send, so that a device is found to refuse it when the speaker is entered."""

OPEN_SECONDS: Final = 10.0
"""PortAudio asks a busy device for a second, and looks at all of them before."""

MOST_SECONDS: Final = 60.0
"""Written ahead: more is for a `buffered` before the sink, whose memory grows as it is needed."""

FADE_SECONDS: Final = 0.25
"""A close waits at most so long for the sound to have faded, whatever latency a device claims."""

LEAST_SLEEP_SECONDS: Final = 0.002

MOST_EVENTS: Final = 256
"""Of what the listener noticed: some minutes of the worst network."""


class Speaker(Sink):
    """Plays on a sound device.

    When sound begins, is slowed down, or falls silent and goes on, is decided as by `JitterBuffer`, by
    when frames are written; `flush` ends a reply.  With ``least_speed=1, hold_s=0, skips_lead=False``
    each sample is heard as it is.  `events` tells what the listener noticed.

    It needs the library of PortAudio: on Linux the system's own, such as Debian's `libportaudio2`.

    The device is opened for 24,000 Hz when the speaker is entered, and anew if the first frame has
    another format.  One channel is heard on both sides.

    Left without an error, it plays to the last sample.  Left by an error or a cancel, or by
    `aclose`, it fades out at once.  `interrupt` does that too, stays open, and says how much was heard:
    all that the device was given, the last of which is on its way to the ear.  A write that waits
    returns, its rest unheard, and whoever writes goes on with the next frame: so cancel that first.

    When the device vanishes, any call raises `DeviceLostError`.  With `on_loss="reopen"` another is looked
    for instead, every half second for ten: the same one by name, or what is then the default.  Writes wait
    meanwhile, and what was not heard is heard on that one, from a block or two before where it stopped.  To
    know which devices have come, all are looked at anew: what the program itself has open through
    sounddevice is closed by that.

    Args:
        device: The name of a device or a part of it that no other has, or its number, as
            `devices()` and `omni-stream devices` list them; None for the system's default.
        latency: Of the device: "low", "high" (which rides out a busy machine), or seconds.
        ahead_seconds: How much audio may be written ahead of what is heard, 0.05 to 60 s: for so long
            may the event loop be blocked, if that much has come.
        volume: 0 (silent) to 1 (as it is).
        on_loss: What to do when the device vanishes: "fail" or "reopen".
        numbers: Those of the policy; see `PlayoutNumbers`.

    Raises:
        UsageError: When made: an argument is out of range.  When entered: the name may be that of
            several devices.
        SinkError: When entered: PortAudio is not installed, there is no such device, or it is busy.
        DeviceLostError: From any call: the device has vanished, and there was no other in time.
    """

    def __init__(
        self,
        device: str | int | None = None,
        *,
        latency: float | Literal["low", "high"] = "high",
        ahead_seconds: float = 10.0,
        volume: float = 1.0,
        on_loss: Literal["fail", "reopen"] = "fail",
        **numbers: Unpack[PlayoutNumbers],
    ) -> None:
        super().__init__()
        check_wanted(device)
        if latency not in ("low", "high"):
            _check_number("latency", latency, most=10.0)
        _check_number("ahead_seconds", ahead_seconds, least=0.05, most=MOST_SECONDS)
        _check_number("volume", volume, most=1.0)
        if on_loss not in ("fail", "reopen"):
            raise UsageError(f"on_loss is 'fail' or 'reopen', not {on_loss!r}")
        self._wanted = device
        self._latency = latency
        self._ahead_seconds = ahead_seconds
        self._numbers = checked(numbers, max_backlog_s=ahead_seconds)
        self._events: deque[PlayoutEvent] = deque(maxlen=MOST_EVENTS)
        self._volume = volume
        self._muted = False
        self._reopens = on_loss == "reopen"
        self._reopening = Reopening()
        self._stream: Stream | None = None
        self._ear: Ear | None = None
        self._stats_before: SpeakerStats | None = None  # of the devices that were lost
        self._stats = SpeakerStats()
        self._unused: weakref.finalize[..., Speaker] | None = None
        self._is_started = False
        self._source: AudioFormat | None = None  # what the stream is open for
        self._resampling: Resampling | None = None
        self._rest = Rest(keeps=self._reopens)
        self._is_whole = False  # all that was taken: nothing is waited for to follow it
        self._sleepers: set[asyncio.Future[None]] = set()
        self._plays: list[Playing] = []

    def __repr__(self) -> str:
        return "Speaker()" if self._wanted is None else f"Speaker({self._wanted!r})"

    @property
    def volume(self) -> float:
        """0 (silent) to 1 (as it is); a change takes 20 ms.

        Raises:
            UsageError: When set: it is out of range.
        """
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        _check_number("volume", volume, most=1.0)
        self._volume = volume
        self._set_volume()

    @property
    def muted(self) -> bool:
        """Whether it is silent whatever the volume; the sound goes on unheard."""
        return self._muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._muted = muted
        self._set_volume()

    @property
    def written_bytes(self) -> int:
        """Bytes of PCM that the device was given; what it has thrown away does not count."""
        return self._bytes_in(self.stats.played_seconds)

    @property
    def stats(self) -> SpeakerStats:
        """What was played until now, and how; of a closed speaker, until it was closed."""
        if self._stream is not None:
            stats = SpeakerStats.of(self._stream, waiting_frames=self._rest.frames)
            self._stats = stats if self._stats_before is None else stats.after(self._stats_before)
        elif self._reopening.loss is not None:
            self._stats = replace(self._stats, level_seconds=self._rest.seconds)
        return self._stats

    def play(
        self, reply: Playable, *, also: Iterable[Receiver[AudioFrame]] = (), captions: Captions = "heard"
    ) -> Playing:
        """Play a reply: an async iterator of its events but for the audio, which goes to the device.

        Text comes through when it is heard, as nearly as text and sound tell how they belong
        together; `Finished`, when all was heard.  So a loop over it ends when the reply is over for
        the listener.  Begun in another task before that, the next reply is heard right behind it.

        `interrupt` ends it and says what was heard of this reply, text included; the request is
        ended, and a conversation that was asked gets that text as the answer.  A loop that is
        left early leaves what is played to go on, until `interrupt`, or the reply or the speaker is left.

        Cancelling a wait for an event loses nothing.

        Args:
            reply: The reply, inside its `async with`, not read otherwise.
            also: Sinks that take the audio as it comes, such as a `WavSink`; entered and closed as by
                `Pipeline.into`.  One that fails gets no more, and the others go on.
            captions: "heard", or "arrival": events come through as they come, and the loop ends when the
                device has been given all, to be followed by `drain`.

        Raises:
            UsageError: An argument is out of range; on iterating: the reply is not open, or read elsewhere.
            DeviceLostError: On iterating: the device has vanished; with other sinks, when the reply
                has come to its end in those.
            SinkError: On iterating, when the reply is over: one of the other sinks has failed.
            OmniStreamError: On iterating, when what came before was heard: the reply broke off.
        """
        return Playing(self, reply, also=also, captions=captions)

    def begin_play(self, playing: Playing) -> Playing | None:
        """Have a reply heard behind all others; which one comes before it."""
        self._check_usable()
        self._plays = [each for each in self._plays if not each.is_finished]
        before = self._plays[-1] if self._plays else None
        self._plays.append(playing)
        return before

    @property
    def failure(self) -> SinkError | None:
        """Why it has failed."""
        return self._failure

    @property
    def given_seconds(self) -> float:
        """How much was written to it in all, without what was interrupted."""
        stats = self.stats
        return stats.played_seconds + stats.lost_seconds + stats.level_seconds

    @property
    def heard_seconds(self) -> float:
        """How much of that is at the ear by now, or lies behind that."""
        stats = self.stats
        return stats.heard_seconds + stats.lost_seconds

    def events(self) -> Sequence[PlayoutEvent]:
        """What has happened to what is heard since the last call, in order: for the program, now and then.

        Times are those of `time.monotonic`.  Of events that nobody reads, the last 256 are kept.
        """
        self._hear_of_events()
        events = list(self._events)
        self._events.clear()
        return events

    async def interrupt(self) -> Heard:
        """Fall silent, and say what was heard: of the reply that `play` plays, or since it was entered.

        Replies that wait behind that one are not heard at all.  It ends a pause too, and a `write` that
        waits returns, its frame unheard.  The speaker stays open for what comes next.

        Raises:
            DeviceLostError: The device has vanished.
            UsageError: The speaker is not open.
        """
        self._check_usable()
        plays = [each for each in self._plays if not each.is_finished]
        self._plays = []
        for each in plays:
            each.stop()
        try:
            heard = await super().interrupt()
        finally:
            stats = self.stats
            heards = [await each.settle(stats.played_seconds + stats.lost_seconds) for each in plays]
        return heards[0] if heards else heard

    async def drain(self) -> None:
        """Wait until all was heard: what was written, and the replies that `play` plays.

        Raises:
            DeviceLostError: The device has vanished.
            UsageError: The speaker is not open.
        """
        for each in list(self._plays):
            await each.written.wait()
        await super().drain()

    async def _close(self, *, completing: bool) -> None:
        plays, self._plays = self._plays, []
        for each in plays:
            each.stop()
        try:
            await super()._close(completing=completing)
        finally:
            for each in plays:
                await each.aclose()

    # What a sink defines.

    async def _open(self) -> None:
        await self._open_for(USUAL)

    async def _take(self, frame: AudioFrame) -> None:
        if self._source is None:
            await self._fit(frame.format)
        await self._push()
        self._is_whole = False
        self._rest.add([frame] if self._resampling is None else self._resampling.feed(frame))
        self._took(frame)
        await self._push()

    async def _flush(self) -> None:
        await self._push()
        if self._resampling is not None:
            self._rest.add(self._resampling.close())
            self._begin_resampling()
            await self._push()
        self._is_whole = True
        if self._stream is not None:
            self._stream.output.end()

    async def _drain(self) -> None:
        await self._play_out()

    async def _interrupt(self) -> None:
        stream = self._stream
        mark = 0 if stream is None else stream.output.cut()
        self._rest.drop(mark)
        self._begin_resampling()
        if stream is not None:
            stream.output.pause(False)
        self._wake()
        if stream is not None:
            await self._until_taken(stream, mark)

    async def _pause(self) -> None:
        if self._stream is not None:
            self._stream.output.pause(True)

    async def _resume(self) -> None:
        if self._stream is not None:
            self._stream.output.pause(False)
            self._wake()

    async def _complete(self) -> None:
        await self._resume()
        await self._play_out(padded=True)

    async def _abandon(self) -> None:
        try:
            await self._reopening.stop()
            stats = self.stats
            if self._failure is None and (stats.level_seconds or stats.heard_seconds < stats.played_seconds):
                await self._fade()
        finally:
            await self._close_stream()

    # How it is done.

    async def _open_for(self, format: AudioFormat, *, choose: Callable[[], Device] | None = None) -> Stream:
        opening = control.post(
            partial(
                opened,
                choose or partial(found, self._wanted),
                format,
                latency=self._latency,
                ring_seconds=self._ahead_seconds,
                numbers=self._numbers,
            ),
            within=OPEN_SECONDS,
        )
        try:
            stream = await control.ended(opening)
        except StuckError:
            raise SinkError(
                f"{self!r} failed: no sound device has answered within {OPEN_SECONDS:.0f} s; see whether the"
                " system's sound server is alive"
            ) from None
        except asyncio.CancelledError:
            if opening.future.exception() is None:
                await _closed(opening.future.result())
            raise
        self._stream, self._ear = stream, Ear(stream)
        self._unused = weakref.finalize(self, _close_unused, stream, repr(self))
        self._unused.atexit = False  # all streams are closed then
        self._set_volume()
        stream.output.pause(self._paused)
        return stream

    async def _fit(self, format: AudioFormat) -> None:
        """Have the device open for audio of a format."""
        stream = self._stream
        if stream is not None and (
            format.channels != stream.format.channels or format.rate not in (USUAL.rate, stream.format.rate)
        ):
            await self._close_stream()
        if self._stream is None:
            await self._open_for(format)
        self._source = format
        self._begin_resampling()

    async def _push(self) -> None:
        """Put what was taken into the ring; while there is none, wait for one."""
        while self._stream is not None or (self._reopening.loss is not None and self._rest.frames):
            if self._stream is None:
                await self._sleep(LOOK_SECONDS)
            elif await self._put(self._stream):
                return

    async def _put(self, stream: Stream) -> bool:
        """Put what there is room for into a ring, and wait if that is not all; whether it was."""
        self._rest.move(stream.output)
        if stream.output.written and not self._is_started:
            await self._start(stream)
        if not self._rest.frames:
            return True
        rate = stream.format.rate
        half_a_ring = math.ceil(self._ahead_seconds * rate / 2)
        wanted = min(self._rest.frames, half_a_ring)
        await self._sleep((wanted - stream.output.room) / rate)
        return False

    async def _start(self, stream: Stream) -> None:
        self._is_started = True
        try:
            await control.run(stream.start, within=START_SECONDS)
        except StuckError:
            self._lose(stream, "it does not start")
            self._check_failure()
        except SinkError as error:
            if not self._reopens:
                self._failure = error
                raise
            self._lose(stream, "it does not start")
        finally:
            watch = Watch(stream.latency)
            loop = asyncio.get_running_loop()
            itself = weakref.ref[Speaker](self)
            loop.call_later(LOOK_SECONDS, _look, itself, weakref.ref(stream), watch, loop)

    async def _play_out(self, *, padded: bool = False) -> None:
        """Wait until all was heard, on whichever device; if `padded`, until all has left its buffer, too."""
        while True:
            await self._flush()
            stream = self._stream
            if stream is None or not self._is_started or await self._is_heard(stream, padded=padded):
                return

    async def _is_heard(self, stream: Stream, *, padded: bool) -> bool:
        """Wait until all that is in a ring was heard; False if the device was lost before."""
        output, rate = stream.output, stream.format.rate
        mark = output.written
        await self._count_down(stream, lambda: mark - output.taken)
        played = output.played
        padding = output.pulled + math.ceil((stream.latency + self._block_seconds()) * rate)
        await self._count_down(stream, lambda: played - output.heard)
        if padded:
            await self._count_down(stream, lambda: padding - output.pulled)
        return self._stream is stream

    async def _count_down(self, stream: Stream, left: Callable[[], int]) -> None:
        """Wait until so many frames of a stream are left no more, or it is not there any more."""
        while self._stream is stream and (frames := left()) > 0:
            await self._sleep(frames / stream.format.rate)

    async def _until_taken(self, stream: Stream, mark: int) -> None:
        """Wait until a ring is played or dropped up to a mark: a block and a fade."""
        while self._stream is stream and self._is_started and stream.output.taken < mark:
            await self._sleep(self._block_seconds())

    async def _fade(self) -> None:
        """Fade out, until that is heard."""
        stream = self._stream
        if stream is None or not self._is_started:
            return
        self._rest.drop()
        mark = stream.output.cut()
        with contextlib.suppress(TimeoutError, SinkError):
            async with asyncio.timeout(FADE_SECONDS):
                await self._until_taken(stream, mark)
                await asyncio.sleep(stream.latency)

    async def _close_stream(self) -> None:
        self.stats  # noqa: B018 -- the last of this stream
        self._rest.drop()
        stream = self._leave_stream()
        if stream is not None:
            await _closed(stream)

    def _leave_stream(self) -> Stream | None:
        self._hear_of_events()
        stream, self._stream = self._stream, None
        self._is_started = False
        if self._unused is not None:
            self._unused.detach()
        self._wake()
        return stream

    async def _sleep(self, seconds: float) -> None:
        """Sleep, or until something has changed.

        Raises:
            SinkError: The device was lost meanwhile.
        """
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            async with asyncio.timeout(min(max(seconds, LEAST_SLEEP_SECONDS), LOOK_SECONDS)):
                await sleeper
        except TimeoutError:
            pass
        finally:
            self._sleepers.discard(sleeper)
        self._check_failure()

    def _wake(self) -> None:
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)

    def _check_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def is_still_there(self, stream: Stream, watch: Watch) -> bool:
        """Look at what plays; whether to look again."""
        output = stream.output
        if self._stream is not stream or self._failure is not None:
            return False
        self._hear_of_events()
        if self._ear is not None:
            self._rest.heard(self._ear.look())
        if not watch.is_lost(time.monotonic(), blocks=output.blocks, is_finished=output.is_finished):
            return True
        self._lose(stream, "it asks for nothing any more")
        return False

    def _lose(self, stream: Stream, how: str) -> None:
        """The device is lost: look for another, or fail."""
        stream.calm()
        closing = close_later(stream)
        if not self._reopens:
            self._fail(stream.device, how)
            return
        loss = Loss(stream.device, stream.format.rate, how, closing, is_vain=not self._take_back(stream))
        self._leave_stream()
        self._reopening.begin(loss, reopen=self._reopen, fail=self._fail)

    def _take_back(self, stream: Stream) -> int:
        """What a lost device was given and was not heard goes to the next; how much was heard."""
        stats, output = self.stats, stream.output
        heard = 0 if self._ear is None else self._ear.at_loss()
        again = self._rest.again(heard) - (output.written - output.taken)
        heard_seconds = max(0.0, stats.played_seconds - max(0, again) / stream.format.rate)
        self._stats = self._stats_before = replace(
            stats, level_seconds=0.0, played_seconds=heard_seconds, heard_seconds=heard_seconds
        )
        return heard

    async def _reopen(self, loss: Loss) -> None:
        """Open another device for one that was lost, and go on where that has stopped."""
        choose = partial(found_again, self._wanted, loss.device)
        stream = await self._open_for(self._source or USUAL, choose=choose)
        self._reopening.found()
        self._fit_rest(stream, loss.rate)
        with contextlib.suppress(SinkError):  # which is told to whoever calls next
            while self._stream is stream and not await self._put(stream):
                pass
        if self._stream is stream and self._is_whole:
            stream.output.end()

    def _fit_rest(self, stream: Stream, rate: int) -> None:
        """What waits, at this rate until now, is for another stream."""
        if self._resampling is not None and stream.format.rate == rate:
            return
        if self._resampling is not None:
            self._rest.add(self._resampling.close())
        if self._rest.rate not in (0, stream.format.rate):
            self._rest.resample(resampling(stream.format.rate))
        self._begin_resampling()

    def _fail(self, device: Device, how: str) -> None:
        heard = self.stats.heard_seconds
        self._failure = DeviceLostError(
            f"{self!r} failed: the sound device {device.name!r} was lost, as {how}; plug it in or"
            f" start the sound server, and make a new speaker; {heard:.2f} s were heard",
            written_bytes=self._bytes_in(heard),
        )
        self._wake()

    def _hear_of_events(self) -> None:
        if self._stream is not None:
            self._events.extend(PlayoutEvent(*event) for event in self._stream.output.events())

    def _set_volume(self) -> None:
        if self._stream is not None:
            self._stream.output.set_volume(0.0 if self._muted else self._volume)

    def _begin_resampling(self) -> None:
        self._resampling = None
        stream, source = self._stream, self._source
        if stream is not None and source is not None and source.rate != stream.format.rate:
            self._resampling = resampling(stream.format.rate)

    def _bytes_in(self, seconds: float) -> int:
        """Bytes of PCM of what was taken, in so many seconds of it."""
        if self.format is None:
            return 0
        return min(self.frames, round(seconds * self.format.rate)) * self.format.frame_bytes

    def _block_seconds(self) -> float:
        """How long a block of the device is, on average."""
        if self._stream is None:
            return 0.0
        output = self._stream.output
        return output.pulled / max(1, output.blocks) / self._stream.format.rate

    def _check_usable(self) -> None:
        if self._stream is not None and self._stream.is_foreign:
            raise UsageError(
                f"{self!r} was opened by the process from which this one was forked; make a new one"
            )
        super()._check_usable()


async def _closed(stream: Stream) -> None:
    """Wait until a stream is closed, or given up."""
    with contextlib.suppress(StuckError):
        await control.ended(close_later(stream))


def _close_unused(stream: Stream, speaker: str) -> None:
    if not stream.is_foreign:
        close_later(stream)
        warnings.warn(f"{speaker} was never closed; use `async with`", ResourceWarning, stacklevel=2)


def _look(
    speaker: weakref.ref[Speaker],
    stream: weakref.ref[Stream],
    watch: Watch,
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Look at what a speaker plays, again and again, and hold neither of the two."""
    looked, at = speaker(), stream()
    if looked is not None and at is not None and looked.is_still_there(at, watch):
        loop.call_later(LOOK_SECONDS, _look, speaker, stream, watch, loop)


def _check_number(name: str, value: object, *, most: float, least: float = 0.0) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise UsageError(f"{name} is {least:g} to {most:g}, not {value!r}")
