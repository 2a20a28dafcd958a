"""How loud audio is, as a picture of one character."""

from __future__ import annotations

import math
from array import array
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import omni_stream as omni

_BARS = "▁▂▃▄▅▆▇█"
_QUIET, _LOUD = -48.0, -12.0  # dB of full scale: below is a pause, above is shouting
_FULL_SCALE = 32_768.0


def level(frame: omni.AudioFrame) -> float:
    """The root mean square of ``frame``, in dB of full scale; -inf for silence or nothing."""
    samples = array("h", bytes(frame))  # numpy would be waited for before the first sound
    power = sum(map(mul, samples, samples)) / len(samples) if samples else 0.0
    return 10.0 * math.log10(power / _FULL_SCALE**2) if power else -math.inf


def bar(decibels: float) -> str:
    """The bar that stands for a level."""
    share = (decibels - _QUIET) / (_LOUD - _QUIET)
    return _BARS[round(min(max(share, 0.0), 1.0) * (len(_BARS) - 1))]
