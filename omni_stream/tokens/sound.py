"""Tokens of sound."""

from __future__ import annotations

import math

from omni_stream.tokens.arguments import check_number
from omni_stream.tokens.rules import rules_to_count_by

_LEAST_SECONDS = 1e-6
_MOST_SECONDS = 1_000_000_000
"""Of a recording: from less than a sample to some thirty years."""

_DIGITS = 6
"""A millionth of a token is rounding noise: 1.12 s at 12.5 a second is 14, and not a little more."""


def audio(seconds: float, *, model: str) -> int:
    """Tokens of a recording, or of the sound of a video, by Alibaba Cloud's Qwen-Omni guide.

    Less than a second counts as one.  The guide says so below Turbo's rule in
    its section on audio and below both in that on video; here it is for all.
    Of a part of a token it says nothing; here it counts as a whole one, so that
    an estimate is not below the bill.

    Args:
        seconds: The duration, from a millionth of a second on; what has no sound has no count.
        model: The model that is to hear it; see ``find_rules`` for those without rules.

    Raises:
        UsageError: The duration or the model's name is out of range.
    """
    rules = rules_to_count_by(model)
    check_number(
        "seconds",
        seconds,
        least=_LEAST_SECONDS,
        most=_MOST_SECONDS,
        remedy="give the duration in seconds, or leave out what has no sound",
    )
    return math.ceil(round(max(seconds, rules.least_audio_seconds) * rules.audio_tokens_per_second, _DIGITS))
