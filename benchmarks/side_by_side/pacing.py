"""Replies at the pace of speech, thousands of them from one core: an audio event every 100 ms each.

* Time is cut into slots of a millisecond.  Each reply has one of those of a period, as even as whole
  slots allow, and one timer serves all.
* The bytes of an event are there beforehand, once for all replies.  When one is written, the time goes
  into them in place, and the socket gets them where they are: nothing is joined or copied.
* What a full socket does not take goes to the transport, and so does what follows until it is gone.
* Each event says when it was written, and how late that was.  So who reads it knows whether
  it was the server that was late.
"""

from __future__ import annotations

import asyncio
import os
import struct
import time
from binascii import b2a_base64
from typing import TYPE_CHECKING

from side_by_side.reply import as_chunk, spoken_reply

if TYPE_CHECKING:
    from collections.abc import Iterable

EVENT_SECONDS = 0.1
"""What an audio event holds."""

SLOTS = 100
"""In the time of an event: a millisecond each, the grain of asyncio's timers."""

STRIDE = 61
"""Slots from one reply to the next: no divisor of ``SLOTS``, and far, so that any number is spread evenly."""

STAMP = struct.Struct("<qq2x")
"""When an event was written, and how long after it was due, in nanoseconds: whole quanta of base64."""

STAMP_CHARACTERS = STAMP.size // 3 * 4

_SLOT_NS = int(EVENT_SECONDS * 1e9) // SLOTS


class _Bytes:
    """What every paced reply is made of: its beginning, its event, its ending."""

    def __init__(self) -> None:
        reply = spoken_reply(1)
        beginning, event, *_ = reply.writes()
        self.beginning = as_chunk(beginning)
        self.event = bytearray(as_chunk(event))
        self.ending = b"".join(map(as_chunk, reply.ending))
        self.stamp_at = self.event.index(reply.encoded[0])

    def stamp(self, due: int) -> None:
        """Write into the event that it is written now."""
        now = time.monotonic_ns()
        at = self.stamp_at
        self.event[at : at + STAMP_CHARACTERS] = b2a_base64(STAMP.pack(now, now - due), newline=False)


BYTES = _Bytes()
"""Of this process."""


class PacedReply:
    """One reply under way.

    Args:
        transport: Its connection, whose buffer is empty.
        events: How many audio events it has.
        head: What is written before them.
        tail: What is written after them.
    """

    __slots__ = ("_file", "_is_behind", "_left", "_tail", "_transport")

    def __init__(self, transport: asyncio.WriteTransport, events: int, *, head: bytes, tail: bytes) -> None:
        self._transport = transport
        self._file: int = transport.get_extra_info("socket").fileno()
        self._left = events
        self._tail = BYTES.ending + tail
        self._is_behind = True
        transport.write(head + BYTES.beginning)

    def tell(self) -> bool:
        """Write the event that is stamped; whether there are more."""
        if self._is_behind:
            self._is_behind = self._transport.get_write_buffer_size() > 0
        taken = 0 if self._is_behind else self._offer()
        if taken < len(BYTES.event):
            self._transport.write(bytes(memoryview(BYTES.event)[taken:]))
            self._is_behind = True
        self._left -= 1
        if not self._left:
            self._transport.write(self._tail)
        return self._left > 0

    def _offer(self) -> int:
        try:
            return os.write(self._file, BYTES.event)
        except OSError:  # it is full; or it is broken, which the transport then finds, too
            return 0


class Pacing:
    """Keeps the pace of all paced replies of a server."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._slots: list[dict[PacedReply, None]] = [{} for _ in range(SLOTS)]
        self._slot_of: dict[PacedReply, dict[PacedReply, None]] = {}
        self._begun = time.monotonic_ns()
        self._number = 0  # of the slot that is next, counted from the beginning
        self._added = 0
        self._is_waiting = False

    def add(self, reply: PacedReply) -> None:
        """Begin a reply, with its first event within the time of one."""
        if not self._is_waiting:
            self._number = max(self._number, (time.monotonic_ns() - self._begun) // _SLOT_NS)
            self._wait()
        slot = self._slots[self._added * STRIDE % SLOTS]
        self._added += 1
        slot[reply] = None
        self._slot_of[reply] = slot

    def remove(self, reply: PacedReply) -> None:
        """Write nothing more of a reply, if it is not over anyway."""
        slot = self._slot_of.pop(reply, None)
        if slot is not None:
            del slot[reply]

    def _wait(self) -> None:
        self._is_waiting = True
        self._loop.call_at(self._due(self._number) / 1e9, self._tell)

    def _due(self, number: int) -> int:
        return self._begun + number * _SLOT_NS

    def _tell(self) -> None:
        for _ in range(SLOTS):  # then whoever else waits has a turn, however late all is
            due = self._due(self._number)
            if due > time.monotonic_ns():
                break
            self._tell_slot(list(self._slots[self._number % SLOTS]), due)
            self._number += 1
        self._is_waiting = False
        if self._slot_of:
            self._wait()

    def _tell_slot(self, replies: Iterable[PacedReply], due: int) -> None:
        for reply in replies:
            BYTES.stamp(due)
            if not reply.tell():
                self.remove(reply)
