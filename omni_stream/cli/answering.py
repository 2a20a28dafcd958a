"""Asks a question and takes the answer to where it is wanted, while it comes."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.cli.seen import Seen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from omni_stream.cli.question import Question
    from omni_stream.cli.screen import Screen
    from omni_stream.cli.tally import Tally


async def answer(
    question: Question,
    client: AbstractAsyncContextManager[omni.Client],
    *,
    screen: Screen,
    sink: omni.Sink | None,
    tally: Tally,
    record: str | None = None,
    overwrite: bool = False,
    speaker: omni.Speaker | None = None,
) -> omni.SinkError | None:
    """Ask ``client`` the ``question``, and give what comes to ``screen``, ``sink``, ``tally`` and ``record``.

    With a ``speaker``, not entered yet, its speech is heard, and the text shown when it is.

    Returns:
        Why it could not be heard to its end, if so; all else is as without.

    Raises:
        OmniStreamError: What broke the answer off; all that had come is where it belongs.
    """
    failure: omni.SinkError | None = None
    async with AsyncExitStack() as until_end:
        if sink is not None:
            await until_end.enter_async_context(sink)
        recording = None
        if record is not None:
            from omni_stream.emulator import RecordingWriter  # noqa: PLC0415 -- few calls need it

            recording = until_end.enter_context(RecordingWriter(record, overwrite=overwrite))
        asked = await until_end.enter_async_context(client)
        until_end.enter_context(screen)
        begin = time.monotonic()
        opening = None if speaker is None else await until_end.enter_async_context(_opening(speaker))
        reply = await until_end.enter_async_context(
            question.prepared(asked, record=recording, on_upload=screen.sent)
        )

        def look(item: omni.Event | omni.AudioFrame) -> None:
            at_seconds = time.monotonic() - begin
            tally.count(item, at_seconds)
            screen.show(item, at_seconds)

        if opening is not None:
            try:
                await opening
            except omni.SinkError as error:
                failure, speaker = error, None
        if speaker is not None:
            failure = await _play(reply, speaker, screen=screen, sink=sink, look=look)
        else:
            async for item in reply.decoded():
                look(item)
                if sink is not None and isinstance(item, omni.AudioFrame):
                    await sink.write(item)
    return failure


@asynccontextmanager
async def _opening(speaker: omni.Speaker) -> AsyncIterator[asyncio.Task[omni.Speaker]]:
    """The device is opened while the request is on its way, and closed at the end."""
    async with AsyncExitStack() as until_end:
        opening = asyncio.create_task(until_end.enter_async_context(speaker))
        try:
            yield opening
        finally:
            with suppress(omni.SinkError):  # for whoever waits for it
                await opening


async def _play(
    reply: omni.Reply,
    speaker: omni.Speaker,
    *,
    screen: Screen,
    sink: omni.Sink | None,
    look: Callable[[omni.Event | omni.AudioFrame], None],
) -> omni.SinkError | None:
    """Play the reply, and save it in ``sink``; why it could not be heard to its end, if so."""
    playing = speaker.play(reply, also=[Seen(look), *([] if sink is None else [sink])])
    screen.plays(lambda: (playing.buffered_seconds, speaker.stats.stalls))
    try:
        async for event in playing:
            look(event)
    except omni.SinkError:
        if speaker.failure is None:
            raise
    return speaker.failure
