"""Tokens of a picture."""

from __future__ import annotations

from omni_stream.tokens.arguments import MOST_PIXELS, check_ratio, check_whole
from omni_stream.tokens.rules import rules_to_count_by
from omni_stream.tokens.scaling import scaled

_LEAST_PIXELS = 11
"""Of a side: the guide takes pictures of more than 10 pixels each way."""


def image(height: int, width: int, *, model: str, as_coded: bool = False) -> int:
    """Tokens of one picture, by Alibaba Cloud's Qwen-Omni guide.

    Args:
        height: Pixels; more than 10, at most 2,147,483,647, and at most 200 times the width.
        width: Likewise.
        model: The model that is to see it; see ``find_rules`` for those without rules.
        as_coded: Count as the guide's code does.  By default the count follows the guide's text:
            4 to 1280.  The code differs from it in this and in nothing else:

            * it adds 2 to every picture, so that 1024 x 1024 pixels are 1026 and not 1024 tokens
              for a Flash model, and the range is 6 to 1282;
            * a side of at most half a token (16 pixels, 14 for Turbo) rounds to nothing there, and
              the picture is then enlarged from "too small": 3000 x 15 is 31 for a Flash model
              and not 94.  By default no side is less than a token, as in the guide's code for
              videos;
            * it checks no limits: sides from 1 pixel on and any ratio are counted, and a very
              long picture (100,000 x 40) shrinks to nothing and its two extra tokens.

    Returns:
        The tokens: 4 to 1280 by default.

    Raises:
        UsageError: A side, the ratio or the model's name is out of range.
    """
    rule = rules_to_count_by(model).image
    least = 1 if as_coded else _LEAST_PIXELS
    for name, side in (("height", height), ("width", width)):
        check_whole(name, side, least=least, most=MOST_PIXELS, remedy="give the pixels of the picture sent")
    if not as_coded:
        check_ratio(height, width)
    rows, columns = scaled(
        height,
        width,
        factor=rule.unit_pixels,
        least_pixels=rule.least_units * rule.unit_pixels**2,
        most_pixels=rule.most_units * rule.unit_pixels**2,
        shortest=0 if as_coded else 1,
    )
    return rows * columns + (rule.marker_tokens if as_coded else 0)
