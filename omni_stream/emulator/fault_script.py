"""A fault script: what is to go wrong with a reply, in a line.

::

    SCRIPT = KIND [ "@" WHEN ] [ ":" ARGUMENT ] [ "x" TIMES ]
    WHEN   = SECONDS "s" | "event" NUMBER | SHARE "%"

``stall@2.0s:5`` is silent for 5 s once 2 s of speech have been sent,
``status:500x2`` refuses two requests, ``error@50%:Throttling/event`` ends the
stream in the middle of its speech.

* WHEN is a place in the reply, not a time of day: seconds of the speech sent
  (without speech, of the stream at its common pace), the number of an event
  counted from 0, or a share of the whole; 50% where it is left out.  A place
  behind the end is the end: no fault is missed for it.
* TIMES is how many requests are hit; every one where it is left out.

Pure: a line in, a value out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, NoReturn, cast, get_args

import omni_stream as omni
from omni_stream.emulator.documented_error import (
    ANSWER_SHAPES,
    STREAM_SHAPES,
    AnswerShape,
    StreamShape,
    documented_errors,
)

GRAMMAR = "KIND[@WHEN][:ARGUMENT][xTIMES]"

MOST_SECONDS = 3_600.0
"""Of a silence, and of WHEN: no client waits longer, so more is a mistake of units."""

MOST_NUMBER = 1_000_000
"""Of events, of bytes of a write, of requests that are hit: more is a mistake likewise."""

COMMON_SECONDS = 60.0
"""Of a silence for which none are given: twice what the package's own client waits for a byte."""

