"""The buffer between speech that comes in pieces and a device that asks for blocks."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Unpack

from omni_stream import _native
from omni_stream.audio import Heard
from omni_stream.errors import UsageError
from omni_stream.playout.numbers import PlayoutNumbers, check, check_rate, check_time, checked
from omni_stream.playout.told import PlayoutEvent, PlayoutStats

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

__all__ = ["JitterBuffer"]


class JitterBuffer:
    """Decides when a streamed reply is heard: a plain object without clock, thread or I/O.

    `push` takes what comes, `pull` gives what the device plays next, each told the time.  In
    between, speech is never lost, never put out of order, never played at another pitch:

    * A reply starts once what has come covers the delay that is to be expected from what was seen
      of gaps, pace and the replies before; or it has ended; or `most_wait_s` has passed.  Silence
      before its first sound is passed over.
    * While less has come than that, speech is played a little slower, at its pitch, and pauses
      are made longer.
    * Where there is nothing left, sound fades out, and in again once going on is worth more than
      waiting for more.

    With ``least_speed=1, hold_s=0, skips_lead=False`` each reply is played sample for sample, from the
    first to the last, with silence, and fades around it, where it stalls.

    It is open for the first reply.  What it learnt stays for those behind it.  Not thread-safe:
    one call at a time.

    Args:
        rate: Of the mono audio, in Hz, 8,000 to 192,000.
        max_backlog_s: Seconds of audio that may wait, 1 to 3,600.  The default holds a
            reply of ten minutes that comes at once, in 29 MB at 24 kHz; none is that long.
        numbers: Those of the policy; see `PlayoutNumbers`.

    Attributes:
        rate: In Hz.

    Raises:
        UsageError: A number is out of its range.
    """

    __slots__ = ("_buffer", "_numpy")

    def __init__(self, rate: int, *, max_backlog_s: float = 600.0, **numbers: Unpack[PlayoutNumbers]) -> None:
        check_rate(rate)
        max_backlog_s = check("max_backlog_s", max_backlog_s)
        self._buffer = _native.JitterBuffer(rate, checked(numbers, max_backlog_s=max_backlog_s))
        import numpy  # noqa: ICN001, PLC0415 -- 0.1 s, which importers need not wait for

        self._numpy = numpy

    def __repr__(self) -> str:
        return f"JitterBuffer({self.rate})"

    @property
    def rate(self) -> int:
        """In Hz."""
        return self._buffer.rate

    def push(self, samples: npt.NDArray[np.int16], now: float) -> None:
        """Take audio that has come, all of it or, if this raises, none.

        After an interruption it is dropped, until `begin`: it is of the reply that was cut off.

        Args:
            samples: int16 of shape (n,), of any n; copied.
            now: When it came, in seconds on any clock that does not go back; one that does is taken
                to stand still.

        Raises:
            UsageError: The samples are of another kind or shape; the reply has ended; or more would wait
                than `max_backlog_s`.
        """
        is_array = isinstance(samples, self._numpy.ndarray)
        if not is_array or samples.dtype != self._numpy.int16 or samples.ndim != 1:
            what = f"{samples.dtype} of shape {samples.shape}" if is_array else type(samples).__name__
            raise UsageError(f"samples to play are an array of int16 of shape (n,), not {what}")
        try:
            self._buffer.push(samples, check_time(now))
        except _native.PlayoutFault as fault:
            raise UsageError(self._remedy(*fault.args)) from None

    def end(self, now: float) -> None:
        """The reply has ended: what there is of it is played, whatever its level.

        Calling it again changes nothing.

        Args:
            now: As for `push`.

        Raises:
            UsageError: It is no time.
        """
        self._buffer.end(check_time(now))

    def begin(self, now: float) -> None:
        """The next reply begins; the one before it has ended, and is played to its end first.

        Not needed for the first.

        Args:
            now: As for `push`.

        Raises:
            UsageError: 64 replies wait already.
        """
        if not self._buffer.begin(check_time(now)):
            raise UsageError(
                "64 replies wait to be played, which is the most: begin the next once one has drained"
            )

    def pull(self, n: int, now: float) -> npt.NDArray[np.int16]:
        """What is played next: always n samples, silence where there is nothing to play.

        Args:
            n: How many, at least 0.
            now: When the first of them is played, as for `push`.

        Returns:
            int16 of shape (n,).

        Raises:
            UsageError: n is negative or no whole number.
        """
        try:
            frames = operator.index(n)
        except TypeError:
            frames = -1
        if frames < 0:
            raise UsageError(f"a whole number of samples is pulled, 0 or more, not {n!r}")
        return self._numpy.frombuffer(self._buffer.pull(frames, check_time(now)), dtype="i2")

    def interrupt(self, now: float) -> Heard:
        """Stop: sound fades out within 20 ms, and what waits is dropped, whatever reply it is of.

        So is what comes until `begin`, which opens the next reply.

        Args:
            now: As for `push`.

        Returns:
            The seconds of the reply under way that were played, from its first sample on and without
            what fades out; 0 if none was.  ``text`` is "": whoever knows the words puts them in.

        Raises:
            UsageError: now is no time.
        """
        return Heard(self._buffer.interrupt(check_time(now)))

    def events(self) -> Sequence[PlayoutEvent]:
        """What has happened since the last call, in order: to be called after a `pull`, or now and then.

        Of events that nobody reads, the last 256 are kept.
        """
        return [PlayoutEvent(*event) for event in self._buffer.events()]

    @property
    def stats(self) -> PlayoutStats:
        """How much there is and what was done so far."""
        return PlayoutStats(*self._buffer.figures)

    def _remedy(self, rule: str, limit: int = 0, seen: int = 0) -> str:
        if rule == "ended":
            return "the reply has ended, and audio came after that: begin(now) opens the next one"
        return (
            f"at most max_backlog_s={limit / self.rate:g} seconds of audio wait to be played, not"
            f" {seen / self.rate:.3f}: push it once some was pulled, or raise max_backlog_s"
        )
