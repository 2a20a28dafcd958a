"""How long the connection of a request took to be there.

aiohttp tells it to who traces a session, which costs each request a tenth of all that it costs.  So it is
seen from outside: a connection that has served before was there, and one that has not was made for
the request that is the first to be sent on it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Hashable


class Connections:
    """The connections of a session that nobody else sends on."""

    __slots__ = ("_served",)

    def __init__(self) -> None:
        self._served: WeakSet[Hashable] = WeakSet()

    def seconds(self, connection: Hashable, *, since: float) -> float:
        """What connecting took that began at ``since``, in the loop's time; 0 if it was there."""
        if connection in self._served:
            return 0.0
        self._served.add(connection)
        return asyncio.get_running_loop().time() - since
