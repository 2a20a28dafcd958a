"""The server-sent events of an answer, byte for byte in the service's shapes and order of keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

DONE = b"data: [DONE]\n\n"
"""The last event of an answer."""


class Chunks(Shape):
    """The events of one answer.

    Args:
        model: The model's name.
        id: A UUID that names the answer.
        created: When it was begun, in seconds since 1970.
        thinks: Whether reasoning may precede the text.
        transcript: Whether the text is sent as the audio's transcript, as the Turbo models have done.
        include_usage: Whether the cost is sent at the end.
    """

    def __init__(
        self,
        model: str,
        *,
        id: str,
        created: int,
        thinks: bool = False,
        transcript: bool = False,
        include_usage: bool = True,
    ) -> None:
        self._thinks = thinks
        self._is_reasoning = False
        self._transcript = transcript
        self._include_usage = include_usage
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
            + json_bytes(mark)[1:]
            + b'},"finish_reason":null,"index":0,"logprobs":null}],'
            + json_bytes(tail)[1:]
            + b"\n\n"
        )
        self._tail = tail

    def begin(self) -> list[bytes]:
        """The event that names the role."""
        delta = {"content": None, "role": "assistant", "reasoning_content": ""}
        if not self._thinks:
            delta = {"content": "", "role": "assistant"}
        return [self._event({"delta": delta, "index": 0, "logprobs": None, "finish_reason": None})]

    def reasoning(self, text: str) -> list[bytes]:
        """A piece of the reasoning."""
        self._is_reasoning = True
        return [self._delta({"content": None, "reasoning_content": text})]

    def text(self, text: str) -> list[bytes]:
        """A piece of the answer's text."""
        if self._transcript:
            return [self._delta({"audio": {"transcript": text}})]
        if self._is_reasoning:
            self._is_reasoning = False
            return [self._delta({"content": text, "reasoning_content": None})]
        return [self._delta({"content": text})]

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech, base64."""
        return [(self._audio_head + encoded + self._audio_tail, encoded)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:
        """Why the answer ends, what it cost if that was asked for, and the end mark."""
        delta = {"content": "", "reasoning_content": None} if self._thinks else {"content": ""}
        events = [self._event({"finish_reason": reason, "delta": delta, "index": 0, "logprobs": None})]
        if self._include_usage:
            cost: dict[str, Any] = {"choices": [], "object": "chat.completion.chunk", "usage": usage}
            events.append(event(cost | self._common))
        return [*events, DONE]

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return self._event({"delta": delta, "finish_reason": None, "index": 0, "logprobs": None})

    def _event(self, choice: dict[str, Any]) -> bytes:
        return event({"choices": [choice], **self._tail})


def event(document: Mapping[str, Any]) -> bytes:
    """The event that has ``document`` as its data."""
    return b"data: " + json_bytes(document) + b"\n\n"


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """``document`` as the service writes JSON: without blanks, in its own script."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
