"""A request's body -> what is asked of OpenAI's chat completions, or its refusal.

The rules are those of a model that hears and speaks: text and sound alone, and
speech that is streamed only as "pcm16".
"""

from __future__ import annotations

from typing import Any

import omni_stream as omni
from omni_stream.emulator.chat_request import MAX_ANSWER_TOKENS, ChatRequest, prompt_of, read_messages
from omni_stream.emulator.fields import flag, json_object, member, number, speaks, text
from omni_stream.emulator.medium import Medium, in_base64
from omni_stream.emulator.refusal import Refusal

_ROLES = ("developer", "system", "user", "assistant")


def read_openai_request(body: bytes | bytearray) -> ChatRequest:
    """What ``body`` asks.

    Raises:
        Refusal: The service would not answer it.
    """
    asked = json_object(body)
    model = omni.catalog.find_model(text(asked, "model"))
    if model is None or model.provider != "openai":
        raise Refusal(
            f"The model `{text(asked, 'model')}` does not exist or you do not have access to it.",
            status=404,
            code="model_not_found",
        )
    if asked.get("stream") is not True:
        raise Refusal("The emulator answers in streams alone: stream must be true.")
    is_spoken = speaks(asked, default=False)
    messages = read_messages(asked, _ROLES, _medium)
    media = tuple(medium for message in messages for medium in message.media)
    if not is_spoken and not media:
        raise Refusal("This model requires that either input content or output modality contain audio.")
    voice = _voice(asked) if is_spoken else ""
    if model.voices and voice and voice not in model.voices:
        raise Refusal(f"Invalid value: '{voice}'. Supported values are: {', '.join(model.voices)}.")
    most = number(asked, "max_completion_tokens", least=1) or number(asked, "max_tokens", least=1)
    return ChatRequest(
        model=text(asked, "model"),
        prompt=prompt_of(messages, model=model.name),
        input_text=tuple(message.text for message in messages),
        input_media=media,
        speaks=is_spoken,
        thinks=False,
        voice=voice,
        voices=(),
        audio_format="pcm16",
        seed=number(asked, "seed"),
        max_tokens=min(most or MAX_ANSWER_TOKENS, MAX_ANSWER_TOKENS),
        include_usage=flag(member(asked, "stream_options"), "include_usage"),
    )


def _voice(asked: dict[str, Any]) -> str:
    audio = member(asked, "audio")
    if not audio:
        raise Refusal("Missing required parameter: 'audio'.", code="missing_required_parameter")
    if audio.get("format") != "pcm16":
        raise Refusal(
            f"Unsupported value: 'audio.format' does not support {audio.get('format')!r} when stream=true."
            " Supported values are: 'pcm16'.",
            code="unsupported_value",
        )
    return text(audio, "voice")


def _medium(part: dict[str, Any]) -> Medium:
    match part:
        case {"type": "input_audio", "input_audio": {"data": str(encoded), "format": "wav" | "mp3"}}:
            return in_base64("audio", encoded)
        case {"type": "input_audio", "input_audio": {"data": str()}}:
            raise Refusal("Invalid value: 'input_audio.format'. Supported values are: 'wav' and 'mp3'.")
    raise Refusal("A part of a user message is none of text, input_audio.")
