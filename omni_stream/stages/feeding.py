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

    from omni_stream.audio import AudioFrame

A = TypeVar("A")
A_contra = TypeVar("A_contra", contravariant=True)


class Transform(Protocol[A_contra]):
    """Items in, frames out, some later."""

    def feed(self, item: A_contra, /) -> Iterable[AudioFrame]:
        """The frames that ``item`` completes."""

    def close(self) -> Iterable[AudioFrame]:
        """The frames still held: nothing more will come."""


async def fed(items: AsyncIterator[A], transform: Transform[A]) -> AsyncGenerator[AudioFrame, None]:
    """What ``transform`` makes of ``items``."""
    held: Iterable[AudioFrame] = ()
    try:
        async for item in items:
            for frame in transform.feed(item):
                yield frame
    except Exception:
        with contextlib.suppress(ProtocolError):  # that the end is missing is known
            held = list(transform.close())
        for frame in held:
            yield frame
        raise
    for frame in transform.close():
        yield frame
