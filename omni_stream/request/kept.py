"""Media in a conversation that is kept as JSON, and back.

A URL stays that URL and a path that path, as it was given: a relative one is
looked up where the program that asks runs, and the file is read when it is
asked.  Content that is in memory is kept itself, as base64.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from omni_stream.errors import UsageError
from omni_stream.media import Audio, Frames, Image, Video

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from omni_stream.media import Medium
    from omni_stream.request.parts import Media

_FRAMES = "omni_stream.frames"
_CLASSES: dict[str, type[Image | Audio | Video]] = {
    f"omni_stream.{one.kind}": one for one in (Image, Audio, Video)
}


def kept(part: object) -> object:
    """A part of a message as JSON keeps it.

    Raises:
        UsageError: It is a medium in an open file, which JSON cannot keep.
    """
    if isinstance(part, Frames):
        pictures = [_kept(picture) for picture in part.pictures]
        return {"type": _FRAMES, "pictures": pictures} | ({} if part.fps is None else {"fps": part.fps})
    return _kept(part) if isinstance(part, Image | Audio | Video) else part


def restored(part: object) -> object:
    """The part that ``kept`` gave.

    Raises:
        UsageError: It is said to be a medium, and is none.
    """
    if not isinstance(part, Mapping):
        return part
    if part.get("type") == _FRAMES and isinstance(part.get("pictures"), list):
        return Frames([_picture(picture) for picture in part["pictures"]], fps=part.get("fps"))
    return _restored(part) or part


def _kept(medium: Medium) -> dict[str, Any]:
    source = medium.source
    said: dict[str, Any] = {"type": f"omni_stream.{medium.kind}"}
    if medium.url is not None:
        said["url"] = medium.url
    elif isinstance(source, str | os.PathLike):
        said["path"] = os.fspath(source)
    else:
        try:
            said["base64"] = b64encode(cast("Buffer", source)).decode()
        except TypeError:  # it is a file object
            raise UsageError(f"the {medium} cannot be kept as JSON; give its path, or its bytes") from None
    return said | ({} if medium.media_type is None else {"media_type": medium.media_type})


def _restored(part: Mapping[str, Any]) -> Media | None:
    """The medium that a part says, None if it says none."""
    make = _CLASSES.get(str(part.get("type")))
    if make is None:
        return None
    match part:
        case {"url": str(source)} | {"path": str(source)}:
            return make(source, media_type=part.get("media_type"))
        case {"base64": str(encoded)}:
            try:
                return make(b64decode(encoded, validate=True), media_type=part.get("media_type"))
            except ValueError as error:
                if isinstance(error, UsageError):
                    raise
                raise UsageError(f"the {make.kind} kept in a conversation is no base64: {error}") from None
    raise UsageError(f"the {make.kind} kept in a conversation has no url, path or base64; add it anew")


def _picture(part: object) -> Image:
    picture = _restored(part) if isinstance(part, Mapping) else None
    if not isinstance(picture, Image):
        raise UsageError("the frames kept in a conversation are pictures, and one is none; add them anew")
    return picture
