"""How large and how long a medium may be, and in which formats.

The limits are those of each medium by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from omni_stream.catalog import Bounds, ClipLimits, ImageLimits, MediaLimits, Model
    from omni_stream.media import Kind, MediaFacts, Medium
    from omni_stream.request.checks.unchecked import Unchecked
    from omni_stream.request.placed import Placed


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit on one number of a medium.

    Attributes:
        kind: The kind of media that has it.
        what: What the number is.
        unit: Its unit, with a space before; empty if it has none.
        bounds: The limit, None where it is not stated.
        value: The number, None where it is not known.
        remedy: What to do about one beyond the limit.
    """

    kind: Kind
    what: str
    unit: str
    bounds: Callable[[MediaLimits], Bounds | None]
    value: Callable[[MediaFacts], float | None]
    remedy: str


def side_ratio(facts: MediaFacts) -> float | None:
    """The longer side over the shorter."""
    if not facts.width or not facts.height:
        return None
    return max(facts.width, facts.height) / min(facts.width, facts.height)


RULES = (
    Rule(
        "image", "size", " bytes", lambda media: media.image.bytes, lambda found: found.bytes, "compress it"
    ),
    Rule(
        "image",
        "width",
        " pixels",
        lambda media: media.image.side_pixels,
        lambda found: found.width,
        "enlarge it",
    ),
    Rule(
        "image",
        "height",
        " pixels",
        lambda media: media.image.side_pixels,
        lambda found: found.height,
        "enlarge it",
    ),
    Rule("image", "side ratio", " to 1", lambda media: media.image.side_ratio, side_ratio, "crop or pad it"),
    Rule(
        "audio",
        "size",
        " bytes",
        lambda media: media.audio.bytes,
        lambda found: found.bytes,
        "compress or cut it",
    ),
    Rule("audio", "duration", " s", lambda media: media.audio.seconds, lambda found: found.seconds, "cut it"),
    Rule(
        "video",
        "size",
        " bytes",
        lambda media: media.video.bytes,
        lambda found: found.bytes,
        "compress or cut it",
    ),
    Rule("video", "duration", " s", lambda media: media.video.seconds, lambda found: found.seconds, "cut it"),
)
"""Every limit of a medium by itself but that on its format."""


def check_media(
    media: Sequence[Placed], found: Mapping[Medium, MediaFacts], model: Model, unchecked: Unchecked
) -> None:
    """Nothing, if ``model`` takes each of ``media``.

    Args:
        media: The media of a request.
        found: What was found in those that are local.
        model: Whom they are for.
        unchecked: What is not known is added to it.

    Raises:
        UsageError: It does not.
    """
    for placed in media:
        if placed.kind == "frames":  # no source states limits on the pictures of a list
            continue
        (facts,) = placed.facts(found)
        for rule in RULES:
            if rule.kind == placed.kind and (bounds := rule.bounds(model.media)) is not None:
                _check(rule, bounds, placed, facts, model=model, unchecked=unchecked)
        _check_format(placed, facts, model, unchecked)


def _check(
    rule: Rule, bounds: Bounds, placed: Placed, facts: MediaFacts, *, model: Model, unchecked: Unchecked
) -> None:
    value = rule.value(facts)
    if value is None:
        unchecked.add(placed, rule.what)
    elif not bounds.allow(value):
        raise UsageError(
            f"the {rule.what} of {rule.kind} for {model.name} is {bounds}{rule.unit},"
            f" and that of the {placed.name} is {value:,}{rule.unit}; {rule.remedy}"
        )


def _check_format(placed: Placed, facts: MediaFacts, model: Model, unchecked: Unchecked) -> None:
    limits: dict[str, ImageLimits | ClipLimits] = {
        "image": model.media.image,
        "audio": model.media.audio,
        "video": model.media.video,
    }
    taken = limits[placed.kind]
    if not taken.formats or facts.format is None or facts.format in taken.formats:
        return
    if not taken.formats_are_all:  # the source has named examples
        unchecked.add(placed, f"format ({facts.format})")
        return
    raise UsageError(
        f"{model.name} takes {placed.kind} as {' or '.join(taken.formats)},"
        f" and the {placed.name} is {facts.format}; convert it"
    )
