"""Speech of Gemini's models for it; the path of the call names the model.

Source: https://ai.google.dev/gemini-api/docs/speech-generation
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omni_stream.request.speak import SpeechRequest


def gemini_speech(request: SpeechRequest) -> dict[str, Any]:
    """The body for ``request``."""
    return {
        "contents": [{"role": "user", "parts": [{"text": request.text}]}],
        "generationConfig": {
            "responseModalities": ["AUDIO"],
            "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": request.voice}}},
        },
    }
