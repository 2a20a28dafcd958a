"""How a service writes an answer into the body of its reply."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Shape(ABC):
    """The events of one answer, byte for byte; each method is called in the order of the answer.

    What a service does not send at all is nothing, which is what the methods give here.
    """

    def begin(self) -> Iterable[bytes]:
        """What comes before the answer."""
        return ()

    def reasoning(self, text: str) -> Iterable[bytes]:  # noqa: ARG002 -- for those that send it
        """A piece of the reasoning."""
        return ()

    def text(self, text: str) -> Iterable[bytes]:  # noqa: ARG002 -- likewise
        """A piece of the answer's text."""
        return ()

    @abstractmethod
    def audio(self, encoded: bytes) -> Iterable[tuple[bytes, bytes | None]]:
        """A piece of the speech, given as base64 of PCM: events, each with the base64 of audio within it."""

    @abstractmethod
    def end(self, reason: str, usage: Mapping[str, Any]) -> Iterable[bytes]:
        """What comes after the answer; the last one is the end mark, or empty where there is none."""
