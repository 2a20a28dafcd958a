"""What the count of a model depends on.

The numbers are the catalog's, and so those of Alibaba Cloud's Qwen-Omni guide:
a new model with rules of its own is an edit of the catalog's data.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from omni_stream.catalog import ImageTokenRule, VideoTokenRule, find_model
from omni_stream.tokens.arguments import checked_name

_STAND_INS = {"qwen2.5-omni-7b": "qwen-omni-turbo"}  # of its generation
_NEWEST = "qwen3-omni-flash"

_log = logging.getLogger("omni_stream.tokens")


@dataclass(frozen=True, slots=True)
class Rules:
    """The token rules of a model.

    Attributes:
        model: The catalog's name of the model whose rules they are.
        audio_tokens_per_second: Tokens of a second of sound.
        least_audio_seconds: What shorter sound counts as.
        image: The rule for a picture.
        video: The rule for the pictures of a video.
    """

    model: str
    audio_tokens_per_second: float
    least_audio_seconds: float
    image: ImageTokenRule
    video: VideoTokenRule


def find_rules(model: str) -> Rules | None:
    """The rules that the guide states for a model or its alias; None where no source states any.

    None is the answer for the open qwen2.5-omni-7b, for models newer than the
    guide, for those of other providers and for those that the catalog does not
    know.  Their counts are stand-ins: qwen2.5-omni-7b is counted as the Turbo
    models of its generation, every other one by the newest rules.
    """
    row = find_model(model)
    if row is None or row.token_rules is None or row.audio_tokens_per_second is None:
        return None
    stated = row.token_rules
    return Rules(
        row.name, row.audio_tokens_per_second, stated.least_audio_seconds, stated.image, stated.video
    )


def rules_to_count_by(model: str) -> Rules:
    """The rules of ``model``, or those that stand in for them, which is logged at level INFO.

    Raises:
        UsageError: ``model`` is no text, or empty.
    """
    name = checked_name("model", model)
    stated = find_rules(name)
    if stated is not None:
        return stated
    row = find_model(name)
    stand_in = find_rules(_STAND_INS.get(row.name if row else name, _NEWEST))
    assert stand_in is not None  # noqa: S101 -- the catalog's own tests hold these rows to their rules
    _log.info("no source gives token rules for model %r; those of %s are used", name, stand_in.model)
    return stand_in
