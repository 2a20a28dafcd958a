"""MiniMax's speech of a text: ``/t2a_v2`` with ``stream``.

Shapes (MiniMax's API reference, "T2A v2", the stream's response; "Error codes"):

* ``{"data": {"audio": "4944..", "status": 1}, "trace_id", "base_resp": {"status_code": 0}}``: hex
  of the ``audio_setting.format`` asked for, at its ``sample_rate``.
* ``{"data": {"audio": "..", "status": 2}, "extra_info": {"usage_characters", "audio_length", ..}}``:
  the end; unless ``stream_options.exclude_aggregated_audio`` was asked for, with all
  of the audio once more.  There is no end mark.
* ``base_resp.status_code`` that is not 0: refused, with HTTP status 200.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.events import AudioDelta, Event, Finished, Raw
from omni_stream.wire.counts import usage_of
from omni_stream.wire.dialect import Coding, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WHOLE = 2
_KINDS = {
    1000: "server_error",  # unknown
    1001: "server_error",  # timed out
    1002: "rate_limit",  # of requests
    1004: "authentication",
    1008: "insufficient_balance",
    1013: "server_error",
    1024: "server_error",
    1033: "server_error",  # of what is behind it
    1039: "rate_limit",  # of tokens
    1041: "rate_limit",  # of connections
    2042: "permission",  # to a voice
    2045: "rate_limit",  # of growth
    2049: "authentication",  # no key of theirs
    2056: "rate_limit",  # of a plan, for some hours
}
"""What a code means, by the names that other services have for it; the rest are faults of the request."""


def _read(document: Raw, coding: Coding) -> Iterator[Event]:
    spoken = document.get("data")
    if not isinstance(spoken, dict):
        return
    encoded, is_last = spoken.get("audio"), spoken.get("status") == _WHOLE
    if isinstance(encoded, str) and encoded:
        yield AudioDelta(encoded, coding.format, "hex", coding.codec, repeats=is_last, raw=document)
    if is_last:
        # It counts characters: the details have them, and there are no tokens to tell of.
        yield from usage_of(document.get("extra_info"), document, input=(), output=(), total="")
        yield Finished(None, document)


def _fault(document: Raw) -> Mapping[str, Any] | None:
    answer = document.get("base_resp")
    code = answer.get("status_code") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(code, int) or code == 0:
        return None
    return {
        "code": str(code),
        "type": _KINDS.get(code, "invalid_request"),
        "message": answer.get("status_msg") or "no reason given",
        "request_id": document.get("trace_id"),
    }


def _is_own(document: Raw) -> bool:
    spoken = document.get("data")
    return "base_resp" in document or (isinstance(spoken, dict) and "status" in spoken)


MINIMAX = Dialect(name="minimax", read=_read, fault=_fault, is_own=_is_own)
