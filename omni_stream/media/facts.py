"""What was found in a medium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_stream.media.source import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What is known of a picture, a recording or a video; None is what is not known, as of a URL.

    Attributes:
        kind: "image", "audio" or "video".
        media_type: Such as "image/png": what the content shows, or the caller's word.
        format: The name of the container or codec in capitals, such as "PNG", "MP3" or "MP4".
        bytes: The size of the content, before any encoding.
        width: Pixels, of a picture and of a video's frames.
        height: Likewise.
        seconds: The duration of sound or video.
        frames: How many pictures a video has.
        fps: How many of them are a second, on average.
        has_sound: Whether there is sound in it.
    """

    kind: Kind
    media_type: str | None = None
    format: str | None = None
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    frames: int | None = None
    fps: float | None = None
    has_sound: bool | None = None
