"""What an answer costs, by the service's token rules.

Speech counts as ``omni_stream.tokens`` counts it.  Text is estimated, one token
for a Han character and one for every four other characters begun, and each
message costs a few for its role.
Media are never fetched, so each counts as something of a common size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import omni_stream as omni
from omni_stream.emulator.scripts import token_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream.emulator.answers import Answer, Medium
    from omni_stream.emulator.chat_request import ChatRequest
    from omni_stream.emulator.speech import Speech

_MESSAGE_TOKENS = 5  # the role and the marks around a message
_ANSWER_TOKENS = 3  # the role of the answer that follows them
_MEDIUM_TOKENS = {
    "image": 258,  # 512 x 512 pixels at 32 x 32 a token, and two marks
    "audio": 125,  # 10 s
    "video": 258,  # a frame of that size
}


def audio_tokens(seconds: float, *, model: str) -> int:
    """What ``seconds`` of the speech of ``model`` cost; none costs nothing."""
    return omni.tokens.audio(seconds, model=model) if seconds else 0


def usage(
    input_text: Iterable[str],
    input_media: Iterable[Medium],
    *,
    text_tokens: int,
    reasoning_tokens: int | None = None,
    audio_tokens: int | None = None,
) -> dict[str, Any]:
    """The usage object of an answer; None for what it cannot have."""
    prompt_details = {
        "text_tokens": _ANSWER_TOKENS + sum(_MESSAGE_TOKENS + token_count(text) for text in input_text)
    }
    for medium in input_media:
        key = f"{medium.kind}_tokens"
        prompt_details[key] = prompt_details.get(key, 0) + _MEDIUM_TOKENS[medium.kind]
    named = {"reasoning_tokens": reasoning_tokens, "audio_tokens": audio_tokens, "text_tokens": text_tokens}
    completion_details = {name: count for name, count in named.items() if count is not None}
    prompt, completion = sum(prompt_details.values()), sum(completion_details.values())
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "completion_tokens_details": completion_details,
        "prompt_tokens_details": prompt_details,
    }


def reply_usage(asked: ChatRequest, said: Answer, speech: Speech | None) -> dict[str, Any]:
    """The usage object of a reply."""
    return usage(
        asked.input_text,
        asked.input_media,
        text_tokens=token_count(said.text),
        reasoning_tokens=token_count(said.reasoning) if asked.thinks else None,
        audio_tokens=audio_tokens(speech.seconds, model=asked.model.name) if speech is not None else None,
    )
