"""Qwen-TTS: DashScope's own way of streaming, as it speaks a text.

Shapes (Alibaba Cloud's reference of Qwen-TTS, "SSE"; the header ``X-DashScope-SSE: enable`` asks for them):

* ``id:1``, ``event:result``, ``:HTTP_STATUS/200`` in every event, and as its data
  ``{"output": {"audio": {"data": "..", "url": ""}, "finish_reason": "null"}, "request_id"}``:
  base64 of PCM at 24 kHz.  The reason is a text, "null", until there is one.
* Last ``{"output": {"audio": {"data": "", "url": "http://..", "expires_at"}, "finish_reason": "stop"},
  "usage": {"input_tokens", "output_tokens"} or {"characters"}}``.  There is no end mark.
* Refused: ``event:error`` with the status in a comment, or ``code`` and ``message`` of a document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.events import Event, Finished, Raw
from omni_stream.wire.counts import usage_of
from omni_stream.wire.dialect import Coding, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_YET = "null"


def _read(document: Raw, coding: Coding) -> Iterator[Event]:
    output = document.get("output")
    if not isinstance(output, dict):
        return
    audio = output.get("audio")
    encoded = audio.get("data") if isinstance(audio, dict) else None
    if isinstance(encoded, str) and encoded:
        yield coding.delta(encoded, document)
    reason = output.get("finish_reason")
    if isinstance(reason, str) and reason not in {"", _NOT_YET}:
        yield from usage_of(
            document.get("usage"),
            document,
            input=("input_tokens",),
            output=("output_tokens",),
            total="total_tokens",
        )
        yield Finished(reason, document)


def _is_own(document: Raw) -> bool:
    return isinstance(document.get("output"), dict)


QWEN_TTS = Dialect(name="qwen-tts", read=_read, is_own=_is_own)
