"""What the service refuses of a message's media, by the limits of the catalog's model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.emulator.medium_tokens import medium_tokens
from omni_stream.emulator.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from omni_stream.emulator.medium import Medium

Broken = tuple["omni.catalog.Bounds | None", "float | None", str]


def check_media(media: Sequence[Medium], model: omni.catalog.Model) -> None:
    """Refuse the media of a message that ``model`` does not take.

    Raises:
        Refusal: A limit is broken.
    """
    limits = model.media
    kinds = sorted({medium.kind for medium in media})
    if limits.one_kind_a_message and len(kinds) > 1:
        raise Refusal(f"A user message takes one kind of media beside text, not {' and '.join(kinds)}.")
    for bounds, number, message in _limited(media, limits):
        if bounds is not None and number is not None and not bounds.allow(number):
            raise Refusal(f"{message}: {round(number, 3):,} is not {bounds}.")
    check_countable(media, model=model.name)


def check_countable(media: Sequence[Medium], *, model: str) -> None:
    """Refuse media whose tokens cannot be counted, such as a picture of a pixel's width.

    Raises:
        Refusal: There is one.
    """
    try:
        for medium in media:
            medium_tokens(medium, model=model)
    except omni.UsageError as error:
        raise Refusal(str(error)) from None


def _limited(media: Sequence[Medium], limits: omni.catalog.MediaLimits) -> Iterator[Broken]:
    """Each limit, the number that it is of, and what is said where it is broken."""
    clips = {"audio": limits.audio, "video": limits.video}
    for kind, limit in clips.items():
        files = [medium for medium in media if medium.kind == kind and not medium.pictures]
        if files:
            yield limit.count, len(files), f"Too many {kind} files in a message"
    inline = [medium for medium in media if medium.kind == "image" and medium.facts is not None]
    images = sum(medium.kind == "image" for medium in media)
    yield limits.image.count_inline, len(inline), "Too many images in base64"
    yield limits.image.count_by_url, images - len(inline), "Too many images by URL"
    for medium in media:
        if medium.pictures:
            what = "The video modality input does not meet the requirements because: the number of its images"
            yield limits.frames, len(medium.pictures), what
        for one in (*medium.pictures, medium):
            yield from _of_one(one, limits)


def _of_one(medium: Medium, limits: omni.catalog.MediaLimits) -> Iterator[Broken]:
    facts = medium.facts
    if facts is None:
        return
    if medium.kind == "image":
        image = limits.image
        yield image.bytes, facts.bytes, "The size of the image file in bytes"
        if facts.width and facts.height:
            what = "The image length and width do not meet the model restrictions"
            yield image.side_pixels, min(facts.width, facts.height), what
            sides = sorted((facts.width, facts.height))
            yield image.side_ratio, sides[1] / sides[0], "The aspect ratio of the image"
        return
    clip = limits.audio if medium.kind == "audio" else limits.video
    yield clip.bytes, facts.bytes, f"The size of the {medium.kind} file in bytes"
    yield clip.seconds, facts.seconds, f"The duration of the {medium.kind} in seconds"
