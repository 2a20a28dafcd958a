"""How a service writes an answer into the body of its reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Shape(Protocol):
    """The events of one answer, byte for byte; each method is called in the order of the answer."""

    def begin(self) -> Iterable[bytes]:
        """What comes before the answer."""

    def reasoning(self, text: str) -> Iterable[bytes]:
        """A piece of the reasoning."""

    def text(self, text: str) -> Iterable[bytes]:
        """A piece of the answer's text."""

    def audio(self, encoded: bytes) -> Iterable[tuple[bytes, bytes | None]]:
        """A piece of the speech, given as base64 of PCM: events, each with the base64 of audio within it."""

    def end(self, reason: str, usage: Mapping[str, Any]) -> Iterable[bytes]:
        """What comes after the answer; the last one is the end mark, or empty where there is none."""
