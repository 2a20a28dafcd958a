"""What an answer costs, in OpenAI's words: text is estimated, and speech is 20 tokens a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.emulator.scripts import token_count
from omni_stream.emulator.usage import input_tokens, totalled

if TYPE_CHECKING:
    from omni_stream.emulator.answers import Answer
    from omni_stream.emulator.chat_request import ChatRequest
    from omni_stream.emulator.speech import Speech

SPOKEN_TOKENS_PER_SECOND = 20
_HEARD_TOKENS_PER_SECOND = 10


def openai_usage(asked: ChatRequest, said: Answer, speech: Speech | None) -> dict[str, Any]:
    """The usage object of a reply."""
    heard = sum(
        round((medium.facts.seconds or 0) * _HEARD_TOKENS_PER_SECOND)
        for medium in asked.input_media
        if medium.facts is not None
    )
    text = input_tokens(asked)["text_tokens"]
    given = {"cached_tokens": 0, "audio_tokens": heard, "text_tokens": text, "image_tokens": 0}
    answered = {
        "reasoning_tokens": 0,
        "audio_tokens": spoken_tokens(speech) if speech is not None else 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
        "text_tokens": token_count(said.text),
    }
    details = {"prompt_tokens_details": given, "completion_tokens_details": answered}
    return totalled(given, answered) | details


def speech_usage(text: str, speech: Speech) -> dict[str, int]:
    """The usage object of a text that was spoken."""
    given, answered = token_count(text), spoken_tokens(speech)
    return {"input_tokens": given, "output_tokens": answered, "total_tokens": given + answered}


def spoken_tokens(speech: Speech) -> int:
    """The tokens of speech: 1.70 s are 34, 0.55 s are 11."""
    return round(speech.seconds * SPOKEN_TOKENS_PER_SECOND)