Kind = Literal[
    "stall",
    "heartbeats",
    "reset",
    "truncate",
    "early-end",
    "wrong-length",
    "error",
    "bad-json",
    "bad-base64",
    "odd-byte",
    "drip",
    "status",
    "slow-headers",
    "no-done",
    "after-done",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

# By the words of a script; the first is meant where there is none.
_PLACED_SHAPES: dict[str, AnswerShape | StreamShape] = {shape: shape for shape in STREAM_SHAPES}
_SHAPES: dict[str, AnswerShape | StreamShape] = {shape: shape for shape in (*ANSWER_SHAPES, *STREAM_SHAPES)}

_SCRIPT = re.compile(
    r"(?P<kind>[a-z][a-z0-9-]*?)(?:@(?P<when>[^:@]*?))?(?::(?P<argument>.*?))?(?:x(?P<times>[0-9]{1,9}))?"
)
_WHEN = re.compile(
    r"(?P<seconds>[0-9]{1,9}(?:\.[0-9]{1,9})?)s"
    r"|event(?P<event>[0-9]{1,9})"
    r"|(?P<share>[0-9]{1,3}(?:\.[0-9]{1,9})?)%"
)
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_STATUS = re.compile(r"(?P<status>[45][0-9]{2})(?:/(?P<retry_after>[0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a reply.

    Attributes:
        unit: What it is counted in.
        value: Seconds, the number of an event from 0, or a share from 0 to 1.
    """

    unit: Literal["seconds", "event", "share"]
    value: float


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long a silence lasts."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Bytes:
    """How many bytes a write has at most."""

    bytes: int


@dataclass(frozen=True, slots=True)
class Status:
    """The HTTP status of a refusal, and the seconds that it asks to wait, if any."""

    status: int
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A documented error by its name in the table, and the shape that it comes in."""

    name: str
    shape: AnswerShape | StreamShape


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to go wrong.

    Attributes:
        kind: What it is.
        place: Where in the reply; None for what concerns all of it.
        argument: What it needs beside.
        times: How many requests it hits, None for every one.
    """

    kind: Kind
    place: Place | None = None
    argument: Seconds | Bytes | Status | Said | None = None
    times: int | None = None


class _Reader:
    """Reads one script, and quotes it where it is refused."""

    def __init__(self, script: str) -> None:
        self.script = script

    def fault(self) -> Fault:
        found = _SCRIPT.fullmatch(self.script)
        if found is None or found["kind"] not in KINDS:
            self.refuse(f"KIND is one of {', '.join(KINDS)}")
        kind = cast("Kind", found["kind"])
        argument = self.argument(kind, found["argument"], placed=found["when"] is not None)
        return Fault(kind, self.place(kind, argument, found["when"]), argument, self.times(found["times"]))

    def argument(
        self, kind: Kind, text: str | None, *, placed: bool
    ) -> Seconds | Bytes | Status | Said | None:
        match kind:
            case "stall" | "heartbeats" | "slow-headers" | "after-done":
                return self.seconds(kind, text)
            case "drip":
                return self.bytes(text)
            case "status":
                return self.status(text)
            case "error":
                return self.said(text, placed=placed)
        if text is not None:
            self.refuse(f"{kind} takes no ARGUMENT")
        return None

    def seconds(self, kind: Kind, text: str | None) -> Seconds:
        if text is None:
            return Seconds(COMMON_SECONDS)
        if not _NUMBER.fullmatch(text) or not float(text) <= MOST_SECONDS:
            self.refuse(f"the ARGUMENT of {kind} is a number of seconds up to {MOST_SECONDS:.0f}")
        return Seconds(float(text))

    def bytes(self, text: str | None) -> Bytes:
        if text is None:
            return Bytes(1)
        if not _NUMBER.fullmatch(text) or "." in text or not 1 <= int(text) <= MOST_NUMBER:
            self.refuse(f"the ARGUMENT of drip is the bytes of a write, 1 to {MOST_NUMBER}")
        return Bytes(int(text))

    def status(self, text: str | None) -> Status:
        found = _STATUS.fullmatch(text or "")
        if found is None:
            self.refuse("the ARGUMENT of status is one from 400 to 599, or STATUS/RETRY_AFTER_SECONDS")
        return Status(int(found["status"]), int(found["retry_after"]) if found["retry_after"] else None)

    def said(self, text: str | None, *, placed: bool) -> Said:
        name, _, written = (text or "").partition("/")
        if name not in documented_errors():
            near = get_close_matches(name, documented_errors()) or list(documented_errors())[:3]
            self.refuse(f"the ARGUMENT of error begins with a documented code, such as {', '.join(near)}")
        shapes = _PLACED_SHAPES if placed else _SHAPES
        shape = shapes.get(written or next(iter(shapes)))
        if shape is None:
            self.refuse(f"the SHAPE of error:CODE/SHAPE is one of {', '.join(shapes)} here")
        return Said(name, shape)

    def place(self, kind: Kind, argument: object, when: str | None) -> Place | None:
        answers = isinstance(argument, Said) and argument.shape in ANSWER_SHAPES
        if answers or kind in {"status", "slow-headers", "no-done", "after-done"}:
            if when is not None:
                self.refuse(f"{kind} has no place in the stream, and takes no WHEN")
            return None
        if when is None:
            return Place("share", 0.0 if kind == "drip" else 0.5)
        found = _WHEN.fullmatch(when)
        if found is None:
            self.refuse('WHEN is seconds of the stream like "2.5s", "event7", or a share like "50%"')
        unit = cast('Literal["seconds", "event", "share"]', found.lastgroup)
        value = float(found[unit])
        most = {"seconds": MOST_SECONDS, "event": MOST_NUMBER, "share": 100}[unit]
        if value > most:
            self.refuse(f"WHEN is at most {MOST_SECONDS:.0f} s, event {MOST_NUMBER} or 100 %")
        return Place(unit, value / 100 if unit == "share" else value)

    def times(self, text: str | None) -> int | None:
        if text is None:
            return None
        if not 1 <= int(text) <= MOST_NUMBER:
            self.refuse(f"TIMES is the number of requests to hit, 1 to {MOST_NUMBER}")
        return int(text)

    def refuse(self, rule: str) -> NoReturn:
        raise omni.UsageError(f"a fault script is {GRAMMAR}, and {self.script[:80]!r} is none: {rule}")


def read_fault(script: str) -> Fault:
    """The fault that a script describes.

    Raises:
        UsageError: It is no script.
    """
    return _Reader(script).fault()
