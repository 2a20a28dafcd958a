"""The WHATWG event-stream rules (HTML Living Standard, section 9.2.6), read plainly over a whole stream.

It judges the parser, so it shares nothing with it: it decodes the stream as a
whole before it looks for lines, as the standard says, and keeps no state
between reads, as there is only one.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

COMMENT_BYTES = 1024


@dataclass
class Event:
    type: str
    data: str
    id: str
    retry: int | None
    comments: tuple[str, ...]
    index: int
    offset: int


@dataclass
class Reading:
    events: list[Event] = field(default_factory=list)
    last_event_id: str = ""
    reconnection_time: int | None = None
    unfinished_data: str | None = None


def _kept(comments: list[bytes]) -> tuple[str, ...]:
    joined = b"\n".join(comments)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = decoder.decode(joined[:COMMENT_BYTES], final=len(joined) < COMMENT_BYTES)
    return tuple(text.split("\n")) if comments else ()


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")


def read(stream: bytes) -> Reading:
    """Interpret a whole stream."""
    reading = Reading()
    start = 3 if stream.startswith(codecs.BOM_UTF8) else 0
    lines = re.split("\r\n|\r|\n", stream[start:].decode("utf-8", "replace"))
    raw = re.findall(rb"([^\r\n]*)(\r\n|\r|\n)", stream[start:])
    last_id, at = "", start
    data: list[str] = []
    comments: list[bytes] = []
    kind, retry, offset = "", None, start
    for line, (raw_line, line_break) in zip(lines[:-1], raw, strict=True):
        at += len(raw_line) + len(line_break)
        if not line:
            reading.last_event_id = last_id
            if data:
                index = len(reading.events)
                event = Event(
                    kind or "message", "\n".join(data), last_id, retry, _kept(comments), index, offset
                )
                reading.events.append(event)
            data, comments, kind, retry, offset = [], [], "", None, at
            continue
        match _field(line):
            case "", _:
                comments.append(raw_line[1:].removeprefix(b" "))
            case "data", value:
                data.append(value)
            case "event", value:
                kind = value
            case "id", value if "\0" not in value:
                last_id = value
            case "retry", value if re.fullmatch("[0-9]+", value):
                reading.reconnection_time = retry = int(value)
    if lines[-1].startswith("data:"):
        data.append(_field(lines[-1])[1])
    reading.unfinished_data = "\n".join(data) if data else None
    return reading
