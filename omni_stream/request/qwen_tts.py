"""Speech of DashScope's Qwen-TTS, which a header makes a stream of events.

The language is found by the service; one that is known goes into ``extra_body``
as ``{"input": {"language_type": "English"}}``.
Source: https://www.alibabacloud.com/help/en/model-studio/qwen-tts-api
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omni_stream.request.speak import SpeechRequest


def qwen_tts(request: SpeechRequest) -> dict[str, Any]:
    """The body for ``request``."""
    return {"model": request.model, "input": {"text": request.text, "voice": request.voice}}
