"""Runs an incremental transform (``feed``, ``close``) as a stage.

What a transform still holds comes out at the end of its source, and before an
error of its source too: what was received is not lost.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol, TypeVar

from omni_stream.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterable

A = TypeVar("A")
B = TypeVar("B")
A_contra = TypeVar("A_contra", contravariant=True)
B_co = TypeVar("B_co", covariant=True)


class Transform(Protocol[A_contra, B_co]):
    """Items in, frames (or what becomes of them) out, some later."""

    def feed(self, item: A_contra, /) -> Iterable[B_co]:
        """What ``item`` completes."""

    def close(self) -> Iterable[B_co]:
        """What is still held: nothing more will come."""


async def fed(items: AsyncIterator[A], transform: Transform[A, B]) -> AsyncGenerator[B, None]:
    """What ``transform`` makes of ``items``."""
    held: Iterable[B] = ()
    try:
        async for item in items:
            for made in transform.feed(item):
                yield made
    except Exception:
        with contextlib.suppress(ProtocolError):  # that the end is missing is known
            held = list(transform.close())
        for made in held:
            yield made
        raise
    for made in transform.close():
        yield made
