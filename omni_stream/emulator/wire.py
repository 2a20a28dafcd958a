"""The server-sent events of an answer, byte for byte in the service's shapes and order of keys."""

from __future__ import annotations

import json
from typing import Any

DONE = b"data: [DONE]\n\n"
"""The last event of an answer."""


class Chunks:
    """The events of one answer.

    Args:
        model: The model's name.
        id: A UUID that names the answer.
        created: When it was begun, in seconds since 1970.
    """

    def __init__(self, model: str, *, id: str, created: int) -> None:
        self._common = {
            "created": created,
            "system_fingerprint": None,
            "model": model,
            "id": f"chatcmpl-{id}",
        }
        tail = {"object": "chat.completion.chunk", "usage": None, **self._common}
        # Audio is nearly all of the bytes, so its event is joined of three parts and never formatted.
        self._audio_head = b'data: {"choices":[{"delta":{"audio":{"data":"'
        mark = {"expires_at": created, "id": f"audio_{id}"}
        self._audio_tail = (
            b'",'
            + _json(mark)[1:]
            + b'},"finish_reason":null,"index":0,"logprobs":null}],'
            + _json(tail)[1:]
            + b"\n\n"
        )
        self._tail = tail

    def first(self, *, thinks: bool) -> bytes:
        """The event that names the role."""
        delta = {"content": None, "role": "assistant", "reasoning_content": ""}
        if not thinks:
            delta = {"content": "", "role": "assistant"}
        return self._event({"delta": delta, "index": 0, "logprobs": None, "finish_reason": None})

    def reasoning(self, text: str) -> bytes:
        """A piece of the reasoning."""
        return self._delta({"content": None, "reasoning_content": text})

    def text(self, text: str, *, ends_reasoning: bool = False) -> bytes:
        """A piece of the answer's text."""
        return self._delta(
            {"content": text, "reasoning_content": None} if ends_reasoning else {"content": text}
        )

    def transcript(self, text: str) -> bytes:
        """A piece of the answer's text in the shape that the Turbo models have had beside audio."""
        return self._delta({"audio": {"transcript": text}})

    def audio(self, encoded: bytes) -> bytes:
        """A piece of the speech, base64."""
        return self._audio_head + encoded + self._audio_tail

    def stop(self, reason: str, *, thinks: bool) -> bytes:
        """The event that says why the answer ends."""
        delta = {"content": "", "reasoning_content": None} if thinks else {"content": ""}
        return self._event({"finish_reason": reason, "delta": delta, "index": 0, "logprobs": None})

    def usage(self, usage: dict[str, Any]) -> bytes:
        """What the answer cost."""
        return _event({"choices": [], "object": "chat.completion.chunk", "usage": usage, **self._common})

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return self._event({"delta": delta, "finish_reason": None, "index": 0, "logprobs": None})

    def _event(self, choice: dict[str, Any]) -> bytes:
        return _event({"choices": [choice], **self._tail})


def error(body: dict[str, Any]) -> bytes:
    """An error inside a stream that began well."""
    return _event(body)


def _event(document: dict[str, Any]) -> bytes:
    return b"data: " + _json(document) + b"\n\n"


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
