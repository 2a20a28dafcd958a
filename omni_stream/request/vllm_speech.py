"""Speech of vLLM-Omni's ``/v1/audio/speech``: OpenAI's, which streams if ``stream`` says so.

It streams WAV or raw PCM, and nothing compressed.  Its models have several
rates, of which only the head of WAV tells.  A task, a language, a style or a
voice to clone go into ``extra_body`` (``task_type``, ``language``, ``instructions``,
``ref_audio`` ...).
Source: https://docs.vllm.ai/projects/vllm-omni/en/stable/serving/speech_api/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.request.openai_speech import openai_speech

if TYPE_CHECKING:
    from omni_stream.request.speak import SpeechRequest


def vllm_speech(request: SpeechRequest) -> dict[str, Any]:
    """The body for ``request``."""
    return {**openai_speech(request), "stream": True}
