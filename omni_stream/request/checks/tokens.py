"""Whether the media of a request are within the model's input, by the estimates of ``omni_stream.tokens``.

All messages of a request are its input, those of earlier turns too.  Text is
not counted, so a request within the limit here may be beyond it at the service.
What is not known of a medium counts nothing.  Where no source states how a
model counts, the estimate by another's rules is a warning and no error.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from omni_stream.catalog import Bounds
from omni_stream.errors import UsageError
from omni_stream.tokens import find_rules, of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from omni_stream.catalog import Model
    from omni_stream.media import MediaFacts, Medium
    from omni_stream.request.checks.unchecked import Unchecked
    from omni_stream.request.placed import Placed

_log = logging.getLogger("omni_stream.request")


def check_tokens(
    media: Sequence[Placed],
    found: Mapping[Medium, MediaFacts],
    model: Model,
    unchecked: Unchecked,
    *,
    thinks: bool,
) -> None:
    """Nothing, if ``media`` are within the input of ``model``.

    Args:
        media: The media of a request.
        found: What was found in those that are local.
        model: Whom they are for.
        unchecked: What is not known is added to it.
        thinks: Whether it is to think, which leaves less for the input.

    Raises:
        UsageError: They are beyond it.
    """
    limits = model.thinking_tokens if thinks else model.tokens
    if limits is None:
        return
    images = whole = 0
    for placed in media:
        count = _count(placed, found, model.name)
        if count is None:
            unchecked.add(placed, "tokens")
            continue
        whole += count
        images += count if placed.kind == "image" else 0
    mode = " when it thinks" if thinks else ""
    if model.media.image.all_tokens_are_below_input:
        _check("all images together", images, Bounds(less_than=limits.input), model, mode)
    _check("all media together", whole, Bounds(at_most=limits.input), model, mode)


def _check(what: str, count: int, bounds: Bounds, model: Model, mode: str) -> None:
    if bounds.allow(count):
        return
    message = (
        f"{what} are {bounds} tokens of input for {model.name}{mode},"
        f" and these are about {count:,}; send fewer, smaller or shorter ones"
    )
    if find_rules(model.name) is None:
        _log.warning("%s", message)
    else:
        raise UsageError(message)


def _count(placed: Placed, found: Mapping[Medium, MediaFacts], model: str) -> int | None:
    """About how many tokens a medium is; None where that depends on what is not known."""
    if placed.kind == "frames":  # how a list of pictures counts, no source says
        return None
    try:
        return of(placed.facts(found)[0], model=model).total
    except UsageError:
        return None
