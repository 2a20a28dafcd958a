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
import weakref
from abc import ABC, abstractmethod
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Iterable,
    Iterator,
    Sequence,
)
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Generic,
    Protocol,
    TypeVar,
    get_args,
    overload,
    runtime_checkable,
)

from omni_stream.errors import UsageError
from omni_stream.pipeline.chain import Chain
from omni_stream.pipeline.pump import Branch, Pump, WhenFull

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from omni_stream.audio import AudioFrame
    from omni_stream.pipeline.buffer_stats import BufferStats
    from omni_stream.pipeline.closing import Closer
    from omni_stream.pipeline.stage import Stage

B = TypeVar("B")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MOST_SECONDS: Final = 4 * 3600.0
"""No reply has more audio, so a longer buffer is a mistake of units."""

MOST_BRANCHES: Final = 1_000
"""Each item is given to each branch in turn; more listeners want a server."""

TEE_SECONDS: Final = 10.0
"""By how much one branch may lag behind another: a listener of one may pause for a moment, and 10 s of
speech are half a megabyte."""


T_contra = TypeVar("T_contra", contravariant=True)


@runtime_checkable
class Receiver(Protocol[T_contra]):
    """What `into` asks of a sink."""

    @property
    def entered(self) -> bool:
        """Whether its owner has entered it with `async with`, and will close it."""

    async def write(self, item: T_contra, /) -> None:
        """Take a frame, or bytes."""

    async def flush(self) -> None:
        """Bring what was taken to its end."""

    async def __aenter__(self) -> object: ...
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> bool | None: ...


class Near(Protocol[T_co]):
    """Gives items without a coroutine for each time."""

    def waiter(self) -> Awaitable[None] | None:
        """What to await before `take_items`, None for nothing."""

    def take_items(self) -> Sequence[T_co] | None:
        """What has come, None if the source is to be asked."""


class Batched(ABC, Generic[T_co]):
    """A source that has its items several at once: they are taken without a coroutine for each."""

    __slots__ = ()

    @property
    @abstractmethod
    def near(self) -> Near[T_co]:
        """What may give items sooner than `batch`, after everything that `batch` has at hand."""

    @abstractmethod
    async def batch(self) -> Iterator[T_co] | None:
        """What has come, after waiting for it; None at the end.

        Whoever takes items of it takes them from the source.
        """


S = TypeVar("S", bound="Receiver[AudioFrame]")
S_bytes = TypeVar("S_bytes", bound=Receiver[bytes])


