"""Asks a question and takes the answer to where it is wanted, while it comes."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import omni_stream as omni

if TYPE_CHECKING:
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
) -> None:
    """Ask ``client`` the ``question``, and give what comes to ``screen``, ``sink``, ``tally`` and ``record``.

    Raises:
        OmniStreamError: What broke the answer off; all that had come is where it belongs.
    """
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
        reply = await until_end.enter_async_context(
            question.prepared(asked, record=recording, on_upload=screen.sent)
        )
        async for item in reply.decoded():
            at_seconds = time.monotonic() - begin
            tally.count(item, at_seconds)
            screen.show(item, at_seconds)
            if sink is not None and isinstance(item, omni.AudioFrame):
                await sink.write(item)
