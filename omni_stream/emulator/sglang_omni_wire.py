"""The server-sent events of an SGLang-Omni server, in its shapes and order of keys.

What it does otherwise than DashScope: nothing that is null is sent; each event of
audio is a WAV file of its own, unless raw PCM is asked for; and the event that
gives the reason has the usage too.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.shape import Shape
from omni_stream.emulator.wav import wav_head
from omni_stream.emulator.wire import DONE, event, json_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping


class SglangOmniChunks(Shape):
    """The events of one answer.

    Args:
        model: The model's name.
        id: A UUID that names the answer.
        created: When it was begun, in seconds since 1970.
        is_wav: Whether each event of audio is a WAV file of its own.
    """

    def __init__(self, model: str, *, id: str, created: int, is_wav: bool) -> None:
        self._head = {
            "id": f"chatcmpl-{id}",
            "object": "chat.completion.chunk",
            "created": created,
            "model": model,
        }
        self._is_wav = is_wav
        audio_id = json_bytes({"id": f"audio-{id}"})[:-1]
        head = json_bytes(self._head)[:-1] + b',"choices":[{"index":0,"delta":{"audio":' + audio_id
        self._audio_head = b"data: " + head + b',"data":"'

    def begin(self) -> list[bytes]:
        """The event that names the role."""
        return [self._delta({"role": "assistant"})]

    def text(self, text: str) -> list[bytes]:
        """A piece of the answer's text."""
        return [self._delta({"content": text})]

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech."""
        if self._is_wav:
            pcm = binascii.a2b_base64(encoded)
            encoded = base64.b64encode(wav_head(len(pcm)) + pcm)
        return [(self._audio_head + encoded + b'"}}}]}\n\n', encoded)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:
        """Why the answer ends and what it cost, in one event, and the end mark."""
        choice = {"index": 0, "delta": {}, "finish_reason": reason}
        return [event({**self._head, "choices": [choice], "usage": usage}), DONE]

    def _delta(self, delta: dict[str, Any]) -> bytes:
        return event({**self._head, "choices": [{"index": 0, "delta": delta}]})
