"""Enter, typed while an answer is played."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
    from threading import Event

    from anyio.from_thread import BlockingPortal

_LOOK_SECONDS = 0.05
_READ_BYTES = 4096  # a terminal gives one line at a time, and none that is longer


class Interrupting:
    """Waits for Enter, and then interrupts ``speaker``; for a program at a terminal.

    Attributes:
        line: What was typed before Enter, "" for nothing.
    """

    def __init__(self, speaker: omni.Speaker) -> None:
        self._speaker = speaker
        self.line = ""

    def until(self, over: Event, portal: BlockingPortal) -> None:
        """Return when it is ``over``, interrupted or not; called from the main thread."""
        while not over.wait(_LOOK_SECONDS):
            if sys.platform != "win32" and select.select([sys.stdin], [], [], 0)[0]:
                typed = os.read(sys.stdin.fileno(), _READ_BYTES)
                if typed:
                    self.line = typed.decode(errors="replace").strip()
                    with suppress(omni.UsageError, omni.SinkError):  # nothing is heard yet, or any more
                        portal.call(self._speaker.interrupt)
                else:  # Ctrl-D: the prompt sees it again
                    over.wait()
