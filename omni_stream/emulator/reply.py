"""An answer -> the events of its reply, each with the time it is due."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from omni_stream.emulator.schedule import Audio, Reasoning, Text, spoken, written
from omni_stream.emulator.scripts import token_count, written_pieces
from omni_stream.emulator.usage import audio_tokens, usage
from omni_stream.emulator.wire import DONE, Chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from omni_stream.emulator.answers import Answer
    from omni_stream.emulator.chat_request import ChatRequest
    from omni_stream.emulator.schedule import Timing
    from omni_stream.emulator.speech import Speech


def reply_events(
    asked: ChatRequest,
    said: Answer,
    speech: Speech | None,
    timing: Timing,
    *,
    seed: int,
    transcript: bool,
    created: int,
) -> Iterator[tuple[float, bytes]]:
    """The events of the reply, in order, with the seconds from the request at which each is due.

    Args:
        asked: The request.
        said: The answer to it.
        speech: The answer, spoken; None if it is only to be read.
        timing: How fast it is sent.
        seed: What it depends on beside the prompt.
        transcript: Whether the text of speech is sent as the audio's transcript.
        created: When it was begun, in seconds since 1970.
    """
    chunks = Chunks(
        asked.model_name,
        id=str(uuid.UUID(bytes=asked.prompt.digest(seed=seed), version=4)),
        created=created,
    )
    yield 0.0, chunks.first(thinks=asked.thinks)
    if speech is not None:
        schedule = spoken(speech.words, speech.frames, timing, seed=seed)
    else:
        reasoning = written_pieces(said.reasoning) if asked.thinks else []
        schedule = written(reasoning, written_pieces(said.text), timing, seed=seed)
    due, ends_reasoning = 0.0, asked.thinks
    for due, piece in schedule:
        match piece:
            case Audio(begin, end):
                assert speech is not None  # noqa: S101 -- only speech is scheduled as audio
                yield due, chunks.audio(speech.chunk(begin, end))
            case Text(text) if speech is not None and transcript:
                yield due, chunks.transcript(text)
            case Text(text):
                yield due, chunks.text(text, ends_reasoning=ends_reasoning)
                ends_reasoning = False
            case Reasoning(text):
                yield due, chunks.reasoning(text)
    yield due, chunks.stop("length" if said.cut else "stop", thinks=asked.thinks)
    if asked.include_usage:
        yield due, chunks.usage(_usage(asked, said, speech))
    yield due, DONE


def _usage(asked: ChatRequest, said: Answer, speech: Speech | None) -> dict[str, Any]:
    return usage(
        asked.input_text,
        asked.input_media,
        text_tokens=token_count(said.text),
        reasoning_tokens=token_count(said.reasoning) if asked.thinks else None,
        audio_tokens=audio_tokens(speech.seconds, model=asked.model.name) if speech is not None else None,
    )
