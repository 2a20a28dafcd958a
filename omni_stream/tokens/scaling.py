"""The size that a picture is scaled to before it is cut into tokens.

Both sides become whole numbers of tokens, and the area is brought within its
bounds at about the same ratio: too large is rounded down, too small up.  The
arithmetic is in floats, step by step as in the guide's code, so that a size on
the edge falls to the same side here as there: 38 x 38 pixels at 28 a token would
be enlarged to exactly 2 x 2, and a last digit makes it 3 x 3 in both.
"""

from __future__ import annotations

import math


def scaled(
    height: int,
    width: int,
    *,
    factor: int,
    least_pixels: float,
    most_pixels: float,
    shortest: int,
) -> tuple[int, int]:
    """Rows and columns of tokens.

    Args:
        height: Pixels, 1 or more.
        width: Likewise.
        factor: Pixels of a token's side.
        least_pixels: The smallest area.
        most_pixels: The largest area.
        shortest: The tokens that a side has at least before the area is looked at: 1, or 0 to
            let a side of at most half a token vanish.
    """
    rows = max(shortest, round(height / factor))
    columns = max(shortest, round(width / factor))
    pixels = rows * columns * factor**2
    if pixels > most_pixels:
        shrinking = math.sqrt(height * width / most_pixels)
        return math.floor(height / shrinking / factor), math.floor(width / shrinking / factor)
    if pixels < least_pixels:
        growing = math.sqrt(least_pixels / (height * width))
        return math.ceil(height * growing / factor), math.ceil(width * growing / factor)
    return rows, columns
