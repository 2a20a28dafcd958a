"""Tokens of the pictures of a video file.

Frames are sampled at two a second, scaled to a size that depends on how many
they are, and counted in pairs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from omni_stream.errors import UsageError
from omni_stream.tokens.arguments import MOST_FRAMES, MOST_PIXELS, check_number, check_ratio, check_whole
from omni_stream.tokens.rules import rules_to_count_by
from omni_stream.tokens.scaling import scaled

if TYPE_CHECKING:
    from omni_stream.catalog import VideoTokenRule

_CUT_SECONDS = 0.5  # a rest of that length or less after the last whole second is not counted
_LEAST_FRAMES = 2  # one is a picture

_LEAST_FPS = 0.001  # a time-lapse of one picture in a quarter of an hour
_MOST_FPS = 1_000_000  # the fastest cameras


def video(height: int, width: int, *, frames: int, fps: float, model: str, as_coded: bool = False) -> int:
    """Tokens of the pictures of a video file, by Alibaba Cloud's Qwen-Omni guide.

    Its sound is counted with ``audio`` and billed apart.

    Args:
        height: Pixels, 1 to 2,147,483,647, and at most 200 times the width.
        width: Likewise.
        frames: How many it has, 2 to 2,147,483,647.
        fps: Frames a second, 0.001 to 1,000,000.
        model: The model that is to see it; see ``find_rules`` for those without rules.
        as_coded: Count as the guide's code does.  The guide gives no rule but that code, which is
            followed by default too, its two vision markers included.  This and nothing else differs:

            * the code divides by 32 x 32 for every model, where a token of a Turbo model is 28 x 28
              pixels: its counts for Turbo are 23 % too low;
            * the code leaves out what follows the last whole second if it is half a second or less,
              and refuses a clip of half a second or less, since nothing is left of it.  By default
              such a clip counts with all of its frames.

    Returns:
        The tokens.

    Raises:
        UsageError: A side, the ratio, the frames, their rate or the model's name is out of range; or
            ``as_coded`` and the clip is half a second or less.
    """
    rule = rules_to_count_by(model).video
    for name, side in (("height", height), ("width", width)):
        check_whole(name, side, least=1, most=MOST_PIXELS, remedy="give the pixels of the video's frames")
    check_whole(
        "frames",
        frames,
        least=_LEAST_FRAMES,
        most=MOST_FRAMES,
        remedy="count a single picture with tokens.image",
    )
    check_number("fps", fps, least=_LEAST_FPS, most=_MOST_FPS, remedy="give the rate in frames a second")
    check_ratio(height, width)
    sampled = _sampled(frames, fps, rule, as_coded=as_coded)
    unit = rule.unit_pixels**2
    rows, columns = scaled(
        height,
        width,
        factor=rule.unit_pixels,
        least_pixels=rule.least_frame_units * unit,
        most_pixels=max(
            min(rule.most_frame_units * unit, rule.most_units * unit / sampled * rule.frame_multiple),
            int(rule.least_frame_units * unit * rule.frame_floor_factor),
        ),
        shortest=1,
    )
    tokens = math.ceil(sampled / rule.frame_multiple) * rows * columns
    if as_coded:
        tokens = tokens * unit // rule.guide_divisor_pixels**2
    return tokens + rule.marker_tokens


def _sampled(frames: int, fps: float, rule: VideoTokenRule, *, as_coded: bool) -> int:
    """How many of the frames are taken."""
    seconds = frames / fps
    kept = seconds if seconds % 1 > _CUT_SECONDS else int(seconds)
    if not kept and as_coded:
        raise UsageError(
            f"the guide's code takes no clip of {_CUT_SECONDS} s or less, and {frames} frames at {fps:g}"
            f" a second are {seconds:g} s; send a longer one or leave out as_coded"
        )
    counted = math.ceil((kept or seconds) * fps)
    wanted = max(counted / fps * rule.frames_per_second, rule.least_frames)
    there = min(rule.most_frames, frames) // rule.frame_multiple * rule.frame_multiple
    return int(min(wanted, there, counted))
