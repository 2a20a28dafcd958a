"""A video as a list of pictures."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, Literal

from omni_stream.errors import UsageError
from omni_stream.media.medium import Image, Medium

if TYPE_CHECKING:
    from omni_stream.media.source import Source

MOST_PICTURES = 10_000
"""Some five times what any model takes; an iterable without an end is noticed."""

MOST_FPS = 1_000_000
"""The fastest cameras."""


@dataclass(frozen=True, slots=True, eq=False, repr=False, init=False)
class Frames:
    """A video as a list of pictures, without sound.

    Args:
        pictures: The pictures in their order: each an ``Image``, or what one is made of.
        fps: How many of them are a second of the video, at most a million; None leaves that to the service.

    Attributes:
        kind: "frames".
        pictures: The pictures.
        fps: What was given.

    Raises:
        UsageError: There are no pictures or more than 10,000, one of them is none, or ``fps`` is out
            of range.
    """

    kind: ClassVar[Literal["frames"]] = "frames"

    pictures: tuple[Image, ...]
    fps: float | None

    def __init__(self, pictures: Iterable[Image | Source], *, fps: float | None = None) -> None:
        _check_list(pictures)
        given = tuple(islice(pictures, MOST_PICTURES + 1))
        if not given:
            raise UsageError("Frames is made of pictures, and the list is empty")
        if len(given) > MOST_PICTURES:
            raise UsageError(
                f"Frames has at most {MOST_PICTURES} pictures, and there are more; take fewer a second"
            )
        _check_rate(fps)
        object.__setattr__(self, "pictures", tuple(_picture(number, one) for number, one in enumerate(given)))
        object.__setattr__(self, "fps", fps)

    def __repr__(self) -> str:
        return f"<Frames of {len(self.pictures)} pictures>"


def _check_list(pictures: object) -> None:
    if isinstance(pictures, str | bytes | bytearray | memoryview | os.PathLike | Medium) or not isinstance(
        pictures, Iterable
    ):
        raise UsageError(
            f"Frames is made of a list of pictures, not of one {type(pictures).__name__};"
            " give a list, or a video file as Video"
        )


def _check_rate(fps: object) -> None:
    if fps is None or (isinstance(fps, int | float) and not isinstance(fps, bool) and 0 < fps <= MOST_FPS):
        return
    shown = str(fps)[:40] if isinstance(fps, float | int) else f"a {type(fps).__name__}"
    raise UsageError(
        f"fps is a number above 0 and up to {MOST_FPS}, the pictures of a second, and {shown} is not;"
        " leave it out to have the service choose"
    )


def _picture(number: int, one: Image | Source) -> Image:
    if isinstance(one, Image):
        return one
    if isinstance(one, Medium):
        raise UsageError(
            f"Frames is made of pictures, and number {number} is a {type(one).__name__}; send it alone"
        )
    try:
        return Image(one)
    except UsageError as error:
        raise UsageError(f"picture {number} of Frames: {error}") from None
