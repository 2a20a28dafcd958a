"""A request's body -> what is asked of Gemini, or its refusal.

A model that answers does so in text; one that is asked for AUDIO reads its text out.
"""

from __future__ import annotations

from typing import cast

from omni_stream.emulator.answers import Prompt
from omni_stream.emulator.chat_request import MAX_ANSWER_TOKENS, ChatRequest
from omni_stream.emulator.fields import clean, full_list, json_object, member, number, text
from omni_stream.emulator.medium import Medium, MediumKind, at_url, in_base64
from omni_stream.emulator.medium_limits import check_countable
from omni_stream.emulator.refusal import Refusal

_DEFAULT_VOICE = "Kore"
_KINDS = ("image", "audio", "video")


def read_gemini_request(body: bytes | bytearray, model: str) -> ChatRequest:
    """What ``body`` asks of ``model``, which the path names.

    Raises:
        Refusal: The service would not answer it.
    """
    asked = json_object(body)
    turns = [_turn(turn) for turn in full_list(asked.get("contents"), "contents")]
    system, _ = _parts(member(asked, "systemInstruction").get("parts") or [])
    media = tuple(medium for _, given in turns for medium in given)
    check_countable(media, model=model)
    config = member(asked, "generationConfig")
    is_spoken = config.get("responseModalities") == ["AUDIO"]
    said, given = turns[-1]
    voice = member(member(member(config, "speechConfig"), "voiceConfig"), "prebuiltVoiceConfig")
    return ChatRequest(
        model=model,
        prompt=Prompt(f"Say: {said}", (), "", model) if is_spoken else Prompt(said, given, system, model),
        input_text=tuple(words for words, _ in turns),
        input_media=media,
        speaks=is_spoken,
        thinks=False,
        voice=text(voice, "voiceName", _DEFAULT_VOICE) if is_spoken else "",
        voices=(),
        audio_format="pcm",
        seed=number(config, "seed"),
        max_tokens=min(number(config, "maxOutputTokens", least=1) or MAX_ANSWER_TOKENS, MAX_ANSWER_TOKENS),
        include_usage=True,
    )


def _turn(turn: object) -> tuple[str, tuple[Medium, ...]]:
    if not isinstance(turn, dict) or turn.get("role", "user") not in {"user", "model"}:
        raise Refusal("Please use a valid role: user, model.")
    return _parts(full_list(turn.get("parts"), "parts"))


def _parts(parts: list[object]) -> tuple[str, tuple[Medium, ...]]:
    texts: list[str] = []
    media: list[Medium] = []
    for part in parts:
        match part:
            case {"text": str(words)}:
                texts.append(clean(words))
            case {"inlineData": {"mimeType": str(kind), "data": str(encoded)}}:
                media.append(in_base64(_kind(kind), encoded))
            case {"fileData": {"mimeType": str(kind), "fileUri": str(url)}}:
                media.append(at_url(_kind(kind), url))
            case {"fileData": {"fileUri": str(url)}}:
                media.append(at_url("video", url))
            case _:
                raise Refusal("A part is none of text, inlineData, fileData.")
    return "\n".join(texts), tuple(media)


def _kind(media_type: str) -> MediumKind:
    kind = media_type.partition("/")[0].lower()
    if kind not in _KINDS:
        raise Refusal(f"Unsupported MIME type: {clean(media_type)[:80]}")
    return cast("MediumKind", kind)
