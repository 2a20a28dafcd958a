"""A request's body -> what is asked of DashScope, or its refusal.

The rules are those of Alibaba Cloud's Qwen-Omni guide; a parameter that it does
not tell of is left alone.
"""

from __future__ import annotations

from typing import Any

import omni_stream as omni
from omni_stream.emulator.chat_request import MAX_ANSWER_TOKENS, ChatRequest, prompt_of, read_messages
from omni_stream.emulator.fields import clean, flag, is_strings, json_object, member, number, speaks
from omni_stream.emulator.medium import Medium, at_url, of_pictures
from omni_stream.emulator.medium_limits import check_media
from omni_stream.emulator.refusal import Refusal
from omni_stream.emulator.usage import input_tokens

_AUDIO_FORMATS = ("wav", "pcm16")  # the guide names wav alone; the service takes both and sends raw PCM
_ROLES = ("system", "user", "assistant")


def read_dashscope_request(body: bytes | bytearray) -> ChatRequest:
    """What ``body`` asks.

    Raises:
        Refusal: The service would not answer it.
    """
    asked = json_object(body)
    model = _model(asked)
    if asked.get("stream") is not True:
        raise Refusal("This model only supports streaming: stream must be true.")
    is_spoken = _speaks(asked, model)
    thinks = flag(asked, "enable_thinking")
    if thinks and not model.thinks:
        raise Refusal(f"The model {model.name} does not support enable_thinking.")
    if thinks and (is_spoken or asked.get("audio") is not None):
        raise Refusal("Audio output is not supported when enable_thinking is true.")
    messages = read_messages(asked, _ROLES, _medium)
    for message in messages:
        check_media(message.media, model)
    # A Turbo that speaks keeps its own identity, says the guide.
    takes_system = not (is_spoken and model.name.startswith("qwen-omni-turbo"))
    request = ChatRequest(
        model=asked["model"],  # found in the catalog, so it is clean
        prompt=prompt_of(messages, model=model.name, takes_system=takes_system),
        input_text=tuple(message.text for message in messages),
        input_media=tuple(medium for message in messages for medium in message.media),
        speaks=is_spoken,
        thinks=thinks,
        voice=_voice(asked, model) if is_spoken else "",
        voices=model.voices,
        audio_format="pcm16",
        seed=number(asked, "seed"),
        max_tokens=min(number(asked, "max_tokens", least=1) or MAX_ANSWER_TOKENS, MAX_ANSWER_TOKENS),
        include_usage=flag(member(asked, "stream_options"), "include_usage"),
    )
    limits = model.thinking_tokens if thinks else model.tokens
    if limits is not None and input_tokens(request).total() > limits.input:
        raise Refusal(f"Range of input length should be [1, {limits.input}]")
    return request


def _model(asked: dict[str, Any]) -> omni.catalog.Model:
    name = asked.get("model")
    if not isinstance(name, str) or not name:
        raise Refusal("you must provide a model parameter")
    model = omni.catalog.find_model(name)
    if model is None or model.provider != "dashscope":
        raise Refusal(
            f"The model `{name}` does not exist or you do not have access to it.",
            status=404,
            code="model_not_found",
        )
    return model


def _speaks(asked: dict[str, Any], model: omni.catalog.Model) -> bool:
    wanted = speaks(asked, default=False)
    if wanted and not model.speaks:
        raise Refusal(f"The model {model.name} does not support the modalities {asked['modalities']}.")
    return wanted


def _voice(asked: dict[str, Any], model: omni.catalog.Model) -> str:
    audio = member(asked, "audio")
    if audio.get("format", "wav") not in _AUDIO_FORMATS:
        raise Refusal(f"The audio format {audio['format']!r} is not supported; use 'wav'.")
    voice = audio.get("voice", model.default_voice)
    if not isinstance(voice, str):
        raise Refusal("audio.voice must be a string.")
    return clean(voice)


def _medium(part: dict[str, Any]) -> Medium:
    match part:
        case {"type": "image_url", "image_url": {"url": str(url)}}:
            return at_url("image", url)
        case {"type": "input_audio", "input_audio": {"data": str(url)}}:
            return at_url("audio", url)
        case {"type": "video_url", "video_url": {"url": str(url)}}:
            return at_url("video", url)
        case {"type": "video", "video": [*urls]} if urls and is_strings(urls):
            return of_pictures(urls)
    raise Refusal("A part of a user message is none of text, image_url, input_audio, video, video_url.")
