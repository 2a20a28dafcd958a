"""What a sink is: an end that takes the frames of one format, in order.

Rules.
1. A sink is made, entered once, and closed once.  Making it touches nothing: a
   file is created, a device opened, when it is entered.  Use at any other time is
   a `UsageError`.
2. `async with` closes it.  Left without an error the sink is complete: all that
   it took has come to its end, and a file gets its final name.  Left by an error
   or a cancel, or closed by `aclose`, it ends where it is: what a file took is
   kept, under its temporary name.  Closing again does nothing.
3. `Pipeline.into` enters and closes a sink that was not `entered`; one that its
   owner has entered stays open, and so takes several replies.
4. `write` takes a frame whole or not at all.  What it has taken is not lost by a
   cancel: it comes to the end with the next call, closing included.
5. One task writes.  A second `write` before the first has returned is refused;
   every other call may come from any task of the same event loop at any time.
6. Back-pressure is a `write` that waits.  No call blocks the event loop.
7. The first frame sets the format.  A frame of another is refused and changes
   nothing.
8. A sink that failed stays failed: each later call raises its `SinkError` again,
   and it is never complete.

What the calls mean, by kind:

=========  ==================================  =============================  =======================
call       a file                              a pipe                         a device
=========  ==================================  =============================  =======================
write      takes it; writes when it has        returns when the reader's      returns when its ring
           gathered enough                     pipe holds it                  holds it
flush      what was taken is readable          likewise, in the pipe          likewise, in the ring
drain      ... and on the disk                 in the pipe                    ... and heard
interrupt  what was taken is written           what is not in the pipe yet    falls silent at once
           and counts as heard                 is dropped
pause      the next `write` waits              the next `write` waits         ... and falls silent
=========  ==================================  =============================  =======================
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

import anyio

from omni_stream.audio import AudioFrame, Heard
from omni_stream.errors import SinkError, UsageError
from omni_stream.sinks.failure import sink_error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path
    from types import TracebackType

    from omni_stream.audio import AudioFormat


class Sink(ABC):
    """The base of all sinks; it keeps the rules above, so that a kind has only to take frames.

    A kind defines `_take`, `written_bytes` and `__repr__`, and of the other methods below
    those that mean something to it.  An `OSError` that one of them raises becomes the
    sink's `SinkError`.

    Attributes:
        format: The format of the first frame, None before it.
        frames: How many frames (a sample of each channel) were taken.
    """

    _unit = "bytes of PCM"
    """What `written_bytes` counts."""

    def __init__(self) -> None:
        self.format: AudioFormat | None = None
        self.frames = 0
        self._entered = False
        self._open_now = False
        self._closed = False
        self._closing = asyncio.Lock()
        self._writing = False
        self._paused = False
        self._resumed: asyncio.Future[bool] | None = None
        self._failure: SinkError | None = None

    # What a kind defines.

    @property
    @abstractmethod
    def written_bytes(self) -> int:
        """Bytes of PCM that have come to the end: a file holds them, a pipe or a device has taken them."""

    @abstractmethod
    async def _take(self, frame: AudioFrame) -> None:
        """Take a frame, of the sink's format; wait while there is no room.

        Say `self._took(frame)` once no cancel can lose it any more, and wait for nothing
        between the two.
        """

    def _took(self, frame: AudioFrame) -> None:
        self.frames += len(frame)

    async def _open(self) -> None:  # noqa: B027 -- not every kind has something to open
        """Open the end; if that fails or is cancelled, leave nothing open."""

    async def _flush(self) -> None:  # noqa: B027 -- not every kind holds something back
        """Hand on all that was taken."""

    async def _drain(self) -> None:
        """Wait until all that was taken has come to its end."""
        await self._flush()

    async def _interrupt(self) -> None:
        """Stop the sound; `written_bytes` is then what was heard."""
        await self._flush()

    async def _pause(self) -> None:  # noqa: B027 -- only a device sounds by itself
        """Fall silent; the next `write` waits anyhow."""

    async def _resume(self) -> None:  # noqa: B027 -- likewise
        """Sound again."""

    async def _complete(self) -> None:
        """Drain, and say that this is the end; then close."""
        await self._drain()

    async def _abandon(self) -> None:  # noqa: B027 -- not every kind has something to close
        """Close as it is, keeping what was taken; bounded in time, and nothing after `_complete`."""

    # What a user calls.

    @property
    def entered(self) -> bool:
        """Whether its owner has entered it, and so closes it."""
        return self._entered

    @property
    def seconds(self) -> float:
        """Seconds of audio that were taken."""
        return 0.0 if self.format is None else self.frames / self.format.rate

    @property
    def path(self) -> Path | None:
        """Where the file is now: its temporary name, or its final one once complete; None without a file."""
        return None

    async def write(self, frame: AudioFrame) -> None:
        """Take a frame; wait while there is no room for it, or while paused.

        A cancel loses nothing that was taken; it is raised when a write to a disk that
        is under way has ended, and at once where a pipe's reader is waited for.

        Args:
            frame: Audio of the format of the first frame; an empty one only sets the format.

        Raises:
            SinkError: The frame has another format, or the file or device failed.
            UsageError: It is no `AudioFrame`, the sink is not open, or another task writes.
        """
        if self._writing:
            raise UsageError(f"{self!r} is written by one task at a time; wait for the first write")
        self._check_usable()
        self._writing = True
        try:
            if self._paused and not await self._wait_for_resume():
                return
            self._check_frame(frame)
            if isinstance(frame, AudioFrame):  # some kinds take bytes, too
                self.format = frame.format
            await self._take(frame)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            self._writing = False

    async def flush(self) -> None:
        """Make what was taken readable: it outlives a kill of this process from here on.

        Raises:
            SinkError: The file or device failed.
            UsageError: The sink is not open.
        """
        await self._call(self._flush)

    async def drain(self) -> None:
        """Wait until what was taken has come to its end: on the disk, in the pipe, heard.

        Raises:
            SinkError: The file or device failed.
            UsageError: The sink is not open.
        """
        await self._call(self._drain)

    async def interrupt(self) -> Heard:
        """Stop the sound, and say how much of it was heard since the sink was entered.

        It ends a pause too.  A `write` that waits returns, its frame unheard.  The sink
        stays open for what comes next.

        Raises:
            SinkError: The file or device failed.
            UsageError: The sink is not open.
        """
        self._check_usable()
        self._end_pause(taking=False)
        await self._call(self._interrupt)
        return self._heard()

    async def pause(self) -> None:
        """Let no more sound through: the next `write` waits until `resume`.  Again, it does nothing.

        Raises:
            UsageError: The sink is not open.
        """
        self._check_usable()
        if not self._paused:
            self._paused = True
            await self._call(self._pause)

    async def resume(self) -> None:
        """Go on where `pause` stopped; without a pause, it does nothing.

        Raises:
            UsageError: The sink is not open.
        """
        self._check_usable()
        if self._paused:
            await self._call(self._resume)
            self._end_pause(taking=True)

    async def aclose(self) -> None:
        """Close the sink where it is, not complete; again, it does nothing.

        A file keeps its temporary name.  To complete a sink, leave its `async with`
        without an error.  A cancel is raised when the sink is closed, not before.

        Raises:
            SinkError: What was taken could not be written.
        """
        await self._close(completing=False)

    async def __aenter__(self) -> Self:
        if self._closed:
            raise UsageError(f"{self!r} is closed, and a sink is used once; make a new one")
        if self._entered:
            raise UsageError(f"{self!r} was entered before, and a sink is entered once")
        self._entered = True
        try:
            await self._open()
        except BaseException as error:
            self._entered = False
            if isinstance(error, OSError):
                raise self._error_of(error) from error
            raise
        self._open_now = True
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._close(completing=exc_type is None)
        except SinkError as error:
            if exc_value is None:
                raise
            exc_value.add_note(f"the sink failed too: {error}")

    # How the rules are kept.

    async def _call(self, what: Callable[[], Awaitable[None]]) -> None:
        self._check_usable()
        try:
            await what()
        except OSError as error:
            raise self._failed(error) from error

    async def _close(self, *, completing: bool) -> None:
        self._open_now = False
        self._end_pause(taking=False)
        async with self._closing:
            if self._closed:
                return
            self._closed = True
            if not self._entered:
                return
            reported = None if completing else self._failure
            try:
                if completing and self._failure is None:
                    await self._complete()
            except OSError as error:
                raise self._failed(error) from error
            finally:
                with anyio.CancelScope(shield=True):
                    await self._end()
        if self._failure is not None and self._failure is not reported:
            raise self._failure

    async def _end(self) -> None:
        try:
            await self._abandon()
        except OSError as error:
            if self._failure is None:
                self._failure = self._error_of(error)
                self._failure.__cause__ = error

    def _error_of(self, error: OSError) -> SinkError:
        return sink_error(
            error, repr(self), unit=self._unit, written_bytes=self.written_bytes, path=self.path
        )

    def _failed(self, error: OSError) -> SinkError:
        if self._failure is None:
            self._failure = self._error_of(error)
        return self._failure

    def _heard(self) -> Heard:
        if self.format is None:
            return Heard(0.0)
        return Heard(self.written_bytes / (self.format.rate * self.format.frame_bytes))

    async def _wait_for_resume(self) -> bool:
        """True when resumed; False when interrupted."""
        self._resumed = asyncio.get_running_loop().create_future()
        try:
            taking = await self._resumed
        finally:
            self._resumed = None
        self._check_usable()
        return taking

    def _end_pause(self, *, taking: bool) -> None:
        self._paused = False
        if self._resumed is not None and not self._resumed.done():
            self._resumed.set_result(taking)

    def _check_usable(self) -> None:
        if self._failure is not None:
            again = type(self._failure)(str(self._failure), written_bytes=self._failure.written_bytes)
            raise again from self._failure.__cause__
        if not self._open_now:
            raise UsageError(
                f"{self!r} is closed; make a new one"
                if self._closed
                else f"{self!r} is not open yet; use `async with`, or pipeline.into(sink)"
            )

    def _check_frame(self, frame: AudioFrame) -> None:
        if type(frame) is not AudioFrame:
            raise UsageError(
                f"a sink takes AudioFrames, not {type(frame).__name__}; put `decode()` before it,"
                " or give it `reply.audio()`"
            )
        if self.format is not None and frame.format != self.format:
            remedy = (
                f"put `resample({self.format.rate})` before the sink"
                if frame.format.channels == self.format.channels
                else "give each number of channels a sink of its own"
            )
            raise SinkError(
                f"{self!r} takes {_shown(self.format)}, but after {self.seconds:.2f} s came"
                f" {_shown(frame.format)}; {remedy}",
                written_bytes=self.written_bytes,
            )


def _shown(format: AudioFormat) -> str:
    return f"{format.rate} Hz {'mono' if format.channels == 1 else 'stereo'}"
