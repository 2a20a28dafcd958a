"""Asks a question and takes the answer to where it is wanted, while it comes."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import omni_stream as omni
from omni_stream.cli.ending import say
from omni_stream.cli.local_emulator import local_emulator

if TYPE_CHECKING:
    from omni_stream.cli.question import Question
    from omni_stream.cli.screen import Screen
    from omni_stream.cli.service import Service
    from omni_stream.cli.tally import Tally


async def answer(
    question: Question,
    service: Service,
    *,
    screen: Screen,
    sink: omni.Sink | None,
    tally: Tally,
    record: str | None,
    overwrite: bool,
) -> None:
    """Ask ``question``, and give all that comes to ``screen``, ``sink``, ``tally`` and the file ``record``.

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
        emulator = None
        if not service.is_named:
            say("no key is set, so the built-in emulator answers; a real model needs one:")
            say("    export DASHSCOPE_API_KEY=sk-...        (or OPENAI_API_KEY)")
            emulator = await until_end.enter_async_context(local_emulator())
        client = await until_end.enter_async_context(service.client(emulator=emulator))
        until_end.enter_context(screen)
        begin = time.monotonic()
        reply = await until_end.enter_async_context(
            client.ask(
                question.messages,
                model=question.model,
                voice=question.voice,
                modalities=["text"] if question.text_only else None,
                thinking=question.thinking or None,
                record=recording,
            )
        )
        async for item in reply.decoded():
            at_seconds = time.monotonic() - begin
            tally.count(item, at_seconds)
            screen.show(item, at_seconds)
            if sink is not None and isinstance(item, omni.AudioFrame):
                await sink.write(item)
