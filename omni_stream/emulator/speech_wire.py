"""The speech of a text: as OpenAI's events, or as the body itself."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.shape import Shape
from omni_stream.emulator.wav import wav_head
from omni_stream.emulator.wire import json_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

BLOCK_BYTES = 4_096
"""Of audio in an event, as the service has it: no multiple of three, so that each is padded."""

_DONE = b"data: [DONE]\r\n\r\n"


class SpeechEvents(Shape):
    """The server-sent events of one speech, whose lines end with CR and LF.

    Args:
        is_wav: Whether it begins with the head of a WAV file.
    """

    def __init__(self, *, is_wav: bool) -> None:
        self._pending = bytearray(wav_head(None) if is_wav else b"")

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech, in blocks; what is less than one waits for the next piece."""
        self._pending += binascii.a2b_base64(encoded)
        blocks: list[tuple[bytes, bytes | None]] = []
        while len(self._pending) >= BLOCK_BYTES:
            block = base64.b64encode(self._pending[:BLOCK_BYTES])
            del self._pending[:BLOCK_BYTES]
            blocks.append((_delta(block), block))
        return blocks

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:  # noqa: ARG002 -- none is given
        """The last block, what it cost, and the end mark."""
        rest = [_delta(base64.b64encode(self._pending))] if self._pending else []
        return [*rest, _event({"type": "speech.audio.done", "usage": usage}), _DONE]


class SpeechBody(Shape):
    """The bytes of one speech.

    Args:
        is_wav: Whether it begins with the head of a WAV file.
    """

    def __init__(self, *, is_wav: bool) -> None:
        self._is_wav = is_wav

    def begin(self) -> list[bytes]:
        """The head, if there is one."""
        return [wav_head(None)] if self._is_wav else []

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech."""
        return [(binascii.a2b_base64(encoded), None)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:  # noqa: ARG002 -- nothing is said
        """Nothing: the end of the body is the end."""
        return [b""]


def _delta(encoded: bytes) -> bytes:
    return b'data: {"type":"speech.audio.delta","audio":"' + encoded + b'"}\r\n\r\n'


def _event(document: Mapping[str, Any]) -> bytes:
    return b"data: " + json_bytes(document) + b"\r\n\r\n"
