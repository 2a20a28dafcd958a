"""Speech, spoken once and kept.

Rules.  Each (text, voice) is synthesised at most once while it is kept, however
many ask for it at the same time.  At most two children speak at once.  What is
kept is bounded in bytes, and what was asked for least recently goes first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

from omni_stream.emulator.speech import Speech, synthesise

if TYPE_CHECKING:
    from omni_stream.emulator.voices import EspeakVoice

_CHILDREN = 2  # one speaks a common answer in 50 ms: more would take cores from the sessions
_KEPT_BYTES = 128 * 1024 * 1024  # over half an hour of speech at 64 kB a second

_Key = tuple[str, "EspeakVoice"]


class Speaker:
    """Speaks, and remembers what it has spoken."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Speech] = OrderedDict()
        self._kept_bytes = 0
        self._running: dict[_Key, asyncio.Task[Speech]] = {}
        self._children = asyncio.Semaphore(_CHILDREN)

    async def speak(self, text: str, voice: EspeakVoice) -> Speech:
        """The speech of ``text``; raises what ``synthesise`` raises.

        Cancelling leaves the synthesis to others who asked for the same.
        """
        key = (text, voice)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.create_task(self._synthesise(key))
        return await asyncio.shield(task)

    async def _synthesise(self, key: _Key) -> Speech:
        try:
            async with self._children:
                speech = await synthesise(*key)
        finally:
            del self._running[key]
        self._kept[key] = speech
        self._kept_bytes += len(speech.encoded)
        while self._kept_bytes > _KEPT_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= len(dropped.encoded)
        return speech

    async def aclose(self) -> None:
        """Ends whatever is being spoken."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
