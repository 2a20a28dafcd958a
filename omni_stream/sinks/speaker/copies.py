"""The sinks that take what a speaker plays, too; each fails on its own."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from omni_stream.errors import UsageError
from omni_stream.pipeline.pipeline import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from omni_stream.audio import AudioFrame


class Copies:
    """Gives each frame to all of ``sinks``; one that fails gets no more, and the others go on.

    As with `Pipeline.into`, those that their owner has not entered are entered and closed here.

    Attributes:
        failures: What the sinks have failed of, in order.

    Raises:
        UsageError: One of them is no sink.
    """

    def __init__(self, sinks: Iterable[Receiver[AudioFrame]]) -> None:
        self.failures: list[Exception] = []
        self._sinks = list(sinks)
        self._own: dict[int, AsyncExitStack] = {}  # by the sink's id
        for sink in self._sinks:
            _check_sink(sink)

    def __bool__(self) -> bool:
        """Whether any of them takes frames."""
        return bool(self._sinks)

    async def write(self, frame: AudioFrame) -> None:
        """Give a frame to each."""
        for sink in list(self._sinks):
            try:
                await sink.write(frame)
            except Exception as error:  # noqa: BLE001 -- told when the reply has come to its other ends
                await self._fail(sink, error)

    async def __aenter__(self) -> Self:
        for sink in list(self._sinks):
            if not sink.entered:
                stack = AsyncExitStack()
                try:
                    await stack.enter_async_context(sink)
                except Exception as error:  # noqa: BLE001 -- likewise
                    await self._fail(sink, error)
                else:
                    self._own[id(sink)] = stack
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for sink in list(self._sinks):
            own = self._own.pop(id(sink), None)
            try:
                if own is not None:
                    await own.__aexit__(exc_type, exc_value, traceback)
                elif exc_value is None:
                    await sink.flush()
            except Exception as error:  # noqa: BLE001 -- likewise
                await self._fail(sink, error)

    async def _fail(self, sink: Receiver[AudioFrame], error: Exception) -> None:
        self.failures.append(error)
        self._sinks.remove(sink)
        own = self._own.pop(id(sink), None)
        if own is not None:
            await own.__aexit__(type(error), error, error.__traceback__)


def _check_sink(sink: object) -> None:
    """Raises UsageError for what is no sink."""
    if not isinstance(sink, Receiver) or isinstance(sink, type):
        raise UsageError(f"`also` is sinks, and {sink!r} is none; for a file, use WavSink(path)")
