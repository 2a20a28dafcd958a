"""Speech of MiniMax' T2A.

Its last event would hold all of the audio once more, which is not asked for.
Speed, pitch and emotion go into ``extra_body`` as ``{"voice_setting": {...}}``.
Source: https://platform.minimax.io/docs/api-reference/speech-t2a-http
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from omni_stream.request.speak import SpeechRequest


def minimax(request: SpeechRequest) -> dict[str, Any]:
    """The body for ``request``.

    Raises:
        UsageError: ``extra_body`` asks for another rate than that of the call.
    """
    rate = request.call.rate
    settings = request.extra.get("audio_setting")
    is_raw = request.codec in {None, "pcm"}
    if is_raw and isinstance(settings, Mapping) and settings.get("sample_rate", rate) != rate:
        raise UsageError(
            f"raw PCM says no rate, so it is read at the call's {rate} Hz, and extra_body asks for"
            f" {settings['sample_rate']!r:.60}; give a provider whose speak.rate it is"
        )
    return {
        "model": request.model,
        "text": request.text,
        "stream": True,
        "stream_options": {"exclude_aggregated_audio": True},
        "voice_setting": {"voice_id": request.voice},
        "audio_setting": {"sample_rate": rate, "format": request.format, "channel": 1},
    }
