"""A question to Gemini's models; the path of the call names the model.

Rules.
1. System messages are the system instruction, and the assistant's are the model's turns.
2. A medium becomes a part of its own, in its place: its content beside its media type, or the URL of a
   file.  A list of frames becomes a part for each picture.
3. Parts in the words of chat completions (``image_url``, ``video_url``, ``input_audio``) are translated,
   so that messages written for another provider can be asked here too.
4. The answer is text: speech is what ``speak`` is for.
5. ``extra_body`` is merged last and wins, mappings key by key.

Source: https://ai.google.dev/api/generate-content
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from omni_stream.catalog import find_model
from omni_stream.errors import UsageError
from omni_stream.media import Frames
from omni_stream.request.body import Holes, Inline, encoded
from omni_stream.request.calls import call_to_ask
from omni_stream.request.chat import ChatRequest
from omni_stream.request.checks import row_to_check_by
from omni_stream.request.merged import checked_extra, merged
from omni_stream.request.messages import Prompt, messages_of
from omni_stream.request.placed import LONGEST_SCHEME, placed_medium, placed_part
from omni_stream.request.sampling import sampling_of
from omni_stream.request.shown import shown
from omni_stream.request.speech import model_of

if TYPE_CHECKING:
    from omni_stream.catalog import Provider
    from omni_stream.media import Medium
    from omni_stream.request.parts import Media
    from omni_stream.request.placed import Placed

_ROLES = {"user": "user", "assistant": "model"}
_SAMPLING = {
    "temperature": "temperature",
    "top_p": "topP",
    "seed": "seed",
    "max_tokens": "maxOutputTokens",
    "stop": "stopSequences",
}


def gemini_request(
    prompt: Prompt,
    *,
    provider: Provider,
    model: str | None = None,
    voice: str | None = None,
    modalities: Sequence[str] | None = None,
    thinking: bool | None = None,
    temperature: float | None = None,
    top_p: float | None = None,
    seed: int | None = None,
    max_tokens: int | None = None,
    stop: str | Sequence[str] | None = None,
    extra_body: Mapping[str, Any] | None = None,
    check: bool = True,
) -> ChatRequest:
    """The request that asks ``provider`` for an answer to ``prompt``; its arguments are ``chat_request``'s.

    Raises:
        UsageError: An argument breaks a rule, or cannot be said in JSON.
    """
    name = model_of(model, call_to_ask(provider))
    if voice is not None or (modalities is not None and tuple(modalities) != ("text",)):
        raise UsageError(
            f"{provider.name} answers questions in text, which speak() then gives a voice;"
            ' leave voice out, and modalities but for ["text"]'
        )
    holes = Holes()
    media: list[Placed] = []
    system, turns = _turns(messages_of(prompt), holes, media)
    sampling = sampling_of(temperature=temperature, top_p=top_p, seed=seed, max_tokens=max_tokens, stop=stop)
    settings: dict[str, Any] = {_SAMPLING[option]: value for option, value in sampling.items()}
    if isinstance(stop, str):
        settings["stopSequences"] = [stop]
    if thinking is not None:
        settings["thinkingConfig"] = _thinking(thinking)
    body: dict[str, Any] = {"contents": turns}
    if system:
        body["systemInstruction"] = {"parts": system}
    if settings:
        body["generationConfig"] = settings
    return ChatRequest(
        encoded(merged(body, checked_extra(extra_body)), holes),
        name,
        ("text",),
        tuple(media),
        bool(thinking),
        row_to_check_by(name, find_model(name), provider) if check else None,
    )


def _thinking(thinking: object) -> dict[str, Any]:
    if not isinstance(thinking, bool):
        raise UsageError(f"thinking is True, False or None, not {shown(thinking)}")
    return {"includeThoughts": True} if thinking else {"thinkingBudget": 0}


def _turns(
    messages: Sequence[Mapping[str, Any]], holes: Holes, media: list[Placed]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The parts of the system instruction, and the turns."""
    system: list[dict[str, Any]] = []
    turns: list[dict[str, Any]] = []
    for index, message in enumerate(messages):
        content = message.get("content")
        said = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        parts = [part for one in said for part in _parts(one, index, holes, media)]
        if message["role"] == "system":
            system += parts
        elif message["role"] in _ROLES:
            turns.append({"role": _ROLES[message["role"]], "parts": parts})
        else:
            raise UsageError(
                f"messages[{index}] is of the {shown(message['role'])}, and Gemini is told what the system,"
                " the user and the assistant say; give it as one of theirs"
            )
    return system, turns


def _parts(
    said: Mapping[str, Any] | Media, index: int, holes: Holes, media: list[Placed]
) -> Iterator[dict[str, Any]]:
    if not isinstance(said, Mapping):
        media.append(placed_medium(index, said))
        yield from (_medium(one, holes) for one in (said.pictures if isinstance(said, Frames) else (said,)))
        return
    placed = placed_part(index, said)
    if placed is not None:
        media.append(placed)
    match said:
        case {"type": "text", "text": str(text)}:
            yield {"text": text}
        case {"type": "image_url" | "video_url" as kind} if isinstance(url := _url(said.get(kind)), str):
            yield _at(url)
        case {"type": "video", "video": [*urls]} if all(isinstance(url, str) for url in urls):
            yield from map(_at, urls)
        case {"type": "input_audio", "input_audio": {"data": str(data), "format": str(format)}}:
            is_url = ":" in data[:LONGEST_SCHEME]
            media_type = f"audio/{format}"
            yield _at(data, media_type) if is_url else _inline(media_type, data)
        case _:
            raise UsageError(
                f"a part of messages[{index}] has no form for Gemini: its type is {shown(said.get('type'))};"
                " give text, an Image, Audio, Video or Frames, or contents in Gemini's words as extra_body"
            )


def _medium(medium: Medium, holes: Holes) -> dict[str, Any]:
    if medium.url is not None:
        return _at(medium.url, medium.media_type)
    return _inline(holes.text(Inline(medium, "media-type")), holes.text(Inline(medium, "bare")))


def _url(holder: object) -> object:
    return holder.get("url") if isinstance(holder, Mapping) else holder


def _inline(media_type: str, base64: str) -> dict[str, Any]:
    return {"inlineData": {"mimeType": media_type, "data": base64}}


def _at(url: str, media_type: str | None = None) -> dict[str, Any]:
    """What is at a URL, or in a data URI; ``media_type`` is the caller's word for it."""
    if url[:5].lower() != "data:":
        return {
            "fileData": {"fileUri": url} if media_type is None else {"mimeType": media_type, "fileUri": url}
        }
    head, comma, content = url.partition(",")
    stated, *parameters = head[5:].split(";")
    media_type = stated or media_type
    if not comma or "base64" not in parameters or media_type is None:
        raise UsageError(
            "Gemini takes a data URI that says its media type and is base64, as in data:image/png;base64,...;"
            " give the bytes, or such a one"
        )
    return _inline(media_type, content)
