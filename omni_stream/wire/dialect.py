"""What a dialect is: how the documents of one kind of service become events.

A dialect is one small file: where its documents hold audio, and a function from
a document to events.  It keeps no state and judges no error that services have
in common (see ``faults``).  ``read`` gives a ``Finished`` for whatever marks the
answer's end; the decoder holds it back until nothing more can come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from omni_stream.audio import AudioFormat
    from omni_stream.events import Event, Raw


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of answering.

    Paths, such as ``choices[].delta.audio.data``, say where ``read`` looks for what; of a list,
    it looks at the first item alone.  A document that holds one string of audio or of words
    and nothing else at any of these places (each absent, null or empty) is read natively,
    unseen by ``read``, which would have given the same.

    Attributes:
        name: What it is chosen by.
        read: The events of one document, in the order of the reply; an empty
            iterable where there is nothing a reader would want.  Total: it takes
            any JSON object without an exception.
        audio_format: What audio without a header is.
        audio_path: Where a document holds audio as base64.
        text_paths: Where it holds text.
        transcript_paths: Where it holds the transcript of its speech.
        reasoning_paths: Where it holds reasoning.
        silent_paths: Every other place that ``read``, or the search for faults, looks at.
        mark_paths: Places that it looks at only where there is no audio.
        end: The data that ends a stream, None if its end alone does.
    """

    name: str
    read: Callable[[Raw], Iterable[Event]]
    audio_format: AudioFormat
    audio_path: str
    text_paths: tuple[str, ...]
    transcript_paths: tuple[str, ...]
    reasoning_paths: tuple[str, ...]
    silent_paths: tuple[str, ...]
    mark_paths: tuple[str, ...]
    end: str | None
