"""Speech of a text as events: OpenAI's ``/audio/speech`` with ``stream_format`` "sse", and servers alike.

Shapes (OpenAI's reference, "Create speech", stream events; vLLM-Omni's
vllm_omni/entrypoints/openai/serving_speech.py):

* ``{"type": "speech.audio.delta", "audio": "//PExAB.."}``: base64, each padded, in the
  ``response_format`` asked for: MP3 if none was, "pcm" at 24 kHz, "wav" with a head.
* ``{"type": "speech.audio.done", "usage": {"input_tokens", "output_tokens", "total_tokens"}}``:
  the end; ``usage`` may be missing, and so may the ``[DONE]`` behind it.

Where ``type`` is missing, the event's own type says the same, and the other keys do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.events import Event, Finished, Raw
from omni_stream.wire.counts import usage_of
from omni_stream.wire.dialect import Coding, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

_DELTA, _DONE = "speech.audio.delta", "speech.audio.done"


def _read(document: Raw, coding: Coding) -> Iterator[Event]:
    encoded = document.get("audio")
    if isinstance(encoded, str) and encoded:
        yield coding.delta(encoded, document)
    usage = document.get("usage")
    yield from usage_of(
        usage, document, input=("input_tokens",), output=("output_tokens",), total="total_tokens"
    )
    has_usage = isinstance(usage, dict) and bool(usage)
    is_done = document.get("type") == _DONE or ("type" not in document and has_usage)
    if is_done and not encoded:
        yield Finished(None, document)


def _is_own(document: Raw) -> bool:
    return isinstance(document.get("audio"), str) or (
        document.get("type") in (_DELTA, _DONE) and "audio_data" not in document
    )


OPENAI_SPEECH = Dialect(
    name="openai-speech",
    read=_read,
    audio_path="audio",
    silent_paths=("usage", "error", "code"),
    mark_paths=("type",),
    end="[DONE]",
    is_own=_is_own,
)
