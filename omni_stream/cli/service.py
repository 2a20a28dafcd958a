"""Whom to ask, and how patiently."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.cli.ending import say
from omni_stream.cli.local_emulator import environment_names_a_service, local_emulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

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

    @asynccontextmanager
    async def client(self) -> AsyncIterator[omni.Client]:
        """The client for it; where nobody is named, the built-in emulator answers until it is left.

        Raises:
            UsageError: The settings contradict each other, or a key is missing.
        """
        if self.is_named:
            async with self._client(self.base_url) as client:
                yield client
        else:
            say("no key is set, so the built-in emulator answers; a real model needs one:")
            say("    export DASHSCOPE_API_KEY=sk-...        (or OPENAI_API_KEY)")
            async with local_emulator() as base_url, self._client(base_url) as client:
                yield client

    def _client(self, base_url: str | None) -> omni.Client:
        return omni.Client(
            base_url=base_url,
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
