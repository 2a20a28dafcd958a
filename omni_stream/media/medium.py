"""A picture, a recording or a video, wherever its content is."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, ClassVar

from omni_stream.media.source import check_media_type, check_source, shown_source, url_of

if TYPE_CHECKING:
    from omni_stream.media.source import Kind, Source


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Medium:
    """What ``Image``, ``Audio`` and ``Video`` have in common.

    Two are equal only if they are one and the same: whether two files have the
    same content is not looked at.

    Attributes:
        kind: "image", "audio" or "video".
        source: What was given.
        media_type: What the caller says it is, such as "image/png"; None to have it read from the content.
    """

    kind: ClassVar[Kind]

    source: Source
    _: KW_ONLY
    media_type: str | None = None

    def __post_init__(self) -> None:
        check_source(self.source, self.kind)
        if self.media_type is not None:
            check_media_type(self.media_type)

    def __str__(self) -> str:
        return f"{self.kind} {shown_source(self.source)}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {shown_source(self.source)}>"

    @property
    def url(self) -> str | None:
        """The URL at which the service finds it, a data URI included; None where the content is local."""
        return url_of(self.source)


class Image(Medium):
    """A picture.

    Nothing is opened here.  A local picture is looked at and read when it is
    sent (``omni.inspect`` looks at once); a URL is handed on to the service, which
    fetches it.

    Args:
        source: A URL of any scheme that the service knows (``https://``, ``oss://``, ``data:``); a path
            as text or ``os.PathLike``; bytes, or anything with a buffer; or an open binary file
            object.  A text with ``://`` after its first word is a URL, any other a path.
        media_type: What it is sent as, such as "image/png"; by default what its content shows.

    Attributes:
        kind: "image".
        source: What was given.
        media_type: What was given, else None.

    Raises:
        UsageError: The source is empty, of another type, a ``file://`` URL, or a file object that is
            closed, asynchronous or of text; or ``media_type`` is not written as one.
    """

    __slots__ = ()
    kind: ClassVar[Kind] = "image"


class Audio(Medium):
    """A recording of sound.

    Nothing is opened here.  A local recording is looked at and read when it is
    sent (``omni.inspect`` looks at once); a URL is handed on to the service, which
    fetches it.

    Args:
        source: A URL, a path, bytes or an open binary file object, as of ``Image``.
        media_type: What it is sent as, such as "audio/wav"; by default what its content shows.

    Attributes:
        kind: "audio".
        source: What was given.
        media_type: What was given, else None.

    Raises:
        UsageError: As for ``Image``.
    """

    __slots__ = ()
    kind: ClassVar[Kind] = "audio"


class Video(Medium):
    """A video file: pictures, and sound if it has some.

    Nothing is opened here.  A local video is looked at and read when it is sent
    (``omni.inspect`` looks at once); a URL is handed on to the service, which
    fetches it.  ``Frames`` is a video as a list of pictures.

    Args:
        source: A URL, a path, bytes or an open binary file object, as of ``Image``.
        media_type: What it is sent as, such as "video/mp4"; by default what its content shows.

    Attributes:
        kind: "video".
        source: What was given.
        media_type: What was given, else None.

    Raises:
        UsageError: As for ``Image``.
    """

    __slots__ = ()
    kind: ClassVar[Kind] = "video"
