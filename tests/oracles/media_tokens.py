"""The token rules of Alibaba Cloud's Qwen-Omni guide in exact arithmetic.

It judges the estimators, so it shares nothing with them: they scale in floats,
and here a side is the root of a fraction.  Where that root is a whole number,
the last digit of a float decides, so that a size has more than one count that
is right: the answers are sets.
"""

from __future__ import annotations

import math
from fractions import Fraction


def _floor_root(square: Fraction) -> set[int]:
    root = math.isqrt(math.floor(square))
    return {root, root - 1} if root**2 == square else {root}


def _ceil_root(square: Fraction) -> set[int]:
    root = math.isqrt(math.ceil(square) - 1) + 1
    return {root, root + 1} if root**2 == square else {root}


def areas(height, width, factor, *, least, most, shortest) -> set[int]:
    """The tokens of a picture that is scaled to ``least`` to ``most`` of them."""
    rows = max(shortest, round(Fraction(height, factor)))
    columns = max(shortest, round(Fraction(width, factor)))
    if rows * columns > most:
        root, area = _floor_root, most
    elif rows * columns < least:
        root, area = _ceil_root, least
    else:
        return {rows * columns}
    ratio = Fraction(height, width)
    return {tall * wide for tall in root(area * ratio) for wide in root(area / ratio)}


def image(height, width, factor, *, coded) -> set[int]:
    counts = areas(height, width, factor, least=4, most=1280, shortest=0 if coded else 1)
    return {count + 2 for count in counts} if coded else counts


def sampled(frames, fps, *, most) -> int | None:
    """Frames that are taken of a video; None if nothing is left of it once it is cut."""
    seconds = frames / fps
    rest, whole = math.modf(seconds)
    if rest <= 0.5 and whole == 0:
        return None
    left = math.ceil((seconds if rest > 0.5 else whole) * fps)
    candidates = [max(4, 2 * left / fps), frames - frames % 2, most, left]
    return int(min(candidates))


def video(height, width, factor, *, taken, coded) -> set[int]:
    most = max(
        min(Fraction(768), Fraction(2 * 16384, taken)), Fraction(int(128 * factor**2 * 1.05), factor**2)
    )
    pairs = (taken + 1) // 2
    counts = {pairs * area for area in areas(height, width, factor, least=128, most=most, shortest=1)}
    if coded:
        counts = {count * factor**2 // 32**2 for count in counts}
    return {count + 2 for count in counts}
