"""The server-sent events of a vLLM-Omni server, in its shapes and order of keys.

What it does otherwise than all others: ``modality`` beside the choices tells text
from audio, whose base64 stands where the text does; each event of audio is a WAV
file of its own, unless raw PCM is asked for, and says the usage so far.
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


class VllmOmniChunks(Shape):
    """The events of one answer.

    Args:
        model: The model's name.
        id: A UUID that names the answer.
        created: When it was begun, in seconds since 1970.
        speaks: Whether it is spoken.
        is_wav: Whether each event of audio is a WAV file of its own.
        prompt_tokens: What the question costs, which each event of audio says.
        include_usage: Whether the cost is sent at the end.
    """

    def __init__(
        self,
        model: str,
        *,
        id: str,
        created: int,
        speaks: bool,
        is_wav: bool,
        prompt_tokens: int,
        include_usage: bool,
    ) -> None:
        self._head = {
            "id": f"chatcmpl-{id.replace('-', '')}",
            "object": "chat.completion.chunk",
            "created": created,
            "model": model,
        }
        self._speaks = speaks
        self._is_wav = is_wav
        self._include_usage = include_usage
        self._has_audio = False
        usage = {"prompt_tokens": prompt_tokens, "total_tokens": prompt_tokens, "completion_tokens": 0}
        # Audio is nearly all of the bytes, so its event is joined of three parts and never formatted.
        head = json_bytes(self._head)[:-1] + b',"choices":[{"index":0,"delta":{"role":"assistant","content":"'
        self._audio_head = b"data: " + head
        tail = json_bytes({"usage": usage, "modality": "audio"})[1:]
        self._audio_tail = b'"},"logprobs":null,"finish_reason":null}],' + tail + b"\n\n"

    def begin(self) -> list[bytes]:
        """The event that names the role."""
        return [self._event("", "text")]

    def text(self, text: str) -> list[bytes]:
        """A piece of the answer's text."""
        return [self._event(text, "text")]

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech; before the first one, an event without content."""
        if self._is_wav:
            pcm = binascii.a2b_base64(encoded)
            encoded = base64.b64encode(wav_head(len(pcm)) + pcm)
        first: list[tuple[bytes, bytes | None]] = []
        if not self._has_audio:
            first = [(self._audio_head + self._audio_tail, None)]
        self._has_audio = True
        return [*first, (self._audio_head + encoded + self._audio_tail, encoded)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:
        """Why the last modality ends, what the answer cost if that was asked for, and the end mark."""
        modality = "audio" if self._speaks else "text"
        events = [self._event("", modality, reason)]
        if self._include_usage:
            events.append(event({**self._head, "choices": [], "usage": usage}))
        return [*events, DONE]

    def _event(self, content: str, modality: str, reason: str | None = None) -> bytes:
        delta = {"role": "assistant", "content": content}
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return event({**self._head, "choices": [choice], "modality": modality})
