"""The sentences in which an answer tells what media came with its prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.emulator.medium_tokens import medium_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.emulator.medium import Medium
    from omni_stream.emulator.phrases import Phrases

_TOLD = 3  # more would be all that is heard; the others are counted


def acknowledged(media: Sequence[Medium], phrases: Phrases, *, model: str) -> list[str]:
    """What came: kind, name, format, size and tokens of each; empty if nothing did."""
    if not media:
        return []
    told = [f"{_kind_and_name(medium, phrases)}{_facts(medium, phrases, model)}" for medium in media[:_TOLD]]
    if len(media) > _TOLD:
        told.append(phrases.more_media.format(count=len(media) - _TOLD))
    sentences = [phrases.media.format(names=phrases.between_names.join(told))]
    pictures = [picture for medium in media for picture in (*medium.pictures, medium) if picture.source]
    if any(one.facts is None for one in pictures):
        sentences.append(phrases.not_fetched)
    return sentences


def _kind_and_name(medium: Medium, phrases: Phrases) -> str:
    if medium.pictures:
        names = [picture.name for picture in medium.pictures[:_TOLD] if picture.name]
        film = phrases.film_of_pictures.format(count=len(medium.pictures))
        return " ".join([film, phrases.between_facts.join(names)]).rstrip()
    return " ".join([phrases.media_kinds[medium.kind], *([medium.name] if medium.name else [])])


def _facts(medium: Medium, phrases: Phrases, model: str) -> str:
    facts = [facts for facts in (medium.facts, *(one.facts for one in medium.pictures)) if facts is not None]
    told = []
    if facts:
        first = facts[0]
        told += [first.format] if first.format else []
        told += [phrases.bytes.format(count=sum(one.bytes or 0 for one in facts))]
        if first.width and first.height:
            told.append(phrases.pixels.format(width=first.width, height=first.height))
        if first.seconds:
            told.append(phrases.seconds.format(seconds=f"{first.seconds:.1f}"))
    tokens = medium_tokens(medium, model=model)
    sound = tokens.pop("audio_tokens", 0) if "video_tokens" in tokens else 0
    told.append(phrases.tokens.format(count=sum(tokens.values())))
    if sound:
        told.append(phrases.sound_tokens.format(count=sound))
    return phrases.facts.format(facts=phrases.between_facts.join(told))
