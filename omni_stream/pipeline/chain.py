"""The links that a pipeline is made of, and how they end together.

Rules.
1. All pipelines derived from one another by `through` share one chain.  Closing
   any of them closes it whole: the outermost link first, the source last.
2. Behind a pump, each branch begins a chain of its own.  Closing a branch's
   chain leaves the other branches alone; closing the chain before the pump closes
   the branches first.
3. A link is closed once, by whoever asks first.
"""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING

from omni_stream.pipeline.closing import (
    CLOSING_SECONDS,
    PUMP_SECONDS,
    Closer,
    close_in_turn,
    is_over,
    is_running,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import TracebackType


class Chain:
    """A source and the stages on it, until they are closed.

    Leaving `async with chain` closes it.  An error of a cleanup is raised, but where
    another is on its way: that one goes on, with the cleanup's as a note.

    Attributes:
        closed: Whether closing has begun.
        exhausted: Whether the source was read to its end.
    """

    __slots__ = ("_branches", "_links", "_reader", "_stop_pump", "closed", "exhausted")

    def __init__(self, close: Closer | None = None) -> None:
        self.closed = False
        self.exhausted = False
        self._links: list[Closer] = [] if close is None else [close]
        self._stop_pump: Closer | None = None
        # What reads the chain is held weakly: dropping it has to close it, not keep it alive.
        self._reader: weakref.ref[AsyncGenerator[object, None]] | None = None
        self._branches: list[Chain] = []

    def add(self, link: object) -> None:
        """Put `link` on the chain; one that has no `aclose` has nothing to close."""
        close: Closer | None = getattr(link, "aclose", None)
        if close is not None:
            self._links.append(close)

    def read_by(self, reader: AsyncGenerator[object, None]) -> None:
        """Close `reader` before the links."""
        self._reader = weakref.ref(reader)

    def pumped(self, stop: Closer, branches: list[Chain]) -> None:
        """Close the branches, and then what pumps into them, before the links."""
        self._stop_pump = stop
        self._branches = branches

    def links_closer(self) -> Closer:
        """Closes the links alone: for the pump that reads them, which may not hold the branches."""
        links = self._links

        async def close_links() -> None:
            deadline = asyncio.get_running_loop().time() + PUMP_SECONDS
            await close_in_turn(links, deadline=deadline)

        return close_links

    async def aclose(self) -> None:
        """Close everything within 0.1 s, in this task; see `closing`."""
        links = self._take()
        if links:
            deadline = asyncio.get_running_loop().time() + CLOSING_SECONDS
            await close_in_turn(links, deadline=deadline)

    def _take(self) -> list[Closer]:
        self.closed = True
        if self._stop_pump is None:
            closers, self._links = self._links, []
        else:
            # A pump that is stopped closes the links; what it could not is left to us.
            closers = [self.links_closer(), self._stop_pump]
        for branch in self._branches:
            closers += branch._take()  # noqa: SLF001 -- of its own class
        reader = self._reader() if self._reader is not None else None
        if reader is not None and not is_running(reader) and not is_over(reader):
            closers.append(reader.aclose)
        return closers

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self.aclose()
        except Exception as error:
            if exc_value is None or isinstance(exc_value, GeneratorExit):
                raise
            exc_value.add_note(f"closing the pipeline failed too: {error!r}")
