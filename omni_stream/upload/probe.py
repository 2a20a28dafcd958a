"""The door to MediaInfo and imagesize: what they find in content.

MediaInfo tells of sound and video, imagesize the size of pictures; MediaInfo has
none for WebP, and has corrupted memory over an AVIF that came in small parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omni_stream.upload.content import Content

_READ_BYTES = 64 * 1024  # at once, of a file of which MediaInfo skips most


@dataclass(frozen=True, slots=True)
class Found:
    """What MediaInfo says of content, by its own names; empty where it knows nothing.

    Attributes:
        general: Of the whole.
        video: Of the first track of pictures that move.
        audio: Of the first track of sound.
        image: Of the first picture that does not.
    """

    general: Mapping[str, Any] = field(default_factory=dict)
    video: Mapping[str, Any] = field(default_factory=dict)
    audio: Mapping[str, Any] = field(default_factory=dict)
    image: Mapping[str, Any] = field(default_factory=dict)


def probed(content: Content) -> Found:
    """What MediaInfo finds in ``content``.

    Raises:
        UsageError: The content cannot be read, or MediaInfo's library cannot be loaded.
    """
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415 -- both are slow to import, ...

    from pymediainfo import MediaInfo  # noqa: PLC0415 -- ... this one with a library of 15 MB

    source = _Source(content)
    source.seek(0)
    is_avi = source.read(12)[8:] == b"AVI "  # whose sound is counted twice if it comes in one part
    read_bytes = min(_READ_BYTES, content.size // 2 + 1) if is_avi else _READ_BYTES
    try:
        tracks = MediaInfo.parse(source, encoding_errors="replace", buffer_size=read_bytes).tracks
    except OSError as error:
        raise UsageError(
            f"media are inspected with MediaInfo, and its library is not here: {error};"
            " install libmediainfo, or send media by URL"
        ) from error
    except ParseError:  # a title that is no XML, say
        tracks = []
    if source.failure is not None:
        raise source.failure
    first: dict[str, Mapping[str, Any]] = {}
    for track in reversed(tracks):
        first[track.track_type] = track.to_data()
    return Found(*(first.get(kind, {}) for kind in ("General", "Video", "Audio", "Image")))


def picture_size(content: Content) -> tuple[int, int] | None:
    """Width and height of a picture as it is shown, in pixels; None where they are not known."""
    import imagesize  # type: ignore[import-untyped]  # noqa: PLC0415 -- it has no types, and is for pictures alone

    source = _Source(content)
    source.seek(0)
    width, height = imagesize.get(source)
    if source.failure is not None:
        raise source.failure
    return (width, height) if width > 0 and height > 0 else None


def number(facts: Mapping[str, Any], name: str) -> float | None:
    """A number above 0 of what MediaInfo says; None where it says none."""
    try:
        value = float(facts[name])
    except (KeyError, TypeError, ValueError):
        return None
    return value if isfinite(value) and value > 0 else None


class _Source:
    """Content as these libraries read it.

    pymediainfo leaks what it holds when reading raises, so that content which
    cannot be read ends there, and the error is kept.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self.failure: UsageError | None = None
        self.seek = content.seek
        self.tell = content.tell

    def read(self, size: int = -1) -> bytes:
        try:
            return self._content.read(size if size >= 0 else self._content.size)
        except UsageError as error:
            self.failure = error
            return b""
