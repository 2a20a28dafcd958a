"""Joins a source, stages and a sink, in the order of the flow.

Rules.
1. A bare chain is pulled: no task, no queue, nothing runs ahead, so that
   back-pressure reaches the source.  `buffered` and `tee` are where concurrency
   enters.
2. A pipeline has one consumer: a stage, a buffer, a loop or a sink.
3. However the consumer ends (exhaustion, `break` inside `async with`, exception,
   cancel), everything upstream is closed within 0.1 s; see `chain`.
4. A consumer sees the error of whoever failed, as it was raised.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import math
import weakref
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar, cast, get_args

from omni_stream.errors import UsageError
from omni_stream.pipeline.chain import Chain
from omni_stream.pipeline.pump import Branch, BufferStats, Pump, WhenFull

if TYPE_CHECKING:
    from types import TracebackType
    from typing_extensions import Self

    from omni_stream.audio import AudioFrame
    from omni_stream.pipeline.closing import Closer
    from omni_stream.pipeline.stage import Stage

B = TypeVar("B")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MOST_SECONDS: Final = 4 * 3600.0
"""No reply has more audio, so a longer buffer is a mistake of units."""

MOST_BRANCHES: Final = 1_000
"""Each item is given to each branch in turn; more listeners want a server."""


class Receiver(Protocol):
    """What `into` asks of a sink."""

    @property
    def entered(self) -> bool: ...
    async def write(self, frame: AudioFrame, /) -> None: ...
    async def flush(self) -> None: ...
    async def __aenter__(self) -> object: ...
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool | None: ...


S = TypeVar("S", bound=Receiver)


class Pipeline(Generic[T_co]):
    """A source and the stages on it, ready to be read once.

    Iterate over it, or end it with `into(sink)`.  After a `break` a loop of the same
    task goes on where the last one stopped.  Use it with `async with` where the loop
    may be left early: that closes everything upstream, at once and in this task.

    Args:
        source: What is read; the pipeline takes it over and closes it.
        close: Called and awaited after the source is closed, once.

    Raises:
        UsageError: `source` is not an async iterable.
    """

    __slots__ = ("_branch", "_chain", "_consumer", "_items", "_link")

    def __init__(self, source: AsyncIterable[T_co], *, close: Closer | None = None) -> None:
        if not isinstance(source, AsyncIterable):
            raise UsageError(f"a pipeline reads an async iterable, and {type(source).__name__} is none")
        chain = Chain(close)
        link = aiter(source)
        chain.add(link)
        self._set(chain, link, None)
