"""vLLM-Omni's chat completions: chat completions in which base64 stands where words do.

Shapes (vllm_omni/entrypoints/openai/serving_chat.py):

* ``{"choices": [{"delta": {"role", "content": ""}}], "modality": "text"}`` first, for each modality.
* ``{"choices": [{"delta": {"content": "Hi"}}], "modality": "text"}``: words.
* ``{"choices": [{"delta": {"content": "UklGR.."}}], "modality": "audio"}``: sound; a whole
  WAV file each, or one WAV head at first, or none, by the ``audio.format`` asked for.
  Without ``modality`` nobody could tell them apart.
* ``usage`` with no completion tokens beside audio; at the end on a document without choices.
* ``finish_reason`` for the last modality alone; then ``[DONE]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.events import Event, Raw, TextDelta, Usage
from omni_stream.wire.dialect import Coding, Dialect
from omni_stream.wire.openai_chat import OPENAI_CHAT, is_chat

if TYPE_CHECKING:
    from collections.abc import Iterator


def _read(document: Raw, coding: Coding) -> Iterator[Event]:
    is_audio = document.get("modality") == "audio"
    for event in OPENAI_CHAT.read(document, coding):
        match event:
            case TextDelta(text=text) if is_audio:
                yield coding.delta(text, document)
            case Usage() if document.get("choices"):
                pass  # of a part of the reply
            case _:
                yield event


def _is_own(document: Raw) -> bool:
    return "modality" in document or is_chat(document)


VLLM_OMNI = Dialect(
    name="vllm-omni",
    read=_read,
    audio_path=OPENAI_CHAT.audio_path,
    text_paths=OPENAI_CHAT.text_paths,
    transcript_paths=OPENAI_CHAT.transcript_paths,
    reasoning_paths=OPENAI_CHAT.reasoning_paths,
    # Its usage beside audio is left out, which the reader does with marks; what ends a reply is
    # then not to be one, as there may be audio beside it in the content.
    silent_paths=(*OPENAI_CHAT.mark_paths, *(path for path in OPENAI_CHAT.silent_paths if path != "usage")),
    mark_paths=("usage",),
    spoken_where=("modality", "audio"),
    end="[DONE]",
    is_own=_is_own,
)
