"""Whom to ask, where, and with which key.

* Key and base URL belong to one and the same provider: what the arguments
  leave open is read from that provider's environment variables, and a key
  never goes to a host that is another provider's.
* An argument beats the environment; a region is short for its base URL.
* Where neither says whom to ask, it is the first provider of the catalog that the environment names:
  one that answers questions if there is any, else one that speaks.
* A base URL whose host is nobody's (a gateway, a server of one's own) is
  treated as ``provider``'s, DashScope's by default.
* A host that is reached by https needs a key.  A loopback host needs none.
  Plain http, which anybody between can read, is for servers of one's own: it
  never carries a key from the environment, and only a key given for it.
"""

from __future__ import annotations

import ipaddress
import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from omni_stream.catalog import Provider, find_provider, provider_of_host, providers
from omni_stream.client.key import Key
from omni_stream.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omni_stream.catalog import Call

MAX_URL_CHARACTERS = 2048
"""What every server takes; a longer one is no base URL but something pasted by mistake."""


class Endpoint(NamedTuple):
    """Where requests go.

    Attributes:
        base_url: The address that the path of each call follows.
        host: Its host and port, for messages.
        provider: Whose defaults are used.
        is_known: Whether the server is known to be the provider's; else it may answer in any dialect.
        key: What is sent as authorization, None for nothing.
    """

    base_url: str
    host: str
    provider: Provider
    is_known: bool
    key: Key | None

    def url(self, call: Call, *, model: str, voice: str = "", format: str = "") -> str:
        """The address that a request of ``call`` is posted to.

        Raises:
            UsageError: A name would lead to another address.
        """
        base = self.base_url
        if call.from_origin:
            split = urlsplit(base)
            base = f"{split.scheme}://{split.netloc}"
        if "{" not in call.path and "." not in call.path:
            return base + call.path
        path = call.path.replace("{model}", quote(model, safe="")).replace("{voice}", quote(voice, safe=""))
        path = path.replace("{format}", quote(format, safe=""))
        if {".", ".."} & set(path.partition("?")[0].split("/")):
            raise UsageError(
                f"{self.provider.name} is asked at an address with the name of the model or the voice in it,"
                " where a name of dots leads elsewhere; give another"
            )
        return base + path


def find_endpoint(
    *,
    key: Key | None = None,
    base_url: str | None = None,
    region: str | None = None,
    provider: str | Provider | None = None,
) -> Endpoint:
    """The endpoint that the arguments and the environment stand for.

    Args:
        key: The key of the caller, None to look in the environment.
        base_url: The address before the path of each call, such as ``/chat/completions``.
        region: The region of the provider, instead of a base URL.
        provider: The provider, or its name.

    Raises:
        UsageError: The arguments contradict each other, or a key is missing.
    """
    if base_url is not None and region is not None:
        raise UsageError(
            f"region={region!r} is short for a base URL, and base_url is given too; give one of them"
        )
    named = None if provider is None else _named(provider)
    is_known = True
    if base_url is not None:
        split, origin = _checked(base_url, "base_url"), "base_url"
        owner = provider_of_host(split.hostname or "")
        chosen = named or owner or providers()[0]
        is_known = named is not None or owner is not None
    elif region is not None:
        chosen = named or _with_region(region)
        split, origin = urlsplit(_region_url(chosen, region)), "region"
    else:
        chosen = named or _of_environment()
        variable = os.environ.get(chosen.base_url_variable)
        origin = chosen.base_url_variable if variable else "the default region"
        split = _checked(variable, origin) if variable else urlsplit(_default_url(chosen))
    _refuse_foreign_host(split, origin, chosen)
    return Endpoint(
        base_url=split.geturl().rstrip("/"),
        host=split.netloc,
        provider=chosen,
        is_known=is_known,
        key=_key_for(split, origin, chosen, key),
    )


def _named(provider: object) -> Provider:
    if isinstance(provider, Provider):
        return provider
    found = find_provider(provider) if isinstance(provider, str) else None
    if found is None:
        names = ", ".join(repr(known.name) for known in providers())
        raise UsageError(f"provider is a Provider, or one of {names}, not {provider!r:.60}")
    return found


