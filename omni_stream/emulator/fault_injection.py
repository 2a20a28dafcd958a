"""The events of a reply and the faults that it is to have -> the steps of sending it.

Pure: no clock, no loop, no socket.  A fault comes before the event at its place,
and those of one place in the order given.  An event is spoiled by one fault at
most, and one that spoils audio waits for an event that has some.  Behind the end
of a stream nothing comes.
"""

from __future__ import annotations

import base64
import binascii
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from omni_stream.emulator.documented_error import documented_errors
from omni_stream.emulator.refusal import Refusal
from omni_stream.emulator.stream import End, Pause, Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from omni_stream.emulator.documented_error import StreamShape
    from omni_stream.emulator.fault_script import Bytes, Fault, Place, Said, Seconds
    from omni_stream.emulator.stream import Step, Stream, StreamEvent

_log = logging.getLogger("omni_stream.emulator")

HEARTBEAT = b": keep-alive\n\n"

HEARTBEAT_SECONDS = 0.1
"""Between two of them: more often than any idle limit, that of a quick test included."""

AFTER_DONE = b'data: {"choices":[{"delta":{"content":"!"},"finish_reason":null,"index":0}]}\n\n'
"""What should not be heard any more."""

_SPOILS_AUDIO = frozenset({"bad-base64", "odd-byte"})
_SPOILS = _SPOILS_AUDIO | {"bad-json"}
_ENDS = {
    "reset": End.RESET,
    "truncate": End.CLOSED,
    "wrong-length": End.CLOSED,
    "early-end": End.WHOLE,
    "error": End.WHOLE,
}


class Injection:
    """Puts faults into one reply.

    Args:
        faults: What is to go wrong in it.
        stream: The reply's body.
        request_id: What an error names.

    Attributes:
        headers_late_seconds: How long the headers are held back.
        is_length_untrue: Whether they promise more bytes than come.

    Raises:
        Refusal: A fault spoils events, and the body has none.
    """

    def __init__(self, faults: Sequence[Fault], stream: Stream, *, request_id: str) -> None:
        kinds = {fault.kind for fault in faults}
        if not stream.is_events and (spoiling := sorted(kinds & _SPOILS)):
            raise Refusal(
                f"The fault {spoiling[0]} spoils an event, and this body is not sent as events.",
                code="invalid_fault_script",
            )
        self.headers_late_seconds = sum(_seconds(fault) for fault in faults if fault.kind == "slow-headers")
        self.is_length_untrue = "wrong-length" in kinds
        self._linger_seconds = sum(_seconds(fault) for fault in faults if fault.kind == "after-done")
        self._has_end_mark = "no-done" not in kinds
        self._pending = [fault for fault in faults if fault.place is not None]
        self._stream = stream
        self._request_id = request_id
        self._most_bytes = 0  # of a write; 0 for any number
        self._half = b""  # of a sample, that the next event of audio begins with

    def steps(self) -> Iterator[Step]:
        """The steps of sending the reply; the last is an ``End``."""
        for index, event in enumerate(self._stream.events):
            sent = self._rejoined(event) if self._half else event
            for fault in self._met(index, event) if self._pending else ():
                if fault.kind in _SPOILS:
                    sent = self._spoiled(fault, sent)
                elif fault.kind == "drip":
                    self._most_bytes = cast("Bytes", fault.argument).bytes
                else:
                    yield from self._interruption(fault, event)
                    if fault.kind in _ENDS:
                        yield _ENDS[fault.kind]
                        return
            if self._has_end_mark or not event.ends:
                yield from self._writes(Write(sent.content, event.due, event.position))
        for fault in self._pending:
            _log.warning("the fault %s found no event to spoil", fault.kind)
        if self._linger_seconds:
            yield from self._writes(Write(AFTER_DONE, 0.0))
            yield Pause(self._linger_seconds)
        yield self._stream.end

    def _met(self, index: int, event: StreamEvent) -> list[Fault]:
        """The faults that come now, which are pending no more; an event is spoiled once at most."""
        met: list[Fault] = []
        pending: list[Fault] = []
        for fault in self._pending:
            waits = fault.kind in _SPOILS and any(one.kind in _SPOILS for one in met)
            (met if not waits and self._is_met(fault, index, event) else pending).append(fault)
        self._pending = pending
        return met

    def _is_met(self, fault: Fault, index: int, event: StreamEvent) -> bool:
        if fault.kind in _SPOILS_AUDIO and event.encoded is None:
            return False
        place = cast("Place", fault.place)
        if event.ends:
            return True
        if place.unit == "event":
            return index >= place.value
        seconds = place.value * self._stream.length_seconds if place.unit == "share" else place.value
        return event.position >= min(seconds, self._stream.length_seconds)

    def _interruption(self, fault: Fault, event: StreamEvent) -> Iterator[Step]:
        match fault.kind:
            case "stall":
                yield Pause(_seconds(fault))
            case "heartbeats":
                for _ in range(round(_seconds(fault) / HEARTBEAT_SECONDS)):
                    yield Write(HEARTBEAT, event.due)
                    yield Pause(HEARTBEAT_SECONDS)
            case "error":
                said = cast("Said", fault.argument)
                shape = cast("StreamShape", said.shape)
                error = documented_errors()[said.name].in_stream(shape, request_id=self._request_id)
                yield from self._writes(Write(error, event.due))
            case _:  # an end says it all
                pass

    def _spoiled(self, fault: Fault, event: StreamEvent) -> StreamEvent:
        if fault.kind == "bad-json":
            return replace(event, content=event.content[: len(event.content) // 2] + b"\n\n", encoded=None)
        encoded = cast("bytes", event.encoded)
        if fault.kind == "bad-base64":
            middle = len(encoded) // 2
            return _with_audio(event, encoded[:middle] + b"!" + encoded[middle + 1 :])
        audio = binascii.a2b_base64(encoded)
        self._half = audio[-1:]
        return _with_audio(event, base64.b64encode(audio[:-1]))

    def _rejoined(self, event: StreamEvent) -> StreamEvent:
        """The event, begun with the half of a sample that the one before has left if it has audio."""
        if event.encoded is None:
            return event
        half, self._half = self._half, b""
        audio = binascii.a2b_base64(event.encoded)
        if audio.startswith(b"RIFF"):
            return event  # a file of its own: the half is lost
        return _with_audio(event, base64.b64encode(half + audio))

    def _writes(self, write: Write) -> Iterator[Step]:
        if not self._most_bytes:
            yield write
            return
        for begin in range(0, len(write.content), self._most_bytes):
            end = begin + self._most_bytes
            position = write.position if end >= len(write.content) else None
            yield Write(write.content[begin:end], write.due, position)
            yield Pause(0.0)  # others go on, and the reader may read these bytes alone


def _with_audio(event: StreamEvent, encoded: bytes) -> StreamEvent:
    assert event.encoded is not None  # noqa: S101 -- who calls has seen to it
    return replace(event, content=event.content.replace(event.encoded, encoded, 1), encoded=encoded)


def _seconds(fault: Fault) -> float:
    return cast("Seconds", fault.argument).seconds
