"""Models: what they are called, whether and how they speak."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from omni_stream.catalog.rows import read_rows


@dataclass(frozen=True, slots=True)
class Model:
    """One model of one provider.

    Attributes:
        name: The name to send.
        aliases: Other names that the service takes for it.
        provider: The name of the provider that serves it.
        voices: The voices it speaks with, as they are sent; empty if it is silent or they are not known.
        default_voice: The voice to ask for when the caller names none; None if there is none.
        speaks: Whether it gives audio.
        thinks: Whether it has a thinking mode.
        audio_tokens_per_second: Tokens that a second of its speech costs, None if not known.
    """

    name: str
    aliases: tuple[str, ...]
    provider: str
    voices: tuple[str, ...]
    default_voice: str | None
    speaks: bool
    thinks: bool
    audio_tokens_per_second: float | None


@cache
def models() -> tuple[Model, ...]:
    """Every model of the catalog, in the order of its data file."""
    file = read_rows("models.json")
    voices = {name: tuple(members) for name, members in file["voices"].items()}
    return tuple(
        Model(
            **{
                **row,
                "aliases": tuple(row["aliases"]),
                "voices": voices[row["voices"]] if row["voices"] else (),
            }
        )
        for row in file["models"]
    )


@cache
def _by_name() -> dict[str, Model]:
    return {name: model for model in models() for name in (model.name, *model.aliases)}


def find_model(name: str) -> Model | None:
    """The model of that name or alias, exactly as written; None if it is not in the catalog."""
    return _by_name().get(name)
