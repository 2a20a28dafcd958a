"""What a medium costs, by ``omni_stream.tokens``.

What was not looked at, or does not show it, counts as something of a common size:
512 x 512 pixels, ten seconds with sound.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
    from omni_stream.emulator.medium import Medium

_SIDE = 512
_SECONDS = 10.0
_FPS = 25.0
_LIST_FPS = 2.0  # what the service samples of a film
_LEAST_PICTURES = 2  # of a film


def medium_tokens(medium: Medium, *, model: str) -> dict[str, int]:
    """Its tokens by the names of the usage object; a film's pictures and its sound apart.

    Raises:
        UsageError: It is of a shape that cannot be counted.
    """
    cost = omni.tokens.of(_supposed(medium), model=model)
    named = {f"{medium.kind}_tokens": cost.pictures, "audio_tokens": cost.sound}
    return {name: tokens for name, tokens in named.items() if tokens}


def _supposed(medium: Medium) -> omni.MediaFacts:
    """What is known of it, with a common value for what is not."""
    facts = medium.facts or omni.MediaFacts(kind=medium.kind)
    if medium.pictures:
        first = medium.pictures[0].facts or facts
        frames = max(len(medium.pictures), _LEAST_PICTURES)
        facts = replace(first, kind="video", frames=frames, fps=_LIST_FPS, has_sound=False)
    seconds, fps = facts.seconds or _SECONDS, facts.fps or _FPS
    return replace(
        facts,
        height=facts.height or _SIDE,
        width=facts.width or _SIDE,
        seconds=seconds,
        fps=fps,
        frames=facts.frames or max(round(seconds * fps), _LEAST_PICTURES),
        has_sound=facts.has_sound is not False,
    )
