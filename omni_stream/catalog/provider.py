"""Providers: where they are, which environment they read, what they are asked for by default."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from omni_stream.catalog.call import Call
from omni_stream.catalog.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A service, or a kind of server, that models are reached at.

    Attributes:
        name: Its name in this package.
        key_variable: The environment variable of its key.
        base_url_variable: The environment variable of its base URL.
        ask: How it is asked a question; None if it answers none.
        speak: How it is given a text to speak; None if it does not take any.
        key_header: The header of the key; "Authorization" carries it as a bearer's, any other bare.
        regions: Base URL by region; the first is the default.  Empty for a server of one's own,
            which has the address that it is given and may need no key.
        hosts: Hosts that are its own, each with all of its subdomains.
        inline_audio: How it wants the audio of a question: as a data URI, or as bare base64.
        audio_by_url: The part of a message that it takes the URL of audio in; None if it takes none.
        links: Pages of its documentation, by what they are of: "guide", "errors", "rate limits", "prices" ...
    """

    name: str
    key_variable: str
    base_url_variable: str
    ask: Call | None = None
    speak: Call | None = None
    key_header: str = "Authorization"
    regions: Mapping[str, str] = field(default_factory=dict, hash=False)
    hosts: tuple[str, ...] = ()
    inline_audio: Literal["data-uri", "bare"] = "bare"
    audio_by_url: Literal["input_audio", "audio_url"] | None = None
    links: Mapping[str, str] = field(default_factory=dict, hash=False)

    def owns(self, host: str) -> bool:
        """Whether ``host`` (a name without a port) is one of ``hosts``, or a subdomain of one.

        So a key never goes to a look-alike such as evil-aliyuncs.com.
        """
        name = host.lower().removesuffix(".")
        return any(name == own or name.endswith(f".{own}") for own in self.hosts)


@cache
def providers() -> tuple[Provider, ...]:
    """Every provider of the catalog, in the order of its data file."""
    return tuple(
        Provider(**{key: _READ.get(key, _as_it_is)(value) for key, value in row.items()})
        for row in read_rows("providers.json")["providers"]
    )


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 -- whatever its field holds
    return value


def _call(row: dict[str, Any]) -> Call:
    tables = {key: MappingProxyType(row.get(key, {})) for key in ("formats", "headers")}
    return Call(**{**row, **tables})


_READ: Mapping[str, Callable[[Any], Any]] = {
    "regions": MappingProxyType,
    "hosts": tuple,
    "links": MappingProxyType,
    "ask": _call,
    "speak": _call,
}


def find_provider(name: str) -> Provider | None:
    """The provider of that name; None if it is not in the catalog."""
    return next((provider for provider in providers() if provider.name == name), None)


def provider_of_host(host: str) -> Provider | None:
    """The provider that ``host`` (a name without a port) belongs to; None if it is nobody's."""
    return next((provider for provider in providers() if provider.owns(host)), None)
