"""A request's body -> what is asked of a vLLM-Omni server, or its refusal.

Such a server has one model, whose name is whatever it was started with, so that
any is taken here.  It takes base64 in ``input_audio`` as OpenAI does, bare, and
URLs or data URIs elsewhere.
"""

from __future__ import annotations

from typing import Any

from omni_stream.emulator.chat_request import MAX_ANSWER_TOKENS, ChatRequest, prompt_of, read_messages
from omni_stream.emulator.fields import flag, json_object, member, number, speaks, text
from omni_stream.emulator.medium import Medium, at_url, in_base64
from omni_stream.emulator.medium_limits import check_countable
from omni_stream.emulator.refusal import Refusal

FORMATS = ("wav", "pcm", "pcm16")
"""Of speech; such a server has compressed ones too, which are not offered here."""

_DEFAULT_VOICE = "Ethan"  # of Qwen2.5-Omni and of Qwen3-Omni
_ROLES = ("system", "user", "assistant")


def read_vllm_omni_request(body: bytes | bytearray) -> ChatRequest:
    """What ``body`` asks.

    Raises:
        Refusal: The server would not answer it.
    """
    asked = json_object(body)
    model = text(asked, "model")
    if not model:
        raise Refusal("you must provide a model parameter")
    if asked.get("stream") is not True:
        raise Refusal("The emulator answers in streams alone: stream must be true.")
    is_spoken = speaks(asked, default=True)
    audio = member(asked, "audio")
    audio_format = text(audio, "format", "wav")
    if audio_format not in FORMATS:
        raise Refusal(f"audio.format {audio_format!r} is not offered here; use one of {', '.join(FORMATS)}.")
    messages = read_messages(asked, _ROLES, _medium)
    media = tuple(medium for message in messages for medium in message.media)
    check_countable(media, model=model)
    return ChatRequest(
        model=model,
        prompt=prompt_of(messages, model=model),
        input_text=tuple(message.text for message in messages),
        input_media=media,
        speaks=is_spoken,
        thinks=False,
        voice=text(audio, "voice", _DEFAULT_VOICE) if is_spoken else "",
        voices=(),
        audio_format=audio_format,
        seed=number(asked, "seed"),
        max_tokens=min(number(asked, "max_tokens", least=1) or MAX_ANSWER_TOKENS, MAX_ANSWER_TOKENS),
        include_usage=flag(member(asked, "stream_options"), "include_usage"),
    )


def _medium(part: dict[str, Any]) -> Medium:
    match part:
        case {"type": "input_audio", "input_audio": {"data": str(encoded)}}:
            return in_base64("audio", encoded)
        case {"type": "image_url", "image_url": {"url": str(url)}}:
            return at_url("image", url)
        case {"type": "audio_url", "audio_url": {"url": str(url)}}:
            return at_url("audio", url)
        case {"type": "video_url", "video_url": {"url": str(url)}}:
            return at_url("video", url)
    raise Refusal("A part of a user message is none of text, image_url, input_audio, audio_url, video_url.")
