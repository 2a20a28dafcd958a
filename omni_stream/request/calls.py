"""What a provider can be called for, or who can instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omni_stream.catalog import providers
from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omni_stream.catalog import Call, Provider


def call_to_ask(provider: Provider) -> Call:
    """How ``provider`` is asked a question.

    Raises:
        UsageError: It answers none.
    """
    if provider.ask is None:
        others = _names(other for other in providers() if other.ask)
        raise UsageError(
            f"{provider.name} answers no questions; let it speak() a text, or give provider={others}"
        )
    return provider.ask


def call_to_speak(provider: Provider) -> Call:
    """How ``provider`` is given a text to speak.

    Raises:
        UsageError: It speaks none.
    """
    if provider.speak is None:
        raise UsageError(f"{provider.name} speaks no texts; give provider={those_who_speak()}")
    return provider.speak


def those_who_speak() -> str:
    """The names of the providers that speak texts, as an argument."""
    return _names(other for other in providers() if other.speak)


def _names(found: Iterable[Provider]) -> str:
    return " or ".join(repr(provider.name) for provider in found)
