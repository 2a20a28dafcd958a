"""One request as it was observed: when what came, and how much; everything else is computed from it.

A line of ``requests.jsonl`` is one of these.  Times are seconds from the begin of the run, on one
monotonic clock, to the microsecond::

    {"index": 0, "load": 8, "is_open": false, "is_warm_up": false,
     "model": "qwen3-omni-flash", "voice": "Cherry", "region": null, "prompt": "Hello!",
     "due": 0.0, "sent": 0.0, "late": null, "connect": 0.0007, "request_sent": 0.0015,
     "first_byte": 0.31, "first_text": 0.31, "end": 2.9, "received_bytes": 351200,
     "request_id": "8c2f...", "answered_by": "qwen3-omni-flash", "error": null,
     "audio": [[0.35, 0.08], [0.41, 0.08]], "levels": "!!3Kz..."}

``audio`` has a pair for each audio event: when the read that completed it was done, and its
seconds.  ``levels`` has a character for every 10 ms of the audio: see ``levels``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

import omni_stream as omni

DIGITS = 6
"""Of a time in seconds: no clock here is better than a microsecond.

Times are rounded when they are taken, so that what is computed of them now and later is the same.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked, and of whom; None is for the client to decide.

    Attributes:
        prompt: The question, or the text to speak.
        model: The model's name.
        voice: The voice's name.
        region: The provider's region.
    """

    prompt: str
    model: str | None = None
    voice: str | None = None
    region: str | None = None


class AudioEvent(NamedTuple):
    """An audio event.

    Attributes:
        at: When its last byte was read.
        seconds: How much audio is in it.
    """

    at: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A request and what came of it.

    Attributes:
        index: Which of its load's requests it is, counted from 0.
        case: What was asked.
        load: The concurrency of a closed loop, or the requests a second of an open one.
        is_open: Whether it was due at a time of its own, rather than when another had ended.
        is_warm_up: Whether it is left out of what is measured.
        due: When it was to be sent.
        sent: When it was given to the client: before connecting.
        late: How much later than it could have been sent our own event loop sent it; None in a closed loop.
        connect: Seconds that connecting took, 0 for a connection that was used again; None if unknown.
        request_sent: When the request's last byte was sent.
        first_byte: When the first byte of the reply's body was read.
        first_text: When the first text or transcript was read.
        audio: The audio events.
        levels: How loud each 10 ms of the audio are.
        end: When the reply had ended, or failed.
        received_bytes: Bytes of the body.
        request_id: The id to quote to the service's support, None if it gave none.
        answered_by: The model, by the service's name for it; the one asked for where it gave none.
        error: The name of the error that ended it, None if it is complete.
    """

    index: int
    case: Case
    load: float
    is_open: bool = False
    is_warm_up: bool = False
    due: float
    sent: float
    late: float | None = None
    connect: float | None = None
    request_sent: float | None = None
    first_byte: float | None = None
    first_text: float | None = None
    audio: tuple[AudioEvent, ...] = ()
    levels: str = ""
    end: float
    received_bytes: int = 0
    request_id: str | None = None
    answered_by: str | None = None
    error: str | None = None

    @property
    def begin(self) -> float:
        """What latencies are counted from: the intended send in an open loop, the actual in a closed one."""
        return self.due if self.is_open else self.sent

    def to_json(self) -> str:
        """It as a line of JSON, without the newline."""
        line = {field.name: getattr(self, field.name) for field in fields(self)}
        line |= asdict(line.pop("case"))
        return json.dumps({name: _short(value) for name, value in line.items()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str | bytes) -> Observed:
        """What ``to_json`` wrote.

        Raises:
            UsageError: It is something else.
        """
        try:
            said: dict[str, Any] = json.loads(line)
            case = Case(**{field.name: said.pop(field.name) for field in fields(Case)})
            audio = tuple(AudioEvent(float(at), float(seconds)) for at, seconds in said.pop("audio"))
            return cls(case=case, audio=audio, **said)
        except (ValueError, TypeError, KeyError) as error:
            raise omni.UsageError(f"this is no line of requests.jsonl ({error})") from error


def to_digits(seconds: float) -> float:
    """A time as it is kept."""
    return round(seconds, DIGITS)


def _short(value: object) -> object:
    if isinstance(value, float):
        return to_digits(value)
    if isinstance(value, tuple):
        return [[to_digits(at), to_digits(seconds)] for at, seconds in value]
    return value
