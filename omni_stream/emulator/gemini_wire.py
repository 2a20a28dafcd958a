"""The server-sent events of Gemini: parts of a candidate, the usage in each, and no end mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.emulator.shape import Shape
from omni_stream.emulator.speech import RATE
from omni_stream.emulator.wire import json_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

_REASONS = {"stop": "STOP", "length": "MAX_TOKENS"}


class GeminiEvents(Shape):
    """The events of one answer, whose lines end with CR and LF.

    Args:
        model: The model's name.
        id: What the answer is called.
        speaks: Whether it is spoken, and its text not sent.
        prompt_tokens: What the question costs.
    """

    def __init__(self, model: str, *, id: str, speaks: bool, prompt_tokens: int) -> None:
        self._speaks = speaks
        so_far = {"promptTokenCount": prompt_tokens, "totalTokenCount": prompt_tokens}
        self._tail = {"modelVersion": model, "responseId": id}
        self._so_far = so_far
        self._audio_tail = (
            b'"}}],"role":"model"},"index":0}],"usageMetadata":'
            + json_bytes(so_far)
            + b","
            + json_bytes(self._tail)[1:]
            + b"\r\n\r\n"
        )

    def text(self, text: str) -> list[bytes]:
        """A piece of the answer's text."""
        return [] if self._speaks else [self._event({"text": text})]

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech: little-endian, for all that its type says."""
        kind = b"audio/L16;codec=pcm;rate=%d" % RATE
        head = b'data: {"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"' + kind + b'","data":"'
        return [(head + encoded + self._audio_tail, encoded)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:
        """Why it ended and what it cost; the end of the body is the end."""
        counted = {
            "promptTokenCount": usage["prompt_tokens"],
            "candidatesTokenCount": usage["completion_tokens"],
            "totalTokenCount": usage["total_tokens"],
        }
        return [self._event({"text": ""}, reason=_REASONS[reason], usage=counted), b""]

    def _event(
        self, part: dict[str, Any], *, reason: str | None = None, usage: Mapping[str, Any] | None = None
    ) -> bytes:
        candidate: dict[str, Any] = {"content": {"parts": [part], "role": "model"}}
        if reason:
            candidate["finishReason"] = reason
        document = {"candidates": [{**candidate, "index": 0}], "usageMetadata": usage or self._so_far}
        return b"data: " + json_bytes(document | self._tail) + b"\r\n\r\n"
