"""The media that a question is about."""

from __future__ import annotations

import os
from glob import glob
from typing import TYPE_CHECKING, Literal, TypeAlias

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Iterable

Medium: TypeAlias = omni.Image | omni.Audio | omni.Video
"""One that can be looked at."""

Media: TypeAlias = Medium | omni.Frames
"""What a question may be about."""

Kind = Literal["image", "audio", "video"]

_KINDS: dict[Kind, type[Medium]] = {"image": omni.Image, "audio": omni.Audio, "video": omni.Video}
_IN_WORDS: dict[Kind, str] = {"image": "a picture", "audio": "a recording", "video": "a video"}


def attached(
    *,
    image: Iterable[str] | None = None,
    audio: Iterable[str] | None = None,
    video: Iterable[str] | None = None,
    frames: Iterable[str] | None = None,
) -> list[Media]:
    """Media at the files and URLs that the options of those names give; ``frames`` are one video.

    Raises:
        UsageError: A name is empty, or a pattern matches no file.
    """
    media: list[Media] = [medium_at(name, "image") for name in image or ()]
    media += [medium_at(name, "audio") for name in audio or ()]
    media += [medium_at(name, "video") for name in video or ()]
    if pictures := [picture for name in frames or () for picture in _pictures(name)]:
        media.append(omni.Frames(pictures))
    return media


def medium_at(name: str, kind: Kind) -> Medium:
    """The medium at a URL or a path, by a path that a conversation can be gone on with from anywhere.

    Raises:
        UsageError: The name is empty, or that of no file or URL.
    """
    medium = _KINDS[kind](name)
    return medium if medium.url is not None else _KINDS[kind](_absolute(name))


def described(facts: omni.MediaFacts) -> str:
    """A medium in a few words, such as "a picture (PNG, 640 by 480)"; fewer where less is known."""
    words = [] if facts.format is None else [facts.format]
    if facts.width is not None and facts.height is not None:
        words.append(f"{facts.width} by {facts.height}")
    if facts.seconds is not None:
        words.append(f"{facts.seconds:.1f} s")
    return f"{_IN_WORDS[facts.kind]} ({', '.join(words)})" if words else _IN_WORDS[facts.kind]


def _pictures(name: str) -> list[omni.Image]:
    """The pictures that ``name`` stands for, in the order of their names if it is a pattern."""
    picture, path = omni.Image(name), _absolute(name)
    if picture.url is not None:
        return [picture]
    if os.path.exists(path) or not any(mark in name for mark in "*?["):  # noqa: PTH110 -- likewise
        return [omni.Image(path)]
    found = sorted(glob(path))  # noqa: PTH207 -- it is a text, and its names are
    if not found:
        raise omni.UsageError(f"no file has a name like {name}; give the names of pictures")
    return [omni.Image(path) for path in found]


def _absolute(name: str) -> str:
    return os.path.abspath(os.path.expanduser(name))  # noqa: PTH100, PTH111 -- text in, text out
