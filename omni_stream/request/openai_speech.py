"""Speech of OpenAI's ``/audio/speech``, as a stream of events.

Its models before gpt-4o-mini-tts refuse to stream events, and many servers like
it take no notice and answer with the audio itself, which is read as well.
Source: https://platform.openai.com/docs/api-reference/audio/createSpeech
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omni_stream.request.speak import SpeechRequest


def openai_speech(request: SpeechRequest) -> dict[str, Any]:
    """The body for ``request``."""
    return {
        "model": request.model,
        "input": request.text,
        "voice": request.voice,
        "response_format": request.format,
        "stream_format": "sse",
    }