def _default_url(provider: Provider) -> str:
    for url in provider.regions.values():
        return url
    raise UsageError(
        f"{provider.name} is a server of your own: give its address as base_url, or set"
        f" {provider.base_url_variable}"
    )


def _with_region(region: str) -> Provider:
    for provider in providers():
        if region in provider.regions:
            return provider
    return providers()[0]


def _region_url(provider: Provider, region: str) -> str:
    url = provider.regions.get(region)
    if url is None:
        regions = ", ".join(repr(known) for known in provider.regions)
        if not regions:
            raise UsageError(f"{provider.name} has no regions, and region is {region!r}; give its base_url")
        raise UsageError(f"region of {provider.name} is one of {regions}, not {region!r}")
    return url


def _of_environment() -> Provider:
    """The first provider that the environment says anything of, else the first of the catalog.

    Those that answer questions come first in it: one that speaks only is meant where it alone is named.
    """
    for provider in providers():
        if os.environ.get(provider.key_variable) or os.environ.get(provider.base_url_variable):
            return provider
    return providers()[0]


def _checked(base_url: object, origin: str) -> SplitResult:
    """``base_url`` in its parts; an error does not show it, since it may hold a password."""
    if not isinstance(base_url, str) or len(base_url) > MAX_URL_CHARACTERS:
        raise UsageError(f"{origin} is an address of at most {MAX_URL_CHARACTERS} characters")
    if not all("!" <= character <= "~" for character in base_url):
        raise UsageError(
            f"{origin} has a blank, a control character or one that is not ASCII; write it encoded,"
            " as in xn--... or %20"
        )
    try:
        split = urlsplit(base_url)
        host, _port = split.hostname, split.port
    except ValueError as error:
        raise UsageError(f"{origin} is no address: {error}") from None
    if split.scheme not in {"http", "https"} or not host:
        raise UsageError(f"{origin} begins with https://host or http://host, such as {_example()}")
    wrong: Sequence[tuple[bool, str]] = (
        ("@" in split.netloc, "a name or password; give the key as api_key"),
        ("?" in base_url, "a query (?...); give what the server needs as extra_body or extra_headers"),
        ("#" in base_url, "a fragment (#...); leave it out"),
        *(
            (split.path.rstrip("/").endswith(path), f"{path} at its end, which is added; leave it out")
            for path in _paths()
        ),
    )
    for found, what in wrong:
        if found:
            raise UsageError(f"{origin} must not have {what}")
    return split


def _refuse_foreign_host(split: SplitResult, origin: str, provider: Provider) -> None:
    host = split.hostname or ""
    owner = provider_of_host(host)
    if owner is not None and not provider.owns(host):
        raise UsageError(
            f"the host of {origin} ({split.hostname}) belongs to {owner.name}, and the provider is"
            f" {provider.name}, whose key must not go there; give provider={owner.name!r}"
        )


def _key_for(split: SplitResult, origin: str, provider: Provider, given: Key | None) -> Key | None:
    if given is not None:
        given.check("api_key")
    from_environment = _environment_key(provider) if given is None else None
    key = from_environment if given is None else given
    host = split.hostname or ""
    if _is_loopback(host):
        return key
    if split.scheme == "http":
        if provider_of_host(host) is not None:
            raise UsageError(
                f"{origin} is plain http, which would show the key to anybody between; use https"
            )
        if from_environment is not None:
            raise UsageError(
                f"{origin} is plain http, which must not carry {provider.key_variable}; use https,"
                " or give this server's own key as api_key"
            )
        return key
    if key is None and provider.regions:
        each = ", each for one region" if len(provider.regions) > 1 else ""
        raise UsageError(
            f"{host} needs a key: set {provider.key_variable} or give api_key (keys of {provider.name} are"
            f" made in its console{each}; a server without keys takes any text)"
        )
    return key


def _environment_key(provider: Provider) -> Key | None:
    if not os.environ.get(provider.key_variable):
        return None
    key = Key(os.environ[provider.key_variable])
    key.check(provider.key_variable)
    return key


def _paths() -> set[str]:
    """The paths of the calls of all providers."""
    calls = (call for provider in providers() for call in (provider.ask, provider.speak))
    return {call.path.partition("?")[0] for call in calls if call is not None}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _example() -> str:
    return repr(next(iter(providers()[0].regions.values())))
