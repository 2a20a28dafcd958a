"""The server-sent events of MiniMax's speech: audio in hex, and no end mark.

Unless it is asked not to, the service sends all of the audio once more at the end.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.shape import Shape
from omni_stream.emulator.speech import RATE
from omni_stream.emulator.wire import event

if TYPE_CHECKING:
    from collections.abc import Mapping


class MinimaxEvents(Shape):
    """The events of one speech.

    Args:
        request_id: What it is called.
        characters: How many the text has.
        repeats: Whether all of the audio comes once more.
    """

    def __init__(self, *, request_id: str, characters: int, repeats: bool) -> None:
        self._characters = characters
        self._request_id = request_id
        self._repeats = repeats
        self._pcm = bytearray()

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech."""
        pcm = binascii.a2b_base64(encoded)
        self._pcm += pcm
        return [(self._event({"audio": pcm.hex(), "status": 1}), None)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:  # noqa: ARG002 -- it gives none
        """What it was; the end of the body is the end."""
        extra = {
            "audio_length": len(self._pcm) // 2 * 1_000 // RATE,
            "audio_sample_rate": RATE,
            "usage_characters": self._characters,
        }
        audio = self._pcm.hex() if self._repeats else ""
        return [self._event({"audio": audio, "status": 2}, extra_info=extra), b""]

    def _event(self, spoken: Mapping[str, Any], **more: object) -> bytes:
        said = {"status_code": 0, "status_msg": "success"}
        return event({"data": spoken, **more, "trace_id": self._request_id, "base_resp": said})
