"""What an answer costs, in DashScope's words and by its token rules.

Media and speech count as ``omni_stream.tokens`` counts them.  Text is estimated,
one token for a Han character and one for every four other characters begun, and
each message costs a few for its role.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import omni_stream as omni
from omni_stream.emulator.medium_tokens import medium_tokens
from omni_stream.emulator.scripts import token_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.emulator.answers import Answer
    from omni_stream.emulator.chat_request import ChatRequest
    from omni_stream.emulator.speech import Speech

_MESSAGE_TOKENS = 5  # the role and the marks around a message
_ANSWER_TOKENS = 3  # the role of the answer that follows them


def input_tokens(asked: ChatRequest) -> Counter[str]:
    """The tokens of the messages, by their kind: "text_tokens", "image_tokens" and so on."""
    counted = Counter(text_tokens=_ANSWER_TOKENS)
    for text in asked.input_text:
        counted["text_tokens"] += _MESSAGE_TOKENS + token_count(text)
    for medium in asked.input_media:
        counted.update(medium_tokens(medium, model=asked.model))
    return counted


def output_tokens(asked: ChatRequest, said: Answer, speech: Speech | None) -> dict[str, int]:
    """The tokens of the answer, by their kind; without those that it cannot have."""
    counted = {"reasoning_tokens": token_count(said.reasoning)} if asked.thinks else {}
    if speech is not None:
        counted["audio_tokens"] = audio_tokens(speech.seconds, model=asked.model)
    return counted | {"text_tokens": token_count(said.text)}


def audio_tokens(seconds: float, *, model: str) -> int:
    """What ``seconds`` of the speech of ``model`` cost; none costs nothing."""
    return omni.tokens.audio(seconds, model=model) if seconds else 0


def totalled(given: Mapping[str, int], answered: Mapping[str, int]) -> dict[str, Any]:
    """Both with their sums."""
    prompt, completion = sum(given.values()), sum(answered.values())
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def dashscope_usage(asked: ChatRequest, said: Answer, speech: Speech | None) -> dict[str, Any]:
    """The usage object of a reply."""
    given, answered = input_tokens(asked), output_tokens(asked, said, speech)
    details = {"completion_tokens_details": answered, "prompt_tokens_details": dict(given)}
    return totalled(given, answered) | details


def plain_usage(asked: ChatRequest, said: Answer, speech: Speech | None) -> dict[str, Any]:
    """The usage object of a reply of a server that counts all of its tokens alike."""
    return totalled(input_tokens(asked), output_tokens(asked, said, speech))
