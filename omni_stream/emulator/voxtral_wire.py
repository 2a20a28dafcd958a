"""The server-sent events of Mistral's speech, whose "pcm" is 32-bit float; there is no end mark."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

import numpy as np

from omni_stream.emulator.shape import Shape
from omni_stream.emulator.wav import wav_head
from omni_stream.emulator.wire import json_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

_FULL_SCALE = 32_768


class VoxtralEvents(Shape):
    """The events of one speech.

    Args:
        is_wav: Whether it is a WAV file of 16-bit samples, and not raw floats.
    """

    def __init__(self, *, is_wav: bool) -> None:
        self._is_wav = is_wav
        self._head = wav_head(None) if is_wav else b""

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech."""
        pcm = binascii.a2b_base64(encoded)
        if not self._is_wav:
            pcm = (np.frombuffer(pcm, "<i2") / np.float32(_FULL_SCALE)).astype("<f4").tobytes()
        written = base64.b64encode(self._head + pcm)
        self._head = b""
        delta = b'{"type":"speech.audio.delta","audio_data":"' + written + b'"}'
        return [(b"event: speech.audio.delta\ndata: " + delta + b"\n\n", written)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:  # noqa: ARG002 -- it gives none
        """What it cost; the end of the body is the end."""
        given, answered = usage["input_tokens"], usage["output_tokens"]
        cost = {"prompt_tokens": given, "completion_tokens": answered, "total_tokens": given + answered}
        done = json_bytes({"type": "speech.audio.done", "usage": cost})
        return [b"event: speech.audio.done\ndata: " + done + b"\n\n", b""]
