"""An answer as JSON lines: an object an event, in the order in which they came.

Each has ``type`` and ``at_seconds`` (from the request)::

    {"type": "text", "at_seconds": 0.31, "text": "Hello"}          also "reasoning", "transcript"
    {"type": "audio", "at_seconds": 0.42, "begin_seconds": 0.0, "seconds": 0.08,
     "rate": 24000, "channels": 1, "pcm": "AAD//w=="}
    {"type": "usage", "at_seconds": 5.2, "input_tokens": 9, "output_tokens": 140, "total_tokens": 149,
     "details": {"prompt_tokens_details": {"text_tokens": 9}}}
    {"type": "finished", "at_seconds": 5.2, "reason": "stop"}
    {"type": "error", "at_seconds": 3.3, "error": "StreamTruncated", "message": "..."}

``pcm`` is base64 of int16, little-endian, interleaved; it is left out where the
speech goes to a file.  The last line is ``finished`` or ``error``.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class JsonLines:
    """Writes each item to ``stream`` as a line of JSON, in UTF-8.

    Args:
        stream: Where to.
        pcm: Whether audio is written with its samples.
    """

    def __init__(self, stream: BinaryIO, *, pcm: bool) -> None:
        self._stream = stream
        self._pcm = pcm
        self._at_seconds = 0.0

    def sent(self, _sent_bytes: int, _total_bytes: int, /) -> None:
        """Nothing; who reads this waits for the answer."""

    def show(self, item: omni.Event | omni.AudioFrame, at_seconds: float, /) -> None:
        """Write ``item``."""
        self._at_seconds = at_seconds
        self._line(self._object(item))

    def plays(self, _how: Callable[[], tuple[float, int]], /) -> None:
        """Nothing; it is heard."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, omni.OmniStreamError) and not isinstance(error, omni.SinkError):
            self._line({"type": "error", "error": type(error).__name__, "message": str(error)})

    def _object(self, item: omni.Event | omni.AudioFrame) -> dict[str, Any]:
        match item:
            case omni.TextDelta(text=text):
                return {"type": "text", "text": text}
            case omni.ReasoningDelta(text=text):
                return {"type": "reasoning", "text": text}
            case omni.TranscriptDelta(text=text):
                return {"type": "transcript", "text": text}
            case omni.Usage():
                return {
                    "type": "usage",
                    "input_tokens": item.input_tokens,
                    "output_tokens": item.output_tokens,
                    "total_tokens": item.total_tokens,
                    "details": item.details,
                }
            case omni.Finished(reason=reason):
                return {"type": "finished", "reason": reason}
            case omni.AudioFrame():
                return self._audio(item)
        raise AssertionError(item)  # a reply decodes its audio deltas

    def _audio(self, frame: omni.AudioFrame) -> dict[str, Any]:
        audio = {
            "type": "audio",
            "begin_seconds": round(frame.position_frames / frame.format.rate, 6),
            "seconds": round(frame.seconds, 6),
            "rate": frame.format.rate,
            "channels": frame.format.channels,
        }
        return {**audio, "pcm": base64.b64encode(frame).decode()} if self._pcm else audio

    def _line(self, line: dict[str, Any]) -> None:
        kind = line.pop("type")
        timed = {"type": kind, "at_seconds": round(self._at_seconds, 6), **line}
        try:
            self._stream.write(json.dumps(timed, ensure_ascii=False).encode(errors="replace") + b"\n")
            self._stream.flush()
        except OSError as error:
            raise omni.SinkError(f"the events cannot be written: {error.strerror}") from error
