"""The server-sent events of Qwen-TTS, in DashScope's own framing.

No blank follows a colon, and a comment has the status.  There is no end mark: the
last event has a reason, and no audio.  Where the whole speech could be fetched
then, here is a name that never resolves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.emulator.shape import Shape
from omni_stream.emulator.wire import json_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping


class QwenTtsEvents(Shape):
    """The events of one speech.

    Args:
        request_id: What it is called.
    """

    def __init__(self, *, request_id: str) -> None:
        self._request_id = request_id
        self._sent = 0

    def audio(self, encoded: bytes) -> list[tuple[bytes, bytes | None]]:
        """A piece of the speech."""
        return [(self._event(encoded.decode(), reason="null"), encoded)]

    def end(self, reason: str, usage: Mapping[str, Any]) -> list[bytes]:
        """The event with the reason and the cost; the end of the body is the end."""
        return [self._event("", reason=reason, usage=usage), b""]

    def _event(self, encoded: str, *, reason: str, usage: Mapping[str, Any] | None = None) -> bytes:
        self._sent += 1
        url = "" if encoded else f"http://speech.invalid/{self._request_id}.wav"
        audio = {"data": encoded, "id": f"audio_{self._request_id}", "url": url}
        document = {
            "output": {"audio": audio, "finish_reason": reason},
            "usage": usage or {},
            "request_id": self._request_id,
        }
        return b"id:%d\nevent:result\n:HTTP_STATUS/200\ndata:%s\n\n" % (self._sent, json_bytes(document))
