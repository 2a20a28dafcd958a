"""Models: what they are called, what they can do, what they take, where they are offered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from omni_stream.catalog.limits import UNSTATED, MediaLimits, TokenLimits, media_limits, token_limits
from omni_stream.catalog.rows import read_rows
from omni_stream.catalog.token_rules import TokenRules, token_rules
from omni_stream.catalog.voice_set import voice_set

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Offer:
    """A region in which a model is offered, and what is special about its price there.

    Attributes:
        region: The region's name, one of its provider's.
        free_tokens: Tokens of any kind that a new user has free; 0 for none, None if the source does not say.
        free_days: Days, from when the user first opens the service, that they are kept for.
        batch_price_factor: What a batch job costs of the usual price; None if the source does not say.
    """

    region: str
    free_tokens: int | None = None
    free_days: int | None = None
    batch_price_factor: float | None = None


@dataclass(frozen=True, slots=True)
class ReplyStyle:
    """How a model words its answer.

    Attributes:
        modalities: What is asked for, ("text",) or ("text", "audio").
        style: How the answer is worded then.
    """

    modalities: tuple[str, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Model:
    """One model of one provider; what the source does not say is None, or empty.

    Attributes:
        name: The name to send.
        aliases: Other names that the service takes for it.
        provider: The name of the provider that serves it.
        voices: The voices it speaks with, as they are sent; empty if it is silent or they are not known.
        default_voice: The voice to ask for when the caller names none; None if there is none.
        speaks: Whether it gives audio.
        thinks: Whether it has a thinking mode.
        audio_tokens_per_second: Tokens that a second of audio costs, None if not known.
        languages: Codes of the languages that it speaks.
        release: "stable"; "latest", which is always the newest snapshot; or "snapshot".
        snapshot_of: The model that it is a snapshot of.
        same_as: The snapshot whose abilities it has at present.
        gets_updates: False for a model that has been superseded.
        open_weights: Whether its weights are public; a commercial model's are not.
        offers: The regions that it is offered in.
        tokens: The most tokens of a request, without thinking.
        thinking_tokens: The same with thinking.
        speaks_while_thinking: Whether it can speak in its thinking mode.
        takes_system_when_speaking: Whether a system message may be sent when audio is asked for.
        audio_formats: The values of ``audio.format`` that it takes for a streamed answer.
        searches: Whether it can search the web.
        media: What media it takes.
        token_rules: How many tokens they are.
        reply_styles: How it words its answer, by what is asked for.
        rejected_voices: Voices of other models that it is known to refuse.
        disputed_voices: Voices that the source gives it in one place and not in that of ``voices``.
        dispute: What the source says in either place.
        note: What else there is to know.
    """

    name: str
    aliases: tuple[str, ...]
    provider: str
    voices: tuple[str, ...]
    default_voice: str | None
    speaks: bool
    thinks: bool
    audio_tokens_per_second: float | None
    languages: tuple[str, ...] = ()
    release: str | None = None
    snapshot_of: str | None = None
    same_as: str | None = None
    gets_updates: bool | None = None
    open_weights: bool | None = None
    offers: tuple[Offer, ...] = ()
    tokens: TokenLimits | None = None
    thinking_tokens: TokenLimits | None = None
    speaks_while_thinking: bool | None = None
    takes_system_when_speaking: bool | None = None
    audio_formats: tuple[str, ...] = ()
    searches: bool | None = None
    media: MediaLimits = UNSTATED
    token_rules: TokenRules | None = None
    reply_styles: tuple[ReplyStyle, ...] = ()
    rejected_voices: tuple[str, ...] = ()
    disputed_voices: tuple[str, ...] = ()
    dispute: str | None = None
    note: str | None = None


@cache
def models() -> tuple[Model, ...]:
    """Every model of the catalog, in the order of its data file."""
    file = read_rows("models.json")
    styles = {name: tuple(map(_style, rows)) for name, rows in file["reply_styles"].items()}
    return tuple(_model(row, styles) for row in file["models"])


@cache
def _by_name() -> dict[str, Model]:
    return {name: model for model in models() for name in (model.name, *model.aliases)}


def find_model(name: str) -> Model | None:
    """The model of that name or alias, exactly as written; None if it is not in the catalog."""
    return _by_name().get(name)


def _model(row: dict[str, Any], styles: dict[str, tuple[ReplyStyle, ...]]) -> Model:
    """The model of a row; what a row names by a word is looked up."""
    value: dict[str, Any] = {**row, "aliases": tuple(row["aliases"]), "voices": ()}
    if row["voices"]:
        value["voices"], value["languages"] = voice_set(row["voices"])
    if "disputed_voices" in row:
        elsewhere = voice_set(row["disputed_voices"]).voices
        value["disputed_voices"] = tuple(name for name in elsewhere if name not in value["voices"])
    found: dict[str, Callable[[Any], Any]] = {
        "tokens": token_limits,
        "thinking_tokens": token_limits,
        "token_rules": token_rules,
        "media": media_limits,
        "reply_styles": styles.__getitem__,
        "rejected_voices": tuple,
        "audio_formats": tuple,
        "offers": _offers,
    }
    value.update((key, find(row[key])) for key, find in found.items() if key in row)
    return Model(**value)


def _offers(rows: list[dict[str, Any]]) -> tuple[Offer, ...]:
    return tuple(Offer(**row) for row in rows)


def _style(row: dict[str, Any]) -> ReplyStyle:
    return ReplyStyle(tuple(row["modalities"]), row["style"])