class Pipeline(Generic[T_co]):
    """A source and the stages on it, ready to be read once.

    Iterate over it, or end it with `into(sink)`.  After a `break` a loop of the same
    task goes on where the last one stopped.  Use it with `async with` where the loop
    may be left early: that closes everything upstream, at once and in this task.

    Cancelling a task that waits for an item closes everything upstream, but for a
    branch of a `buffered` or `tee`: there nothing is lost, and a loop may go on.

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
        if link is not source:
            chain.add(source)
        chain.add(link)
        self._set(chain, link, None)

    def _set(self, chain: Chain, link: AsyncIterator[T_co], branch: Branch[Any] | None) -> None:
        self._chain = chain
        self._link = link
        self._branch = branch
        # What it was given to, or the task whose loop reads it.
        self._consumer: str | weakref.ref[asyncio.Task[Any]] | None = None
        self._items: AsyncIterator[T_co] | None = None

    @property
    def stats(self) -> BufferStats | None:
        """How the nearest buffer upstream (`buffered`, `tee`) is doing now; None where there is none."""
        return None if self._branch is None else self._branch.stats

    def through(self, stage: Stage[T_co, B]) -> Pipeline[B]:
        """Put a stage on the chain.

        Args:
            stage: A function from an async iterator to an async iterator, such as an
                async generator function of one argument.

        Raises:
            UsageError: It is not one, or the pipeline has a consumer or is closed.
        """
        self._check_free()
        link = _apply(stage, self._link)
        self._consumer = "a stage"
        if link is not self._link:
            self._chain.add(link)
        return _derived(self._chain, link, self._branch)

    def buffered(self, seconds: float) -> Pipeline[T_co]:
        """Read ahead, in a task of its own that starts when the first item is asked for.

        Args:
            seconds: The most audio that is held, over 0 to 14,400 s; items are bounded in
                number as well, to 1,000 for each second and at least 256.

        Raises:
            UsageError: `seconds` is out of range, or the pipeline has a consumer or is closed.
        """
        _check_seconds(seconds)
        (branch,) = self._pumped("a buffer", seconds, ["block"])
        return branch

    def tee(
        self, n: int, *, seconds: float = TEE_SECONDS, when_full: WhenFull | Sequence[WhenFull] = "block"
    ) -> tuple[Pipeline[T_co], ...]:
        """Give each item to `n` branches, to be read each in a task of its own.

        A branch that is closed, at its end or before it, leaves the others alone.  One
        that nobody reads fills up, and then does what `when_full` says.

        Args:
            n: How many branches, 1 to 1,000.
            seconds: The most audio that each holds, over 0 to 14,400 s; see `buffered`.
            when_full: What a full branch does, one policy for all or one for each: "block",
                and all others wait for it, or "drop" what comes until it has room again,
                counted in its `stats`.

        Raises:
            UsageError: An argument is out of range, or the pipeline has a consumer or is closed.
        """
        _check_branches(n)
        _check_seconds(seconds)
        policies: list[WhenFull] = [when_full] * n if isinstance(when_full, str) else list(when_full)
        if len(policies) != n or not all(policy in get_args(WhenFull) for policy in policies):
            raise UsageError(
                f'when_full is "block" or "drop", or a list with one of them for each of {n} branches,'
                f" not {when_full!r}"
            )
        return self._pumped("a tee", seconds, policies)

    @overload
    async def into(self: Pipeline[AudioFrame], sink: S) -> S: ...
    @overload
    async def into(self: Pipeline[bytes], sink: S_bytes) -> S_bytes: ...
    async def into(self: Pipeline[Any], sink: Any) -> object:
        """Write everything into `sink`, flush it, and close it.

        A sink that its owner has entered with `async with` is left open.  An error, a
        cancel too, closes what is upstream first and then the sink, which is told of it.

        Returns:
            `sink`.

        Raises:
            UsageError: `sink` is not a sink, or the pipeline has a consumer or is closed.
            OmniStreamError: The source or a stage failed, or the sink did (`SinkError`).
        """
        _check_sink(sink)
        self._check_free()
        self._consumer = "a sink"
        async with self, contextlib.nullcontext() if sink.entered else sink:
            async with self:  # upstream first: a sink may take its time to close
                async for frame in self._link:
                    await sink.write(frame)
            await sink.flush()
        return sink

    async def aclose(self) -> None:
        """Close everything upstream, in this task, within 0.1 s; again, it does nothing.

        Cancelling skips nothing; see `closing`.

        Raises:
            UsageError: Another task is reading it; what it does not hold up is closed.
            Exception: The first error of a cleanup, once all are closed.
        """
        await self._chain.aclose()

    def __aiter__(self) -> AsyncIterator[T_co]:
        task = asyncio.current_task()
        reader = self._consumer() if isinstance(self._consumer, weakref.ref) else None
        if self._items is None or reader is not task:
            self._check_free()
            self._consumer = weakref.ref(task) if task is not None else "a loop outside of any task"
            self._items = self._read()
        elif self._chain.closed and not self._chain.exhausted:
            raise UsageError(_CLOSED)
        return self._items

    def _read(self) -> AsyncIterator[T_co]:
        if isinstance(self._link, Branch):
            return self._link  # as it is, since it survives a cancel, which a generator does not
        reader = _items_of(self._chain, self._link)
        self._chain.read_by(reader)
        return reader

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._chain.__aexit__(exc_type, exc_value, traceback)

    def _check_free(self) -> None:
        if self._consumer is not None:
            consumer = self._consumer if isinstance(self._consumer, str) else "the loop of a task"
            raise UsageError(
                f"a pipeline has one consumer, and this one is read by {consumer};"
                " to read it more than once, use tee(n)"
            )
        if self._chain.closed:
            raise UsageError(_CLOSED)

    def _pumped(
        self, consumer: str, seconds: float, when_full: Sequence[WhenFull]
    ) -> tuple[Pipeline[T_co], ...]:
        self._check_free()
        self._consumer = consumer
        pump = Pump(self._link, close_source=self._chain.links_closer(), seconds=seconds, when_full=when_full)
        branches = [(Chain(), branch) for branch in pump.branches()]
        for chain, branch in branches:
            chain.add(branch)
        self._chain.pumped(pump.stop, [chain for chain, _ in branches])
        return tuple(_derived(chain, branch, branch) for chain, branch in branches)


_CLOSED: Final = "this pipeline is closed, before its end; read it inside its `async with`"


def _derived(chain: Chain, link: AsyncIterator[B], branch: Branch[Any] | None) -> Pipeline[B]:
    derived: Pipeline[B] = Pipeline.__new__(Pipeline)
    derived._set(chain, link, branch)  # noqa: SLF001 -- it is the rest of the constructor
    return derived


async def _items_of(chain: Chain, link: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    async with chain:
        if isinstance(link, Batched):
            near = link.near
            batch: Iterable[T] | None = await link.batch()
            while batch is not None:
                for item in batch:
                    yield item
                    del item  # see below
                del batch
                waiter = near.waiter()
                if waiter is not None:
                    await waiter
                batch = near.take_items() or await link.batch()
        else:
            async for item in link:
                yield item
                del item  # neither the wait for the next one nor a traceback of it holds what was given out
        chain.exhausted = True


def _apply(stage: Stage[T, B], link: AsyncIterator[T]) -> AsyncIterator[B]:
    name = getattr(stage, "__name__", repr(stage))
    try:
        applied = stage(link)
    except TypeError as error:
        raise UsageError(f"{name} is not a stage, a function of an async iterator: {error}") from error
    if inspect.iscoroutine(applied):
        applied.close()
    if not isinstance(applied, AsyncIterator):
        raise UsageError(
            f"{name} is not a stage: it returns a {type(applied).__name__}, not an async iterator;"
            " write it as `async def` with a `yield`"
        )
    return applied


def _check_seconds(seconds: object) -> None:
    if not isinstance(seconds, int | float) or not 0 < seconds <= MOST_SECONDS:
        raise UsageError(f"a buffer holds over 0 to {MOST_SECONDS:,.0f} seconds of audio, not {seconds!r}")


def _check_branches(n: object) -> None:
    if not isinstance(n, int) or not 1 <= n <= MOST_BRANCHES:
        raise UsageError(f"tee makes 1 to {MOST_BRANCHES:,} branches, not {n!r}")


def _check_sink(sink: object) -> None:
    if not isinstance(sink, Receiver) or isinstance(sink, type):
        raise UsageError(f"into wants a sink, and {sink!r} is none; for a file, use WavSink(path)")
