"""Messages as they are written in a body: each medium becomes the part that the service documents.

Rules.
1. Nothing changes its place: a caller who puts the text first has it first.
2. What is at a URL is sent as that URL; a local medium leaves a hole (see ``body``).
3. A picture says its media type, as read from its content.  Sound and video go as ``data:;base64,``
   without one, as in every sample of Alibaba Cloud's Qwen-Omni guide; vLLM and SGLang look at what is
   behind the comma alone.
4. A part in the service's own words is sent as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, Video
from omni_stream.request.body import Inline
from omni_stream.request.placed import placed_medium, placed_part
from omni_stream.request.sound_format import format_of_type, format_of_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.catalog import Provider
    from omni_stream.request.body import Holes
    from omni_stream.request.placed import Placed

_UNTYPED = "data:;base64,"


def written(
    messages: Sequence[Mapping[str, Any]], *, provider: Provider, holes: Holes
) -> tuple[list[Mapping[str, Any]], tuple[Placed, ...]]:
    """The messages as JSON says them, and the media in them.

    Args:
        messages: Checked ones (see ``messages``).
        provider: Whom they are for.
        holes: Where local media leave their holes.

    Raises:
        UsageError: The provider does not take sound in that form.
    """
    ready: list[Mapping[str, Any]] = []
    media: list[Placed] = []
    for index, message in enumerate(messages):
        content = message.get("content")
        if isinstance(content, str) or content is None:
            ready.append(message)
            continue
        parts: list[object] = []
        for part in content:
            if isinstance(part, Mapping):
                own = placed_part(index, part)
                media += () if own is None else (own,)
                parts.append(part)
            else:
                media.append(placed_medium(index, part))
                parts.append(_part(part, provider, holes))
        ready.append({**message, "content": parts})
    return ready, tuple(media)


def _part(medium: Image | Audio | Video | Frames, provider: Provider, holes: Holes) -> dict[str, Any]:
    match medium:
        case Image():
            return {"type": "image_url", "image_url": {"url": _picture(medium, holes)}}
        case Video():
            url = medium.url or _UNTYPED + holes.text(Inline(medium, "bare"))
            return {"type": "video_url", "video_url": {"url": url}}
        case Audio():
            return _sound(medium, provider, holes)
        case Frames():
            part: dict[str, Any] = {
                "type": "video",
                "video": [_picture(picture, holes) for picture in medium.pictures],
            }
            return part if medium.fps is None else {**part, "fps": medium.fps}


def _picture(picture: Image, holes: Holes) -> str:
    return picture.url or holes.text(Inline(picture, "data-uri"))


def _sound(sound: Audio, provider: Provider, holes: Holes) -> dict[str, Any]:
    bare = provider.inline_audio == "bare"
    if sound.url is None:
        encoded = holes.text(Inline(sound, "bare"))
        format = holes.text(Inline(sound, "format"))
        data = encoded if bare else _UNTYPED + encoded
        return {"type": "input_audio", "input_audio": {"data": data, "format": format}}
    url = sound.url
    format_or_none = format_of_url(url) if sound.media_type is None else format_of_type(sound.media_type)
    if url[:5].lower() == "data:":
        if bare:
            url = _base64_of(url, provider)
            if format_or_none is None:
                raise UsageError(
                    f'{provider.name} is told the format of sound; say it, as in media_type="audio/wav"'
                )
    elif provider.audio_by_url == "audio_url":
        return {"type": "audio_url", "audio_url": {"url": url}}
    elif provider.audio_by_url is None:
        raise UsageError(
            f"{provider.name} takes sound as its content, and not at a URL; download it and give its path"
        )
    stated = {"data": url} if format_or_none is None else {"data": url, "format": format_or_none}
    return {"type": "input_audio", "input_audio": stated}


def _base64_of(url: str, provider: Provider) -> str:
    head, _, base64 = url.partition(",")
    if not head.lower().endswith(";base64"):
        raise UsageError(
            f"{provider.name} takes sound as base64, and this data URI is written otherwise; give its bytes"
        )
    return base64
