"""All that the catalog knows of a model, in words; what it does not know is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
    from collections.abc import Iterator


def facts_of(model: omni.catalog.Model) -> list[tuple[str, str]]:
    """The facts, each a name and what there is to say."""
    return [(name, said) for name, said in _facts(model) if said]


def _facts(model: omni.catalog.Model) -> Iterator[tuple[str, str]]:
    yield "Model", model.name
    yield "Also called", ", ".join(model.aliases)
    yield "Release", _release(model)
    yield "Weights", {True: "open", False: "commercial", None: ""}[model.open_weights]
    yield "Provider", model.provider
    yield "Regions", "; ".join(map(_offer, model.offers))
    for style in model.reply_styles:
        yield f"As {' + '.join(style.modalities)}", style.style
    yield "Voices", _voices(model)
    yield "Refuses", ", ".join(model.rejected_voices)
    yield "Disputed", model.dispute or ""
    yield "Languages", ", ".join(row.name for row in omni.catalog.languages() if row.code in model.languages)
    yield "Thinks", _thinks(model)
    if model.takes_system_when_speaking is False:
        yield "System", "no system message when audio is asked for"
    yield "Web search", "yes" if model.searches else ""
    yield "Tokens", _tokens(model.tokens)
    yield "Thinking", _tokens(model.thinking_tokens)
    yield from _media(model.media)
    yield from _counting(model)
    yield "Note", model.note or ""
    provider = omni.catalog.find_provider(model.provider)
    if provider is not None:
        for name, url in provider.links.items():
            yield name.capitalize(), url


def _release(model: omni.catalog.Model) -> str:
    of = f" of {model.snapshot_of}" if model.snapshot_of else ""
    said = [f"{model.release}{of}"] if model.release else []
    if model.same_as:
        said.append(f"at present the same as {model.same_as}")
    if model.gets_updates is False:
        said.append("no more updates")
    return ", ".join(said)


def _offer(offer: omni.catalog.Offer) -> str:
    said = []
    if offer.free_tokens is not None:
        days = f" for {offer.free_days} days" if offer.free_days else ""
        said.append(f"{offer.free_tokens:,} free tokens{days}" if offer.free_tokens else "no free tokens")
    if offer.batch_price_factor is not None:
        said.append(f"batch jobs at {offer.batch_price_factor:.0%} of the price")
    return f"{offer.region} ({', '.join(said)})" if said else offer.region


def _voices(model: omni.catalog.Model) -> str:
    if not model.speaks:
        return "none: it answers in text alone"
    default = f"{model.default_voice} by default"
    return f"{len(model.voices)}, {default}: {', '.join(model.voices)}" if model.voices else default


def _thinks(model: omni.catalog.Model) -> str:
    if not model.thinks:
        return ""
    return "yes, in text alone" if model.speaks_while_thinking is False else "yes"


def _tokens(limits: omni.catalog.TokenLimits | None) -> str:
    if limits is None:
        return ""
    reasoning = f", reasoning {limits.reasoning:,}" if limits.reasoning else ""
    return f"context {limits.context:,}, input {limits.input:,}{reasoning}, output {limits.output:,}"


def _media(media: omni.catalog.MediaLimits) -> Iterator[tuple[str, str]]:
    if media.one_kind_a_message is not None:
        kinds = "one kind of media" if media.one_kind_a_message else "several kinds of media"
        yield "A message", f"text and {kinds}"
    yield "Images", _image(media.image)
    yield "Audio", _clip(media.audio)
    apart = ["picture and sound are billed apart"] if media.video_sound_is_billed_apart else []
    yield "Video", ", ".join([_clip(media.video), *apart])
    yield "Pictures", _bounds(media.frames, "in a video that is a list of them")


def _image(limits: omni.catalog.ImageLimits) -> str:
    together = "all together fewer tokens than the input limit" if limits.all_tokens_are_below_input else ""
    return _joined(
        _bounds(limits.count_by_url, "by URL"),
        _bounds(limits.count_inline, "as base64"),
        _megabytes(limits.bytes),
        _bounds(limits.side_pixels, "pixels a side"),
        _bounds(limits.side_ratio, "to 1"),
        together,
        _formats(limits),
    )


def _clip(limits: omni.catalog.ClipLimits) -> str:
    return _joined(
        _bounds(limits.count, "a message"),
        _megabytes(limits.bytes),
        _bounds(limits.seconds, "s"),
        _formats(limits),
    )


def _formats(limits: omni.catalog.ImageLimits | omni.catalog.ClipLimits) -> str:
    others = " and others" if limits.formats_are_all is False else ""
    return ", ".join(limits.formats) + others


def _counting(model: omni.catalog.Model) -> Iterator[tuple[str, str]]:
    if model.audio_tokens_per_second is not None:
        yield "Counting", f"{model.audio_tokens_per_second:g} tokens for a second of audio"
    rules: omni.catalog.TokenRules | None = model.token_rules
    if rules is not None:
        image, video = rules.image, rules.video
        side, least, most = image.unit_pixels, image.least_units, image.most_units
        yield "", f"a token for {side} x {side} pixels, {least:,} to {most:,} an image"
        rate, least, most = video.frames_per_second, video.least_frames, video.most_frames
        yield "", f"{rate} frames for a second of video, {least} to {most} in all"


def _bounds(bounds: omni.catalog.Bounds | None, unit: str) -> str:
    return f"{bounds} {unit}" if bounds is not None else ""


def _megabytes(bounds: omni.catalog.Bounds | None) -> str:
    if bounds is None or bounds.at_most is None:
        return _bounds(bounds, "bytes")
    return f"at most {bounds.at_most / 1e6:,.6g} MB"


def _joined(*said: str) -> str:
    return ", ".join(filter(None, said))
