"""How media are counted in tokens: the numbers of the rules, for those who reckon by them.

A model sees pictures in squares, its units: one token each, after the picture
has been scaled to whole units and into the range that the rule allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from omni_stream.catalog.bounds import Bounds
from omni_stream.catalog.rows import read_rows


@dataclass(frozen=True, slots=True)
class ImageTokenRule:
    """How many tokens an image is.

    Attributes:
        unit_pixels: The side of a unit.
        least_units: The fewest units that an image is scaled to.
        most_units: The most.
        marker_tokens: Tokens that the guide's code adds, of which its text does not tell.
    """

    unit_pixels: int
    least_units: int
    most_units: int
    marker_tokens: int


@dataclass(frozen=True, slots=True)
class VideoTokenRule:
    """How many tokens the picture of a video is.

    Attributes:
        unit_pixels: The side of a unit.
        guide_divisor_pixels: What the guide's code divides by in place of ``unit_pixels``, for every model.
        frames_per_second: How many frames are looked at in a second.
        frame_multiple: What the number of frames is rounded to a multiple of.
        least_frames: The fewest frames looked at.
        most_frames: The most.
        least_frame_units: The fewest units that a frame is scaled to.
        most_frame_units: The most.
        most_units: The most units of all frames, by which those of a frame are bounded too.
        frame_floor_factor: How far above the fewest units the bound of a frame stays at least.
        side_ratio: The longer side of a frame over the shorter.
        marker_tokens: Tokens added to those of the frames.
    """

    unit_pixels: int
    guide_divisor_pixels: int
    frames_per_second: int
    frame_multiple: int
    least_frames: int
    most_frames: int
    least_frame_units: int
    most_frame_units: int
    most_units: int
    frame_floor_factor: float
    side_ratio: Bounds
    marker_tokens: int


@dataclass(frozen=True, slots=True)
class TokenRules:
    """How media are counted in tokens.

    Attributes:
        least_audio_seconds: What shorter audio counts as; a second is ``Model.audio_tokens_per_second``.
        image: The rule for an image.
        video: The rule for the picture of a video; its sound is counted as audio.
        note: Where the source is vague or odd.
    """

    least_audio_seconds: float
    image: ImageTokenRule
    video: VideoTokenRule
    note: str


@cache
def token_rules(name: str) -> TokenRules:
    """The row ``name`` of the data file's ``token_rules``."""
    row = read_rows("limits.json")["token_rules"][name]
    video = {**row["video"], "side_ratio": Bounds(**row["video"]["side_ratio"])}
    return TokenRules(**{**row, "image": ImageTokenRule(**row["image"]), "video": VideoTokenRule(**video)})
