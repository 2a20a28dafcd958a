"""What the count of a model depends on, by family.

The numbers are those of Alibaba Cloud's Qwen-Omni guide, which has rules for
two families.  The table goes by the catalog's names, so that aliases find
their model's rules.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from omni_stream.catalog import find_model
from omni_stream.tokens.arguments import checked_name

_log = logging.getLogger("omni_stream.tokens")


@dataclass(frozen=True, slots=True)
class Rules:
    """The token rules of one family of models.

    Attributes:
        family: What the guide calls the family.
        factor_pixels: The side of the square of pixels that is one token.
        audio_tokens_per_second: Tokens of a second of sound.
        image_tokens: The least and the most that a picture counts.
        frame_tokens: The least and the most that one of a video's frames is scaled to.
        video_tokens: The most of all of a video's frames together, before they are joined in pairs.
        sampled_frames: The least and the most frames that are taken of a video.
    """

    family: str
    factor_pixels: int
    audio_tokens_per_second: float
    image_tokens: tuple[int, int]
    frame_tokens: tuple[int, int]
    video_tokens: int
    sampled_frames: tuple[int, int]

    @property
    def token_pixels(self) -> int:
        """The pixels that are one token."""
        return self.factor_pixels**2


_FLASH = Rules(
    family="Qwen3-Omni-Flash",
    factor_pixels=32,
    audio_tokens_per_second=12.5,
    image_tokens=(4, 1280),
    frame_tokens=(128, 768),
    video_tokens=16_384,
    sampled_frames=(4, 128),
)
_TURBO = Rules(
    family="Qwen-Omni-Turbo",
    factor_pixels=28,
    audio_tokens_per_second=25,
    image_tokens=(4, 1280),
    frame_tokens=(128, 768),
    video_tokens=16_384,
    sampled_frames=(4, 80),  # the guide's comment says "Qwen3-Omni-Turbo", which names no model
)
_NEWEST = _FLASH

_STATED = {
    "qwen3-omni-flash": _FLASH,
    "qwen3-omni-flash-2025-12-01": _FLASH,
    "qwen3-omni-flash-2025-09-15": _FLASH,
    "qwen-omni-turbo": _TURBO,
    "qwen-omni-turbo-latest": _TURBO,
    "qwen-omni-turbo-2025-03-26": _TURBO,
    "qwen-omni-turbo-2025-01-19": _TURBO,
}
_OF_ITS_GENERATION = {"qwen2.5-omni-7b": _TURBO}


def find_rules(model: str) -> Rules | None:
    """The rules that the guide states for a model or its alias; None where no source states any.

    None is the answer for the open qwen2.5-omni-7b, for models newer than the
    guide, for those of other providers and for those that the catalog does not
    know.  Their counts are stand-ins: qwen2.5-omni-7b is counted as the Turbo
    models of its generation, every other one by the newest rules.
    """
    return _STATED.get(_catalog_name(model))


def rules_to_count_by(model: str) -> Rules:
    """The rules of ``model``, or those that stand in for them, which is logged at level INFO.

    Raises:
        UsageError: ``model`` is no text, or empty.
    """
    name = checked_name("model", model)
    stated = find_rules(name)
    if stated is not None:
        return stated
    stand_in = _OF_ITS_GENERATION.get(_catalog_name(name), _NEWEST)
    _log.info("no source gives token rules for model %r; those of %s are used", name, stand_in.family)
    return stand_in


def _catalog_name(model: str) -> str:
    row = find_model(model)
    return row.name if row else model
