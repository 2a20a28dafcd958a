"""Whom to ask, and how patiently."""

from __future__ import annotations

from dataclasses import dataclass, fields

import omni_stream as omni
from omni_stream.cli.local_emulator import environment_names_a_service

LIMITS = tuple(limit.name for limit in fields(omni.Timeouts))
"""The names of the time limits."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service, as ``Client`` takes it; the key is the environment's.

    Attributes:
        base_url: The address before ``/chat/completions``.
        region: The provider's region.
        provider: The provider's name.
        timeouts: The time limits.
        retries: How many attempts may follow the first.
    """

    base_url: str | None
    region: str | None
    provider: str | None
    timeouts: omni.Timeouts
    retries: int

    @property
    def is_named(self) -> bool:
        """Whether the arguments or the environment say whom to ask."""
        named = (self.base_url, self.region, self.provider)
        return any(name is not None for name in named) or environment_names_a_service()

    def client(self, *, emulator: str | None = None) -> omni.Client:
        """The client for it, or for the emulator at that base URL.

        Raises:
            UsageError: The settings contradict each other, or a key is missing.
        """
        return omni.Client(
            base_url=emulator or self.base_url,
            region=self.region,
            provider=self.provider,
            timeouts=self.timeouts,
            retries=self.retries,
        )


def timeouts(settings: list[str]) -> omni.Timeouts:
    """The time limits of ``settings``, each ``name=seconds``; "none" is no limit.

    Raises:
        UsageError: One is none of the limits, or no number of seconds.
    """
    limits: dict[str, float | None] = {}
    for setting in settings:
        name, _, text = setting.partition("=")
        if name not in LIMITS:
            raise omni.UsageError(
                f"--timeout is NAME=SECONDS with one of the names {', '.join(LIMITS)}, not {setting!r}"
            )
        try:
            limits[name] = None if text == "none" else float(text)
        except ValueError:
            raise omni.UsageError(f"--timeout {name} is a number of seconds or none, not {text!r}") from None
    return omni.Timeouts(**limits)
