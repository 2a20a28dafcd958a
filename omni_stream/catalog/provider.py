"""Providers: where they are, which environment they read, what they are asked for by default."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from omni_stream.catalog.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Provider:
    """A service that models are reached at.

    Attributes:
        name: Its name in this package.
        key_variable: The environment variable of its key.
        base_url_variable: The environment variable of its base URL.
        regions: Base URL by region; the first is the default.
        hosts: Hosts that are its own, each with all of its subdomains.
        default_model: The model to ask when the caller names none.
        default_voice: The voice to ask for when neither the caller nor the model names one.
        audio_format: The ``audio.format`` that it wants of a stream.
        dialect: The dialect of its answers.
        links: Pages of its documentation, by what they are of: "guide", "errors", "rate limits", "prices" ...
    """

    name: str
    key_variable: str
    base_url_variable: str
    regions: Mapping[str, str] = field(hash=False)
    hosts: tuple[str, ...]
    default_model: str
    default_voice: str
    audio_format: str
    dialect: str
    links: Mapping[str, str] = field(hash=False)


@cache
def providers() -> tuple[Provider, ...]:
    """Every provider of the catalog, in the order of its data file."""
    return tuple(
        Provider(
            **{
                **row,
                "regions": MappingProxyType(row["regions"]),
                "hosts": tuple(row["hosts"]),
                "links": MappingProxyType(row["links"]),
            }
        )
        for row in read_rows("providers.json")["providers"]
    )


def find_provider(name: str) -> Provider | None:
    """The provider of that name; None if it is not in the catalog."""
    return next((provider for provider in providers() if provider.name == name), None)


def provider_of_host(host: str) -> Provider | None:
    """The provider that ``host`` (a name without a port) belongs to; None if it is nobody's.

    A host belongs to a provider when it is one of its hosts or a subdomain of
    one, so that a key never goes to a look-alike such as evil-aliyuncs.com.
    """
    name = host.lower().removesuffix(".")
    for provider in providers():
        if any(name == own or name.endswith(f".{own}") for own in provider.hosts):
            return provider
    return None
