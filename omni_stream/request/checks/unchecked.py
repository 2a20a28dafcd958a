"""What could not be checked, to be told in one line."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_stream.request.placed import Placed

MOST_TOLD = 8
"""Media told of by name; a line of a log is read by people."""

_log = logging.getLogger("omni_stream.request")


class Unchecked:
    """What is not known of the media of a request."""

    __slots__ = ("_facts",)

    def __init__(self) -> None:
        self._facts: dict[str, dict[str, None]] = {}

    def add(self, placed: Placed, fact: str) -> None:
        """``fact`` of a medium is not known."""
        self._facts.setdefault(placed.name, {})[fact] = None

    def tell(self) -> None:
        """Log it, at level INFO."""
        told = [f"{' and '.join(facts)} of the {name}" for name, facts in self._facts.items()]
        if len(told) > MOST_TOLD:
            told[MOST_TOLD:] = [f"{len(told) - MOST_TOLD} more"]
        if told:
            _log.info("unchecked: %s", "; ".join(told))
