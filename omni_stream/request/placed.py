"""Media in their places among the messages: what there is to check, to inspect and to count.

A medium that is no value of this package, but a part as the service documents
it, is placed too: the length of its base64 tells its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from omni_stream.media import Frames, Image, MediaFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.media import Audio, Kind, Medium, Video

PlacedKind = Literal["image", "audio", "video", "frames"]


@dataclass(frozen=True, slots=True)
class Content:
    """One picture, recording or video file.

    Attributes:
        medium: The local medium that it comes from, which is to be inspected; None for one at a URL, or
            in a data URI.
        facts: What is known of it without inspecting.
    """

    medium: Medium | None
    facts: MediaFacts

    @property
    def is_inline(self) -> bool:
        """Whether it is sent itself, and not a URL at which the service finds it."""
        return self.medium is not None or self.facts.bytes is not None


@dataclass(frozen=True, slots=True)
class Placed:
    """A medium in its place.

    Attributes:
        message: The index of its message.
        kind: "image", "audio", "video" (a file), or "frames" (a video as a list of pictures).
        contents: One; of frames each picture.
    """

    message: int
    kind: PlacedKind
    contents: tuple[Content, ...]

    @property
    def name(self) -> str:
        """What an error calls it."""
        medium = self.contents[0].medium if len(self.contents) == 1 else None
        return f"{medium or self.kind} in messages[{self.message}]"

    def facts(self, found: Mapping[Medium, MediaFacts]) -> tuple[MediaFacts, ...]:
        """What is known of each of ``contents``; ``found`` is what inspecting has shown."""
        return tuple(
            content.facts if content.medium is None else found.get(content.medium, content.facts)
            for content in self.contents
        )


def placed_medium(message: int, medium: Image | Audio | Video | Frames) -> Placed:
    """The place of a medium in the message of that index."""
    if isinstance(medium, Frames):
        return Placed(message, "frames", tuple(map(_content, medium.pictures)))
    return Placed(message, medium.kind, (_content(medium),))


def placed_part(message: int, part: Mapping[str, Any]) -> Placed | None:
    """The place of a medium that is given in the service's own words; None of anything else."""
    match part:
        case {"type": "image_url", "image_url": {"url": str(url)} | str(url)}:
            return Placed(message, "image", (_at("image", url),))
        case {"type": "video_url", "video_url": {"url": str(url)} | str(url)}:
            return Placed(message, "video", (_at("video", url),))
        case {"type": "audio_url", "audio_url": {"url": str(url)} | str(url)}:
            return Placed(message, "audio", (_at("audio", url),))
        case {"type": "input_audio", "input_audio": {"data": str(url)}}:
            content = _at("audio", url) if ":" in url[:LONGEST_SCHEME] else _bare("audio", url)
            return Placed(message, "audio", (content,))
        case {"type": "video", "video": [*urls]} if all(isinstance(url, str) for url in urls):
            return Placed(message, "frames", tuple(_at("image", url) for url in urls))
        case _:
            return None


LONGEST_SCHEME = 32
"""Characters within which a URL has its colon; base64 has none."""

_LONGEST_HEAD = 1024
"""Characters of a data URI within which its comma is."""


def _content(medium: Medium) -> Content:
    if (url := medium.url) is not None:
        return _at(medium.kind, url)
    return Content(medium, MediaFacts(kind=medium.kind, media_type=medium.media_type))


def _at(kind: Kind, url: str) -> Content:
    """What is at a URL."""
    if url[:5].lower() != "data:" or (comma := url.find(",", 0, _LONGEST_HEAD)) < 0:
        return Content(None, MediaFacts(kind=kind))
    head = url[5:comma]
    media_type = head.partition(";")[0] or None
    if not head.lower().endswith(";base64"):
        return Content(None, MediaFacts(kind=kind, media_type=media_type, bytes=len(url) - comma - 1))
    return _bare(kind, url, start=comma + 1, media_type=media_type)


def _bare(kind: Kind, base64: str, *, start: int = 0, media_type: str | None = None) -> Content:
    """What base64 encodes, from a character on."""
    padding = 2 if base64.endswith("==") else 1 if base64.endswith("=") else 0
    encoded = len(base64) - start - padding
    return Content(None, MediaFacts(kind=kind, media_type=media_type, bytes=encoded * 3 // 4))
