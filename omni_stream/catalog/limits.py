"""What a model takes: tokens by mode, and media by kind.

A limit that is None is one that the source does not state.  Bytes are those of
a file itself, before any base64.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from omni_stream.catalog.bounds import Bounds
from omni_stream.catalog.rows import read_rows


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """The most tokens of one request, in one mode.

    Attributes:
        context: Input, reasoning and output together.
        input: The messages, media included.
        reasoning: The chain of thought; 0 in a mode without one.
        output: The answer.
    """

    context: int
    input: int
    reasoning: int
    output: int


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What images a message may have.

    Attributes:
        bytes: The size of each.
        side_pixels: The width, and the height, of each.
        side_ratio: The longer side over the shorter.
        all_tokens_are_below_input: Whether all images together must be fewer tokens than the input limit.
        count_by_url: How many, given as URLs.
        count_inline: How many, given as base64.
        formats: The formats taken, in capitals; empty if the source does not name them.
        formats_are_all: Whether others are refused.
    """

    bytes: Bounds | None = None
    side_pixels: Bounds | None = None
    side_ratio: Bounds | None = None
    all_tokens_are_below_input: bool | None = None
    count_by_url: Bounds | None = None
    count_inline: Bounds | None = None
    formats: tuple[str, ...] = ()
    formats_are_all: bool | None = None


@dataclass(frozen=True, slots=True)
class ClipLimits:
    """What audio, or what video files, a message may have.

    Attributes:
        count: How many.
        bytes: The size of each.
        seconds: The duration of each.
        formats: The formats taken, in capitals; empty if the source does not name them.
        formats_are_all: Whether others are refused.
    """

    count: Bounds | None = None
    bytes: Bounds | None = None
    seconds: Bounds | None = None
    formats: tuple[str, ...] = ()
    formats_are_all: bool | None = None


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """What media a message may have.

    Attributes:
        image: Its images.
        audio: Its audio.
        video: Its video files.
        frames: How many pictures a video may have that is given as a list of them.
        one_kind_a_message: Whether beside text only one kind of media may be in a user message.
        user_messages_alone: Whether other messages than those of the user take text alone.
        video_sound_is_billed_apart: Whether a video's picture and its sound cost tokens each.
    """

    image: ImageLimits = ImageLimits()
    audio: ClipLimits = ClipLimits()
    video: ClipLimits = ClipLimits()
    frames: Bounds | None = None
    one_kind_a_message: bool | None = None
    user_messages_alone: bool | None = None
    video_sound_is_billed_apart: bool | None = None


UNSTATED = MediaLimits()
"""The media limits of a model whose source states none."""


@cache
def token_limits(name: str) -> TokenLimits:
    """The row ``name`` of the data file's ``tokens``."""
    return TokenLimits(**read_rows("limits.json")["tokens"][name])


@cache
def media_limits(name: str) -> MediaLimits:
    """The row ``name`` of the data file's ``media``."""
    row = read_rows("limits.json")["media"][name]
    kinds = {"image": ImageLimits, "audio": ClipLimits, "video": ClipLimits}
    return MediaLimits(
        **{key: kinds[key](**_limits(value)) if key in kinds else _limit(value) for key, value in row.items()}
    )


def _limits(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _limit(value) for key, value in row.items()}


def _limit(value: object) -> Any:  # noqa: ANN401 -- whatever its field holds
    match value:
        case dict():
            return Bounds(**value)
        case list():
            return tuple(value)
    return value
