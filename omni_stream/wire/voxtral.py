"""Mistral's speech of a text: Voxtral, ``/audio/speech`` with ``stream``.

Shapes (Mistral's API reference, "Speech"; the SpeechStreamAudioDelta and SpeechStreamDone of its client):

* ``event: speech.audio.delta``, ``{"type": "speech.audio.delta", "audio_data": ".."}``: base64 in
  the ``response_format`` asked for; "pcm" is 32-bit float at 24 kHz.
* ``event: speech.audio.done``, ``{"type": "speech.audio.done", "usage": {"prompt_tokens", ..}}``:
  the end.  There is no end mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.audio import AudioFormat
from omni_stream.events import Event, Finished, Raw
from omni_stream.wire.counts import usage_of
from omni_stream.wire.dialect import Coding, Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

_DELTA, _DONE = "speech.audio.delta", "speech.audio.done"


def _read(document: Raw, coding: Coding) -> Iterator[Event]:
    encoded = document.get("audio_data")
    if isinstance(encoded, str) and encoded:
        yield coding.delta(encoded, document)
    usage = document.get("usage")
    yield from usage_of(
        usage, document, input=("prompt_tokens",), output=("completion_tokens",), total="total_tokens"
    )
    if document.get("type") == _DONE or ("type" not in document and isinstance(usage, dict)):
        yield Finished(None, document)


def _is_own(document: Raw) -> bool:
    return "audio_data" in document or (document.get("type") in (_DELTA, _DONE) and "audio" not in document)


VOXTRAL = Dialect(name="voxtral", read=_read, coding=Coding(AudioFormat(24_000), "pcm-f32"), is_own=_is_own)
