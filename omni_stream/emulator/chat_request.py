"""A request's body -> what is asked, or the service's refusal.

The rules are those of Alibaba Cloud's Qwen-Omni guide; a parameter that it does
not tell of is left alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import omni_stream as omni
from omni_stream.emulator.answers import Medium, MediumKind, Prompt
from omni_stream.emulator.refusal import Refusal

MAX_ANSWER_TOKENS = 2_048
"""The least of the service's own limits on an answer (qwen-omni-turbo): ten minutes of speech."""

_AUDIO_FORMATS = ("wav", "pcm16")  # the guide names wav alone; the service takes both and sends raw PCM
_ROLES = ("system", "user", "assistant")
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*://|data:[^,]*,)\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A chat request that the service would take.

    Attributes:
        model: The model asked for.
        model_name: Its name as it was written, which the answer repeats.
        prompt: What the answer depends on.
        input_text: The text of all messages, one each.
        input_media: The media of all messages.
        speaks: Whether the answer is to be spoken too.
        thinks: Whether reasoning is to precede it.
        voice: The voice asked for; checked only when the answer is begun, as the service does.
        seed: The request's own seed, None if it has none.
        max_tokens: The most tokens of text to answer with.
        include_usage: Whether the answer ends with its usage.
    """

    model: omni.catalog.Model
    model_name: str
    prompt: Prompt
    input_text: tuple[str, ...]
    input_media: tuple[Medium, ...]
    speaks: bool
    thinks: bool
    voice: str
    seed: int | None
    max_tokens: int
    include_usage: bool


def read_chat_request(body: bytes) -> ChatRequest:
    """What ``body`` asks.

    Raises:
        Refusal: The service would not answer it.
    """
    asked = _json_object(body)
    model = _model(asked)
    if asked.get("stream") is not True:
        raise Refusal("This model only supports streaming: stream must be true.")
    speaks = _speaks(asked, model)
    thinks = _flag(asked, "enable_thinking")
    if thinks and not model.thinks:
        raise Refusal(f"The model {model.name} does not support enable_thinking.")
    if thinks and (speaks or asked.get("audio") is not None):
        raise Refusal("Audio output is not supported when enable_thinking is true.")
    messages = [_Message.read(message) for message in _list(asked.get("messages"), "messages")]
    last = next((message for message in reversed(messages) if message.role == "user"), None)
    if last is None:
        raise Refusal("messages must contain a message with role user.")
    system = "\n".join(message.text for message in messages if message.role == "system")
    if speaks and model.name.startswith("qwen-omni-turbo"):
        system = ""  # a Turbo that speaks keeps its own identity, says the guide
    stream_options = asked.get("stream_options") or {}
    if not isinstance(stream_options, dict):
        raise Refusal("stream_options must be an object.")
    return ChatRequest(
        model=model,
        model_name=asked["model"],  # found in the catalog, so it is clean
        prompt=Prompt(last.text, last.media, system),
        input_text=tuple(message.text for message in messages),
        input_media=tuple(medium for message in messages for medium in message.media),
        speaks=speaks,
        thinks=thinks,
        voice=_voice(asked, model) if speaks else "",
        seed=_number(asked, "seed"),
        max_tokens=min(_number(asked, "max_tokens", least=1) or MAX_ANSWER_TOKENS, MAX_ANSWER_TOKENS),
        include_usage=_flag(stream_options, "include_usage"),
    )


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal("The request body is not valid JSON.") from None
    if not isinstance(asked, dict):
        raise Refusal("The request body must be a JSON object.")
    return asked


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
    modalities = asked.get("modalities")
    if modalities is None:
        return False
    chosen = set(modalities) if _is_strings(modalities) else set()
    if chosen == {"text"}:
        return False
    if chosen != {"text", "audio"}:
        raise Refusal('modalities must be ["text"] or ["text","audio"].')
    if not model.speaks:
        raise Refusal(f"The model {model.name} does not support the modalities {modalities}.")
    return True


def _voice(asked: dict[str, Any], model: omni.catalog.Model) -> str:
    audio = asked.get("audio") or {}
    if not isinstance(audio, dict):
        raise Refusal("audio must be an object.")
    if audio.get("format", "wav") not in _AUDIO_FORMATS:
        raise Refusal(f"The audio format {audio['format']!r} is not supported; use 'wav'.")
    voice = audio.get("voice", model.default_voice)
    if not isinstance(voice, str):
        raise Refusal("audio.voice must be a string.")
    return _clean(voice)


@dataclass(frozen=True, slots=True)
class _Message:
    role: str
    text: str
    media: tuple[Medium, ...]

    @classmethod
    def read(cls, message: object) -> _Message:
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            raise Refusal(f"Each message must have a role, one of {', '.join(_ROLES)}.")
        role, content = message["role"], message.get("content")
        if isinstance(content, str):
            return cls(role, _clean(content), ())
        texts: list[str] = []
        media: list[Medium] = []
        for part in _list(content, f"the content of a {role} message"):
            if isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str):
                texts.append(_clean(part["text"]))
            elif role == "user":
                media += _media(part)
            else:
                raise Refusal(f"The content of a {role} message must be text.")
        kinds = sorted({medium.kind for medium in media})
        if len(kinds) > 1:
            raise Refusal(f"A user message takes one kind of media beside text, not {' and '.join(kinds)}.")
        return cls(role, "\n".join(texts), tuple(media))


def _media(part: object) -> list[Medium]:
    match part:
        case {"type": "image_url", "image_url": {"url": str(url)}}:
            return [_medium("image", url)]
        case {"type": "input_audio", "input_audio": {"data": str(url)}}:
            return [_medium("audio", url)]
        case {"type": "video_url", "video_url": {"url": str(url)}}:
            return [_medium("video", url)]
        case {"type": "video", "video": [*urls]} if urls and _is_strings(urls):
            return [_medium("video", url) for url in urls]
        case _:
            raise Refusal(
                "A part of a user message is none of text, image_url, input_audio, video, video_url."
            )


def _medium(kind: MediumKind, url: str) -> Medium:
    if not _URL.match(url):
        raise Refusal("The provided URL does not appear to be valid. Ensure it is correctly formatted.")
    return Medium(kind, _clean(url))


def _clean(text: str) -> str:
    """``text`` without lone surrogates, which JSON allows and no encoding takes."""
    return text.encode("utf-8", "replace").decode()


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list) or not value:
        raise Refusal(f"{name} must be a list that is not empty.")
    return value


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(member, str) for member in value)


def _flag(asked: dict[str, Any], name: str) -> bool:
    value = asked.get(name)
    if value is not None and not isinstance(value, bool):
        raise Refusal(f"{name} must be true or false.")
    return bool(value)


def _number(asked: dict[str, Any], name: str, *, least: int = 0) -> int | None:
    value = asked.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
        raise Refusal(f"{name} must be a whole number from {least}.")
    return value
