"""What is in a medium, told from its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.errors import UsageError
from omni_stream.media import Frames, MediaFacts, Medium, check_source, shown_source, url_of
from omni_stream.upload.adts import adts_seconds
from omni_stream.upload.content import is_seekable, opened
from omni_stream.upload.formats import format_of, format_of_type, kind_of, media_type_of
from omni_stream.upload.probe import Found, number, picture_size, probed
from omni_stream.upload.signatures import SIGNATURE_BYTES, picture_format

if TYPE_CHECKING:
    from omni_stream.media import Kind, Source
    from omni_stream.upload.content import Content

_SHOWN_KINDS: dict[Kind, str] = {"image": "a picture", "audio": "sound", "video": "a video"}


def inspect(medium: Medium | Source) -> MediaFacts:
    """What is in a medium: its format, size, pixels, duration.

    Mostly the heads of a file are read, by MediaInfo and imagesize; all of it
    for AAC without a container, whose duration stands nowhere.  The media type and
    format come from the content, never from a name.  It takes a few milliseconds, and
    longer for a large MKV or TS; call it in a thread where a loop runs.

    Of a URL nothing is fetched: only what the caller says of it is known, and of a
    data URI its type and size.  A file object that cannot seek is not read.  One
    that can is looked at from where it stands, and is put back there.

    Args:
        medium: What to look at; or a path, bytes or a file object of any of the three kinds.

    Raises:
        UsageError: The file is missing, empty, no regular file or cannot be read; what is in it is not
            known, or of another kind; or ``medium`` is a URL of no kind.
    """
    if isinstance(medium, Frames):
        raise UsageError("Frames are looked at one by one; inspect each of its pictures")
    if isinstance(medium, Medium):
        return _inspected(medium.source, str(medium), medium.kind, medium.media_type)
    check_source(medium, None)
    return _inspected(medium, f"file {shown_source(medium)}", None, None)


def _inspected(source: Source, name: str, kind: Kind | None, media_type: str | None) -> MediaFacts:
    url = url_of(source)
    if url is None and is_seekable(source):
        with opened(source, name) as content:
            return _facts(content, name, kind, media_type)
    if kind is None:
        raise UsageError(
            f"{name} is not looked at, so that its kind is not known; give a local file, or say the kind,"
            " as omni.Image, Audio or Video"
        )
    if url is not None and url[:5].lower() == "data:":
        return _facts_of_data_uri(url, kind, media_type)
    return MediaFacts(kind=kind, media_type=media_type)


def _facts(content: Content, name: str, wanted: Kind | None, media_type: str | None) -> MediaFacts:
    format = picture_format(content.read(SIGNATURE_BYTES))
    if format is not None:
        _check_kind("image", wanted, name, format)
        return _facts_of_picture(content, format, media_type or media_type_of(format, "image"))
    found = probed(content)
    told = str(found.general.get("format") or "")
    brand = str(found.general.get("codec_id") or "")
    kind = _kind(found) or kind_of(format_of(told, brand=brand, kind=None))
    if kind is not None:
        format = _layer(found, format_of(told, brand=brand, kind=kind))
        _check_kind(kind, wanted, name, format)
        found_type = media_type_of(format, kind, told=str(found.general.get("internet_media_type") or ""))
        return _facts_by_tracks(content, found, kind, format, media_type or found_type)
    if told or wanted is None or media_type is None:
        raise UsageError(_not_known(name, told, wanted))
    return MediaFacts(kind=wanted, media_type=media_type, bytes=content.size)


def _check_kind(kind: Kind, wanted: Kind | None, name: str, format: str) -> None:
    if wanted not in (None, kind):
        raise UsageError(f"{name} is {_SHOWN_KINDS[kind]} ({format}); give it as omni.{kind.capitalize()}")


def _not_known(name: str, told: str, wanted: Kind | None) -> str:
    what = f"is {told}, and no" if told else "is no"
    kinds = _SHOWN_KINDS[wanted].removeprefix("a ") if wanted else "picture, sound or video"
    remedy = "" if told or wanted is None else ", or say with media_type what it is to send it unchecked"
    return f"{name} {what} {kinds} of a known format; give another file{remedy}"


def _kind(found: Found) -> Kind | None:
    """What moves comes first, then what sounds: the picture of a song is its cover."""
    if found.video:
        return "video"
    if found.audio:
        return "audio"
    return "image" if found.image else None


def _layer(found: Found, format: str) -> str:
    is_second = format == "MP3" and found.audio.get("format_profile") == "Layer 2"
    return "MP2" if is_second else format


def _facts_of_picture(content: Content, format: str, media_type: str | None) -> MediaFacts:
    width, height = picture_size(content) or (None, None)
    return MediaFacts(
        kind="image",
        media_type=media_type,
        format=format,
        bytes=content.size,
        width=width,
        height=height,
        has_sound=False,
    )


def _facts_by_tracks(
    content: Content, found: Found, kind: Kind, format: str, media_type: str | None
) -> MediaFacts:
    pictures = found.image if kind == "image" else found.video
    width, height = number(pictures, "width"), number(pictures, "height")
    frames, fps = _frames(found)
    return MediaFacts(
        kind=kind,
        media_type=media_type,
        format=format,
        bytes=content.size,
        width=int(width) if width else None,
        height=int(height) if height else None,
        seconds=_seconds(content, found, kind, format),
        frames=frames,
        fps=fps,
        has_sound=bool(found.audio) or kind == "audio",
    )


def _seconds(content: Content, found: Found, kind: Kind, format: str) -> float | None:
    if kind == "image":
        return None
    milliseconds = number(found.general, "duration") or number(getattr(found, kind), "duration")
    if milliseconds is not None:
        return milliseconds / 1000
    return adts_seconds(content) if format == "AAC" else None


def _frames(found: Found) -> tuple[int | None, float | None]:
    """How many there are, and how many a second, each told from the other where only one is known."""
    video = found.video
    count, fps, milliseconds = (number(video, name) for name in ("frame_count", "frame_rate", "duration"))
    whole, part = number(video, "framerate_num"), number(video, "framerate_den")
    if whole and part:
        fps = whole / part  # 24000 / 1001, where the rate itself has three digits
    if milliseconds and fps and not count:
        count = round(milliseconds / 1000 * fps)
    if milliseconds and count and not fps:
        fps = count / milliseconds * 1000
    return int(count) if count else None, fps


def _facts_of_data_uri(url: str, kind: Kind, media_type: str | None) -> MediaFacts:
    comma = url.index(",")
    said, *parameters = url[5:comma].lower().split(";")
    media_type = media_type or said or None
    size = None
    if "base64" in parameters:
        size = (len(url) - comma - 1 - url.count("=", len(url) - 2)) * 3 // 4
    return MediaFacts(
        kind=kind,
        media_type=media_type,
        format=format_of_type(media_type) if media_type else None,
        bytes=size,
    )
