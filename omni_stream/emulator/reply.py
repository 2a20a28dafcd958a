"""An answer -> the events of its reply, each with its place and the time it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omni_stream.emulator.schedule import SECONDS_PER_WRITTEN_PIECE, Audio, Reasoning, Text, spoken, written
from omni_stream.emulator.scripts import written_pieces
from omni_stream.emulator.speech import RATE
from omni_stream.emulator.stream import Stream, StreamEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from omni_stream.emulator.answers import Answer
    from omni_stream.emulator.schedule import Piece, Schedule, Timing
    from omni_stream.emulator.shape import Shape
    from omni_stream.emulator.speech import Speech


def reply_stream(
    said: Answer,
    speech: Speech | None,
    shape: Shape,
    timing: Timing,
    *,
    seed: int,
    thinks: bool,
    usage: Mapping[str, Any],
) -> Stream:
    """The body of the reply.

    Args:
        said: The answer.
        speech: The answer, spoken; None if it is only to be read.
        shape: How the service writes it.
        timing: How fast it is sent.
        seed: What its jitter depends on.
        thinks: Whether its reasoning comes first.
        usage: What it costs, in the service's own words.
    """
    if speech is not None:
        schedule = spoken(speech.words, speech.frames, timing, seed=seed)
        length = speech.seconds
    else:
        reasoning = written_pieces(said.reasoning) if thinks else []
        schedule = written(reasoning, written_pieces(said.text), timing, seed=seed)
        length = len(schedule) * SECONDS_PER_WRITTEN_PIECE
    reason = "length" if said.cut else "stop"
    return Stream(_events(schedule, speech, shape, reason=reason, usage=usage), length)


def _events(
    schedule: Schedule, speech: Speech | None, shape: Shape, *, reason: str, usage: Mapping[str, Any]
) -> Iterator[StreamEvent]:
    due = position = 0.0
    for content in shape.begin():
        yield StreamEvent(due, content, position)
    for due, piece in schedule:
        if speech is None:
            position += SECONDS_PER_WRITTEN_PIECE
        elif isinstance(piece, Audio):
            position = piece.end / RATE
        for content, encoded in _contents(piece, speech, shape):
            yield StreamEvent(due, content, position, encoded)
    *others, last = shape.end(reason, usage)
    for content in others:
        yield StreamEvent(due, content, position)
    yield StreamEvent(due, last, position, ends=True)


def _contents(piece: Piece, speech: Speech | None, shape: Shape) -> Iterable[tuple[bytes, bytes | None]]:
    match piece:
        case Audio(begin, end):
            assert speech is not None  # noqa: S101 -- only speech is scheduled as audio
            return shape.audio(speech.chunk(begin, end))
        case Text(text):
            return [(content, None) for content in shape.text(text)]
        case Reasoning(text):
            return [(content, None) for content in shape.reasoning(text)]
