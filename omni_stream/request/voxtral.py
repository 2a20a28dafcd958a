"""Speech of Mistral's Voxtral.

Source: https://docs.mistral.ai/studio/audio/text-to-speech/overview
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omni_stream.request.speak import SpeechRequest


def voxtral(request: SpeechRequest) -> dict[str, Any]:
    """The body for ``request``."""
    return {
        "model": request.model,
        "input": request.text,
        "voice_id": request.voice,
        "response_format": request.format,
        "stream": True,
    }
