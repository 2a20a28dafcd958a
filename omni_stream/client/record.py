"""What is told of a response as it comes, for whoever wants to keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Record(Protocol):
    """Takes a response down: its bytes as they came, with their times.

    Its methods are called between two reads, so they should be quick.  An error that one raises
    ends the reply and is raised from there.
    """

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """A response has begun; called anew for each attempt, of which the last one counts."""

    def write(self, content: bytes, at_seconds: float) -> None:
        """A read gave ``content``, ``at_seconds`` after the request was sent."""

    def end(self, at_seconds: float) -> None:
        """The response ended by itself; not called where it was cut off or left early."""
