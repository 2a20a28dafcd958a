"""Speech of ElevenLabs, with the times of its characters; the path of the call names voice and format.

Stability, speed and the like go into ``extra_body`` as ``{"voice_settings": {...}}``.
Source: https://elevenlabs.io/docs/api-reference/text-to-speech/stream-with-timestamps
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omni_stream.request.speak import SpeechRequest


def elevenlabs(request: SpeechRequest) -> dict[str, Any]:
    """The body for ``request``."""
    return {"text": request.text, "model_id": request.model}
