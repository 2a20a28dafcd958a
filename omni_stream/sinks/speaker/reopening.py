"""Another device, after one was lost.

Rules.
1. The lost one is closed before, or given up: PortAudio looks for devices anew only while none is open.
   Where it cannot be closed, or another speaker is open, there are those that it knows already.
2. It is the same one, by name; its number may be that of another by now.  Where a part of a name or the
   default was wanted, it is whichever is that now.
3. It is tried again for a bounded time.  Devices that open and play nothing are tried a few times, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from omni_stream.errors import SinkError, UsageError
from omni_stream.sinks.speaker.control import StuckError, Work, control
from omni_stream.sinks.speaker.device import find_again
from omni_stream.sinks.speaker.portaudio import can_look_anew, devices

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from omni_stream.sinks.speaker.device import Device

REOPEN_SECONDS: Final = 10.0
"""To plug something in again, or for a sound server to begin anew; after that, nobody is there to listen."""

AGAIN_SECONDS: Final = 0.5
"""Between two tries.  Each looks at all devices, some ms for each, and a listener notes no difference."""

MOST_IN_VAIN: Final = 3
"""Devices that were lost one after the other before anything was heard."""


@dataclass
class Loss:
    """A device that was lost.

    Attributes:
        device: Which it was.
        rate: At how many Hz it played.
        how: How it was seen to be lost.
        closing: Its closing.
        is_vain: Whether nothing was heard of it.
        until: For so long another is looked for, on the clock of `time.monotonic`.
    """

    device: Device
    rate: int
    how: str
    closing: Work[None]
    is_vain: bool
    until: float = field(default_factory=lambda: time.monotonic() + REOPEN_SECONDS)

    def why(self, last: Exception) -> str:
        """Why it is final, when the last try has failed of this."""
        known = (
            "" if can_look_anew() else ", of those known before, as not all that were open could be closed"
        )
        return f"{self.how}, and no other could be opened{known}: {last}"


class Reopening:
    """Looks for another device whenever one was lost.

    Attributes:
        loss: The device for which another is looked for, None if none is.
    """

    def __init__(self) -> None:
        self.loss: Loss | None = None
        self._in_vain = 0
        self._task: asyncio.Task[None] | None = None

    def begin(
        self, loss: Loss, *, reopen: Callable[[Loss], Awaitable[None]], fail: Callable[[Device, str], None]
    ) -> None:
        """Look for one in the background.

        Args:
            loss: Why.
            reopen: Opens another and says `found`, or raises.
            fail: Told the device and how it was lost if there is none in time.
        """
        self._in_vain = self._in_vain + 1 if loss.is_vain else 0
        self.loss = loss
        if self._in_vain >= MOST_IN_VAIN:
            fail(loss.device, f"{loss.how}, {self._in_vain} times before anything was heard")
        elif self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look(reopen, fail), name="omni_stream reopens")

    def found(self) -> None:
        """There is another."""
        self.loss = None

    async def stop(self) -> None:
        """Look no more."""
        self.loss = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _look(
        self, reopen: Callable[[Loss], Awaitable[None]], fail: Callable[[Device, str], None]
    ) -> None:
        while (loss := self.loss) is not None and self._in_vain < MOST_IN_VAIN:
            with contextlib.suppress(StuckError):
                await control.ended(loss.closing)
            try:
                await reopen(loss)
            except (SinkError, UsageError) as error:
                if time.monotonic() >= loss.until:
                    fail(loss.device, loss.why(error))
                    return
                await asyncio.sleep(AGAIN_SECONDS)


def found_again(wanted: str | int | None, lost: Device) -> Device:
    """The device that is meant now.

    Raises:
        SinkError: There is none.
        UsageError: There are several.
    """
    return find_again(devices(anew=True), wanted, lost)
